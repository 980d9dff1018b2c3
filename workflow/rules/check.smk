rule check:
    input:
        declarations="results/extract/{assignment}/{chunk}.json",
        datasets=datasets_of,
    output:
        checked="results/check/{assignment}/{chunk}.json",
    log:
        "results/logs/check/{assignment}/{chunk}.log",
    params:
        datasets=dataset_options,
        part=part("check"),
        code=code_version("check"),
    shell:
        "netgrade stage check {wildcards.assignment} {input.declarations} {params.datasets} "
        "--output {output.checked} 2> >(tee {log} >&2)"
