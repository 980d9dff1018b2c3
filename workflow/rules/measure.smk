rule measure:
    input:
        trainings="results/train/{assignment}/{chunk}.r{round}.json",
        earlier=measurements_before,
        datasets=datasets_of,
    output:
        measurements="results/measure/{assignment}/{chunk}.r{round}.json",
    log:
        "results/logs/measure/{assignment}/{chunk}.r{round}.log",
    params:
        datasets=dataset_options,
        before=lambda wildcards, input: (
            f"--earlier {input.earlier}" if input.earlier else ""
        ),
        part=part("measure"),
        code=code_version("measure"),
    shell:
        "netgrade stage measure {input.trainings} {params.before} {params.datasets} --output {output.measurements} 2> >(tee {log} >&2)"
