rule export:
    input:
        course_grades(),
    output:
        gradebook=report(
            "reports/gradebook.csv",
            caption="../report/gradebook.rst",
            category="Grade book",
        ),
        summary=report(
            "results/export/summary.txt",
            caption="../report/summary.rst",
            category="Grade book",
        ),
    log:
        "results/logs/export.log",
    params:
        names=names_option(),
    shell:
        "netgrade stage gradebook {input} {params.names} --gradebook {output.gradebook} --summary {output.summary} 2> >(tee {log} >&2)"
