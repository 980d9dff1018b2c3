rule audit:
    input:
        submissions="results/collect/{assignment}/{chunk}.json",
        declarations="results/extract/{assignment}/{chunk}.json",
        checked="results/check/{assignment}/{chunk}.json",
        trainings=trainings_of,
        grades=grades_of,
        dataset=dataset_of,
    output:
        bundles="results/audit/{assignment}/{chunk}.json",
    log:
        "results/logs/audit/{assignment}/{chunk}.log",
    params:
        code=code_version("audit"),
        overrides=overrides_of,
    shell:
        "netgrade audit {wildcards.assignment} {input.submissions} {input.declarations} {input.checked} {input.trainings} "
        "{input.grades} --dataset {input.dataset} {params.overrides} --output {output.bundles} 2> {log}"
