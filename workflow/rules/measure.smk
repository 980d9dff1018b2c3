rule measure:
    input:
        trainings="results/train/{assignment}/{chunk}.r1.json",
        datasets=datasets_of,
    output:
        measurements="results/measure/{assignment}/{chunk}.r1.json",
    log:
        "results/logs/measure/{assignment}/{chunk}.r1.log",
    priority: 1
    params:
        datasets=dataset_options,
        part=part("measure"),
        code=code_version("measure"),
    shell:
        "netgrade stage measure {input.trainings} {params.datasets} --output {output.measurements} 2> >(tee {log} >&2)"
