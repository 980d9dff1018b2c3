rule check:
    input:
        declarations="results/extract/{assignment}/{chunk}.json",
        dataset=dataset_of,
    output:
        checked="results/check/{assignment}/{chunk}.json",
    log:
        "results/logs/check/{assignment}/{chunk}.log",
    params:
        part=part("check"),
        code=code_version("check"),
    shell:
        "netgrade check {wildcards.assignment} {input.declarations} --dataset {input.dataset} "
        "--output {output.checked} 2> >(tee {log} >&2)"
