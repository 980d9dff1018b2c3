rule extract:
    input:
        submissions="results/collect/{assignment}/{chunk}.json",
        datasets=datasets_of,
    output:
        declarations="results/extract/{assignment}/{chunk}.json",
    log:
        "results/logs/extract/{assignment}/{chunk}.log",
    resources:
        extraction=1,
        mem_mb=sandbox_memory,
        runtime=sandbox_minutes,
    params:
        datasets=dataset_options,
        part=part("extract"),
        code=code_version("extract"),
        isolation=COURSE.isolation,
        given=given_digest,
    shell:
        "netgrade stage extract {wildcards.assignment} {input.submissions} {params.datasets} "
        "--isolation {params.isolation} --output {output.declarations} 2> >(tee {log} >&2)"
