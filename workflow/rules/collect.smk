rule collect:
    output:
        submissions="results/collect/{assignment}/{chunk}.json",
    log:
        "results/logs/collect/{assignment}/{chunk}.log",
    params:
        folder=folder_of,
        files=files_of,
        lms=lms_options,
    shell:
        "netgrade stage collect {wildcards.assignment} {wildcards.chunk} {params.folder:q} {params.lms} --output {output.submissions} 2> >(tee {log} >&2)"
