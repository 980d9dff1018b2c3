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
    # For a machine that failed, or a GPU that was too full; what a student did wrong is no failure.
    retries: 2
    resources:
        # Where there is no GPU, no shares are asked for, and the cores alone say how many trainings run at once.
        gpu_shares=gpu_shares,
        mem_mb=training_memory,
        runtime=training_minutes,
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
        "NETGRADE_GPU_SHARES={resources.gpu_shares} "
        "netgrade stage train {wildcards.assignment} {input.checked} --round {wildcards.round} {params.before} "
        "{params.datasets} --log {log} --output {output.trainings}"
