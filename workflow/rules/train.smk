rule train:
    input:
        checked="results/check/{assignment}/{chunk}.json",
        datasets=datasets_of,
        undecided=undecided_before,
        earlier=trainings_before,
    output:
        trainings="results/train/{assignment}/{chunk}.r{round}.json",
    log:
        "results/logs/train/{assignment}/{chunk}.r{round}.log",
    resources:
        # Where there is no GPU, the cores alone say how many trainings run at once.
        gpu=min(1, gpus()),
    params:
        datasets=dataset_options,
        part=part("train"),
        code=code_version("train"),
        before=lambda wildcards, input: (
            f"--undecided {input.undecided} --earlier {input.earlier}"
            if input.earlier
            else ""
        ),
    shell:
        "netgrade train {wildcards.assignment} {input.checked} --round {wildcards.round} {params.before} "
        "{params.datasets} --log {log} --output {output.trainings}"
