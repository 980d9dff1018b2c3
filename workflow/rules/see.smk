# Only where points rest on what a network sees: before grading. What is only shown, `settle` adds at the end.
rule see:
    input:
        checked="results/check/{assignment}/{chunk}.json",
        trainings="results/train/{assignment}/{chunk}.r1.json",
        datasets=datasets_of,
    output:
        sights="results/see/{assignment}/{chunk}.r1.json",
    log:
        "results/logs/see/{assignment}/{chunk}.r1.log",
    priority: 1
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
        "--log {log} --output {output.sights}"
