# All further rounds in one job. Were each a job, Snakemake would think the whole workflow over after every round of
# every chunk, because only grading knows whether there is another; and most rounds have hardly anything to do.
rule settle:
    input:
        submissions="results/collect/{assignment}/{chunk}.json",
        checked="results/check/{assignment}/{chunk}.json",
        trainings="results/train/{assignment}/{chunk}.r1.json",
        measurements="results/measure/{assignment}/{chunk}.r1.json",
        undecided="results/grade/{assignment}/{chunk}.r1.json",
        sights=sights_graded,
        styles=styles_of,
        datasets=datasets_of,
    output:
        grades="results/settle/{assignment}/{chunk}.json",
        trainings="results/settle/{assignment}/{chunk}.trainings.json",
        sights="results/settle/{assignment}/{chunk}.sights.json",
    log:
        "results/logs/settle/{assignment}/{chunk}.log",
    # Like what leads here, before the next chunk is trained: networks that were looked at take less room on the disk.
    priority: 1
    retries: 2
    resources:
        gpu_shares=settling_shares,
        mem_mb=settling_memory,
        runtime=training_minutes,
    params:
        datasets=dataset_options,
        part=part("train", "measure", "see", "grade"),
        code=code_version("train") + code_version("measure") + code_version("grade"),
        sights=sights_option,
        styles=styles_option,
        overrides=overrides_of,
        overrides_digest=overrides_digest,
    shell:
        "NETGRADE_GPU_SHARES={resources.gpu_shares} "
        "netgrade stage settle {wildcards.assignment} {input.submissions} {input.checked} {input.trainings} "
        "{input.measurements} {input.undecided} {params.sights} {params.styles} {params.overrides} {params.datasets} "
        "--final-trainings {output.trainings} --final-sights {output.sights} --log {log} --output {output.grades}"
