rule export:
    input:
        grades=course_grades,
    output:
        gradebook="reports/gradebook.csv",
        summary="results/export/summary.txt",
    log:
        "results/logs/export.log",
    shell:
        "netgrade export {input.grades} --gradebook {output.gradebook} --summary {output.summary} 2> >(tee {log} >&2)"
