rule datasets:
    output:
        dataset="results/datasets/{dataset}.json",
    log:
        "results/logs/datasets/{dataset}.log",
    params:
        data=f"--data {shlex.quote(COURSE.data)}" if COURSE.data else "",
        download="--download" if COURSE.download else "--no-download",
        attempt=data_attempt,
    shell:
        "netgrade stage datasets {wildcards.dataset} {params.data} {params.download} --output {output.dataset} 2> >(tee {log} >&2)"
