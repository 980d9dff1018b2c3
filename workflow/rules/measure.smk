rule measure:
    input:
        trainings="results/train/{assignment}/{chunk}.r{round}.json",
        dataset=dataset_of,
    output:
        measurements="results/measure/{assignment}/{chunk}.r{round}.json",
    log:
        "results/logs/measure/{assignment}/{chunk}.r{round}.log",
    params:
        code=code_version("measure"),
    shell:
        "netgrade measure {input.trainings} --dataset {input.dataset} --output {output.measurements} 2> >(tee {log} >&2)"
