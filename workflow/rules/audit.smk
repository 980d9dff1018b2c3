rule audit:
    input:
        submissions="results/collect/{assignment}/{chunk}.json",
        declarations="results/extract/{assignment}/{chunk}.json",
        checked="results/check/{assignment}/{chunk}.json",
        trainings="results/settle/{assignment}/{chunk}.trainings.json",
        grades="results/settle/{assignment}/{chunk}.json",
        datasets=datasets_of,
    output:
        bundles="results/audit/{assignment}/{chunk}.json",
    log:
        "results/logs/audit/{assignment}/{chunk}.log",
    params:
        datasets=dataset_options,
        code=code_version("audit"),
        overrides=overrides_of,
    shell:
        "netgrade stage audit {wildcards.assignment} {input.submissions} {input.declarations} {input.checked} {input.trainings} "
        "{input.grades} {params.datasets} {params.overrides} --output {output.bundles} 2> >(tee {log} >&2)"


rule control:
    input:
        checked="results/check/{assignment}/reference.json",
        datasets=datasets_of,
    output:
        control="results/control/{assignment}.json",
    log:
        "results/logs/control/{assignment}.log",
    retries: 2
    resources:
        gpu_shares=one_share,
        mem_mb=4000,
    params:
        datasets=dataset_options,
        code=code_version("control"),
        part=part("train"),
    shell:
        "NETGRADE_GPU_SHARES={resources.gpu_shares} "
        "netgrade stage control {input.checked} {params.datasets} --log {log} --output {output.control}"


rule similarity:
    input:
        submissions=every_chunk("collect"),
        checked=every_chunk("check"),
    output:
        similarity="results/similarity/{assignment}.json",
    log:
        "results/logs/similarity/{assignment}.log",
    params:
        code=code_version("similarity"),
    shell:
        "netgrade stage similarity {wildcards.assignment} {input.submissions} {input.checked} --output {output.similarity} 2> >(tee {log} >&2)"
