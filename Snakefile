"""netgrade: from a folder of submissions to graded reports. Eleven stages, one rule and one module each."""

from snakemake.utils import min_version

min_version("9.19")


configfile: "config.yaml"


# Only used with `--software-deployment-method apptainer`; otherwise the rules run in the environment of `make setup`.
container: "docker://python:3.11-bookworm"


# For `snakemake --report page.html`: what was made, and how long each stage took.
report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/datasets.smk"
include: "workflow/rules/collect.smk"
include: "workflow/rules/extract.smk"
include: "workflow/rules/check.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/measure.smk"
include: "workflow/rules/see.smk"
include: "workflow/rules/style.smk"
include: "workflow/rules/grade.smk"
include: "workflow/rules/settle.smk"
include: "workflow/rules/audit.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/export.smk"


# On a cluster: what takes hardly a second, or needs the network, runs beside Snakemake instead of waiting in a queue.
localrules:
    datasets,
    style_network,
    collect,
    check,
    measure,
    grade,
    audit,
    report_class,
    marking,
    export,


rule all:
    default_target: True
    input:
        wanted,


onsuccess:
    print_summary()


onerror:
    print_failure()
