# Only where a task of the assignment asks what its network sees.
rule see:
    input:
        checked="results/check/{assignment}/{chunk}.json",
        trainings="results/train/{assignment}/{chunk}.r{round}.json",
        datasets=datasets_of,
    output:
        sights="results/see/{assignment}/{chunk}.r{round}.json",
    log:
        "results/logs/see/{assignment}/{chunk}.r{round}.log",
    retries: 2
    resources:
        gpu_shares=one_share,
        mem_mb=4000,
    params:
        part=part("see"),
        code=code_version("see"),
        datasets=dataset_options,
    shell:
        "NETGRADE_GPU_SHARES={resources.gpu_shares} "
        "netgrade stage see {wildcards.assignment} {input.checked} {input.trainings} {params.datasets} "
        "--output {output.sights} 2> >(tee {log} >&2)"
