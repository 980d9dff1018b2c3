rule export:
    input:
        course_grades(),
    output:
        gradebook="reports/gradebook.csv",
        summary="results/export/summary.txt",
    log:
        "results/logs/export.log",
    params:
        names=names_option(),
    shell:
        "netgrade stage gradebook {input} {params.names} --gradebook {output.gradebook} --summary {output.summary} 2> >(tee {log} >&2)"
