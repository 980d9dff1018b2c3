rule grade:
    input:
        submissions="results/collect/{assignment}/{chunk}.json",
        checked="results/check/{assignment}/{chunk}.json",
        measurements="results/measure/{assignment}/{chunk}.r1.json",
        sights=sights_graded,
        styles=styles_of,
    output:
        grades="results/grade/{assignment}/{chunk}.r1.json",
    log:
        "results/logs/grade/{assignment}/{chunk}.r1.log",
    priority: 1
    params:
        part=part("grade"),
        code=code_version("grade"),
        sights=sights_option,
        styles=styles_option,
        overrides=overrides_of,
        overrides_digest=overrides_digest,
    shell:
        "netgrade stage grade {wildcards.assignment} {input.submissions} {input.checked} {input.measurements} "
        "{params.sights} {params.styles} {params.overrides} --output {output.grades} 2> >(tee {log} >&2)"
