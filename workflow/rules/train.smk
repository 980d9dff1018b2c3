rule train:
    input:
        checked="results/check/{assignment}/{chunk}.json",
        datasets=datasets_of,
    output:
        trainings="results/train/{assignment}/{chunk}.r1.json",
    log:
        "results/logs/train/{assignment}/{chunk}.r1.log",
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
    shell:
        "NETGRADE_GPU_SHARES={resources.gpu_shares} "
        "netgrade stage train {wildcards.assignment} {input.checked} {params.datasets} --log {log} --output {output.trainings}"
