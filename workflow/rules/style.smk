# Only assignments that ask for images have this stage.
rule style_network:
    input:
        dataset="results/datasets/shapes10.json",
    output:
        network="results/style_network/{network}.json",
    log:
        "results/logs/style_network/{network}.log",
    params:
        download="--download" if COURSE.download else "--no-download",
        attempt=network_attempt,
        code=code_version("style_network"),
    shell:
        "netgrade stage style-network {wildcards.network} --dataset {input.dataset} {params.download} --log {log} "
        "--output {output.network}"


rule style:
    input:
        declarations="results/extract/{assignment}/{chunk}.json",
        networks=networks_of,
    output:
        measurements="results/style/{assignment}/{chunk}.json",
    log:
        "results/logs/style/{assignment}/{chunk}.log",
    params:
        networks=network_options,
        part=part("style"),
        code=code_version("style"),
        given=given_digest,
    shell:
        "netgrade stage style {wildcards.assignment} {input.declarations} {params.networks} "
        "--output {output.measurements} 2> >(tee {log} >&2)"
