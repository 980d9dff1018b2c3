rule report:
    input:
        grades="results/settle/{assignment}/{chunk}.json",
        reference="results/settle/{assignment}/reference.json",
        sights=sights_of,
        datasets=datasets_of,
        templates=templates(),
    output:
        manifest="results/report/{assignment}/{chunk}.json",
    log:
        "results/logs/report/{assignment}/{chunk}.log",
    params:
        datasets=dataset_options,
        sights=sights_option,
        part=part("report"),
        code=code_version("report"),
        names=names_option(),
    shell:
        "netgrade stage report {wildcards.assignment} {input.grades} --reference {input.reference} "
        "{params.datasets} {params.sights} {params.names} --output {output.manifest} 2> >(tee {log} >&2)"


rule report_class:
    input:
        grades=every_chunk("settle"),
        reference="results/settle/{assignment}/reference.json",
        manifests=report_manifests,
        control="results/control/{assignment}.json",
        similarity="results/similarity/{assignment}.json",
        templates=templates(),
    output:
        manifest="results/report/{assignment}/class.json",
        page=report(
            "reports/{assignment}/class.html",
            caption="../report/class.rst",
            category="Class pages",
            labels={"assignment": "{assignment}"},
        ),
    log:
        "results/logs/report/{assignment}/class.log",
    params:
        part=part("report"),
        code=code_version("report"),
        names=names_option(),
        prices=price_option(),
    shell:
        "netgrade stage report-class {wildcards.assignment} {input.grades} --reference {input.reference} "
        "--control {input.control} --similarity {input.similarity} "
        "{params.names} {params.prices} --output {output.manifest} 2> >(tee {log} >&2)"


rule marking:
    input:
        grades=every_chunk("settle"),
        templates=templates(),
    output:
        sheet="reports/{assignment}/marking.csv",
        page="reports/{assignment}/marking.html",
    log:
        "results/logs/report/{assignment}/marking.log",
    params:
        part=part("marking"),
        code=code_version("marking"),
        names=names_option(),
    shell:
        "netgrade stage marking {wildcards.assignment} {input.grades} {params.names} "
        "--sheet {output.sheet} --page {output.page} 2> >(tee {log} >&2)"
