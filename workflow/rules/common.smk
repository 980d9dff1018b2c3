# What the rules share: the course, its assignments, and functions that name files and digests.

import shlex
import sys
import time
from pathlib import Path

from netgrade.collect import (
    PSEUDONYMS,
    REFERENCE_CHUNK,
    ROSTER,
    fingerprint,
    partition,
    pseudonym_key,
    roster_of,
)
from netgrade.demand import Demand, demand_of
from netgrade.errors import NetgradeError
from netgrade.lms import own_entry
from netgrade.machine import gpus
from netgrade.objects.submission import Roster
from netgrade.running import (
    begin_workflow,
    is_dry_run,
    lead_jobs,
    require_space,
)
from netgrade.pictures import given_files
from netgrade.relevance import code_version, part_digest
from netgrade.resources import templates_folder
from netgrade.spec import (
    check_overrides,
    known,
    load_assignment,
    load_course,
    load_overrides,
)
from netgrade.store import load, save, sha256_file, sha256_of


wildcard_constraints:
    assignment=r"[a-z0-9][a-z0-9-]*",
    chunk=r"c\d\d|reference",
    dataset=r"[a-z0-9_]+",
    network=r"[a-z0-9]+",


def overrides_checked(entry, assignment, students):
    """The overrides of an assignment are held against its students and tasks before anything runs."""
    path = Path(entry.overrides)
    known = {*students, *students.values()}
    check_overrides(
        path, load_overrides(path), known, {task.id for task in assignment.tasks}
    )


def only_of(config):
    """The assignments that `--config only=...` names; none where it names all by saying nothing."""
    return [name for name in str(config.get("only", "")).split(",") if name]


try:
    lead_jobs()
    # On a cluster Snakemake also starts itself for single jobs of a run that is at work.
    if workflow.is_main_process:
        begin_workflow(Path("."), only_looks=is_dry_run(sys.argv))
    KEY = pseudonym_key(PSEUDONYMS)
    COURSE = load_course(Path(workflow.configfiles[0]))
    ENTRIES = {entry.id: entry for entry in COURSE.assignments}
    ONLY = [known(name, ENTRIES, "config.yaml") for name in only_of(config)]
    ASSIGNMENTS = {
        name: load_assignment(Path("assignments", name, "assignment.yaml"))
        for name in ENTRIES
    }
    CHUNKS = {
        name: {
            REFERENCE_CHUNK: [own_entry(Path("reference_models", name))],
            **partition(Path(entry.submissions), KEY, entry.lms),
        }
        for name, entry in ENTRIES.items()
    }
    GIVEN = {
        name: given_files(assignment.tasks, Path("assignments", name))
        for name, assignment in ASSIGNMENTS.items()
    }
    STUDENTS = roster_of(CHUNKS, KEY)
    for name, entry in ENTRIES.items():
        if entry.overrides:
            overrides_checked(entry, ASSIGNMENTS[name], STUDENTS.names(name))
    if not ROSTER.is_file() or load(ROSTER, Roster) != STUDENTS:
        save(ROSTER, STUDENTS)
except NetgradeError as error:
    # A mistake in the course's own files, a second run, a full disk: the sentence says enough, and no traceback helps.
    sys.exit(f"\n{error}")


def folder_of(wildcards):
    """Where the submissions of a chunk lie."""
    if wildcards.chunk == REFERENCE_CHUNK:
        return f"reference_models/{wildcards.assignment}"
    return ENTRIES[wildcards.assignment].submissions


def lms_options(wildcards):
    """How the names of the submissions are read; those of the reference models, as they are."""
    if wildcards.chunk == REFERENCE_CHUNK:
        return ""
    lms = ENTRIES[wildcards.assignment].lms
    return f"--system {lms.system} --attempt {lms.attempt} --zone {lms.zone}"


def files_of(wildcards):
    """Digest of what is handed in: names stay data, and never become wildcards or shell words."""
    return fingerprint(CHUNKS[wildcards.assignment].get(wildcards.chunk, []))


def datasets_of(wildcards):
    """The descriptions of the assignment's data sets."""
    names = ASSIGNMENTS[wildcards.assignment].datasets
    return [f"results/datasets/{name}.json" for name in names]


def dataset_options(wildcards, input):
    """The options that name them."""
    return " ".join(f"--dataset {path}" for path in input.datasets)


def part(*stages):
    """The digest of what these stages read in the assignment file, as a `params` function."""
    return lambda wildcards: " ".join(
        part_digest(ASSIGNMENTS[wildcards.assignment], stage) for stage in stages
    )


def given_digest(wildcards):
    """Stages that read the instructor's images follow their content."""
    given = GIVEN[wildcards.assignment]
    return sha256_of(
        *(
            [task, name, sha256_file(path)]
            for task, named in given.items()
            for name, path in named.items()
        )
    )


def networks_of(wildcards):
    """The feature networks that the assignment's images are measured with."""
    tasks = ASSIGNMENTS[wildcards.assignment].style_tasks
    names = sorted({task.network for task in tasks})
    return [f"results/style_network/{name}.json" for name in names]


def network_options(wildcards, input):
    """The options that name them."""
    return " ".join(f"--network {path}" for path in input.networks)


def network_attempt(wildcards):
    """Look for missing weights anew in every run, and keep what was found."""
    return attempt(Path("results/style_network", f"{wildcards.network}.json"))


def styles_of(wildcards):
    """The measurements of images, where the assignment asks for any."""
    tasks = ASSIGNMENTS[wildcards.assignment].style_tasks
    return (
        f"results/style/{wildcards.assignment}/{wildcards.chunk}.json" if tasks else []
    )


def attempt(found):
    """Changes in every run for what was not found, and stays for what was."""
    missing = found.is_file() and '"status": "ok"' not in found.read_text()
    return time.time() if missing else "once"


def data_attempt(wildcards):
    """Look for missing data anew in every run, and keep what was found."""
    return attempt(Path("results/datasets", f"{wildcards.dataset}.json"))


def demand(wildcards, input):
    """What training this chunk takes; not known before its plans are."""
    seeds = ASSIGNMENTS[wildcards.assignment].seeds
    undecided = getattr(input, "undecided", None)
    return demand_of(input.checked, input.datasets, seeds, undecided)


def training_memory(wildcards, input, attempt):
    """Memory of a job of training, MB."""
    return demand(wildcards, input).memory_mb(attempt)


def training_minutes(wildcards, input, attempt):
    """Most minutes that a job of training may take on a cluster."""
    return demand(wildcards, input).minutes(attempt)


def gpu_shares(wildcards, input, attempt):
    """Shares of a GPU for a job of training; none where there is no GPU."""
    return demand(wildcards, input).gpu_shares(attempt) if gpus() else 0


def settling_shares(wildcards, input, attempt):
    """Shares of a GPU for further rounds; none where nothing is trained or looked at, so that nobody waits for them."""
    idle = demand(wildcards, input) == Demand()
    idle = idle and not ASSIGNMENTS[wildcards.assignment].looks
    return 0 if idle else gpu_shares(wildcards, input, attempt)


def settling_memory(wildcards, input, attempt):
    """Memory of a job of further rounds, MB: looking at networks needs some, where nothing is trained."""
    return max(4000, training_memory(wildcards, input, attempt))


def one_share(wildcards, attempt):
    """Shares of a GPU for a job that computes little; more where that was too little."""
    return Demand().gpu_shares(attempt) if gpus() else 0


def sandbox_memory(wildcards):
    """Memory of a job of extraction, MB: one run of a submission, and netgrade beside it."""
    return ASSIGNMENTS[wildcards.assignment].sandbox.memory_mb + 1000


def sandbox_minutes(wildcards):
    """Most minutes of a job of extraction: all its submissions use all their time, twice where a kernel stopped them."""
    submissions = len(CHUNKS[wildcards.assignment].get(wildcards.chunk, []))
    seconds = ASSIGNMENTS[wildcards.assignment].sandbox.wall_seconds
    return 10 + 2 * submissions * seconds // 60


def sights_graded(wildcards):
    """What the networks see, where points rest on it."""
    if not ASSIGNMENTS[wildcards.assignment].sees_tasks:
        return []
    return f"results/see/{wildcards.assignment}/{wildcards.chunk}.r1.json"


def sights_of(wildcards):
    """What the networks of the report's own chunk see, where a task asks for it."""
    if not ASSIGNMENTS[wildcards.assignment].looks:
        return []
    return f"results/settle/{wildcards.assignment}/{wildcards.chunk}.sights.json"


def sights_option(wildcards, input):
    """The option that names it."""
    return f"--sights {input.sights}" if input.sights else ""


def styles_option(wildcards, input):
    """The option that names the measurements of images."""
    return f"--styles {input.styles}" if input.styles else ""


def wanted(wildcards):
    """What a run makes: everything, or with `--config only=lab-1,lab-2` what belongs to these assignments alone."""
    names = ONLY or ASSIGNMENTS
    # The bundles of a chunk show that each of its grades has one.
    bundles = [f"results/audit/{a}/{chunk}.json" for a in names for chunk in CHUNKS[a]]
    pages = expand(
        ["results/report/{assignment}/class.json", "reports/{assignment}/marking.csv"],
        assignment=names,
    )
    course = [] if ONLY else ["reports/gradebook.csv", "results/export/summary.txt"]
    return [*course, *bundles, *pages]


def student_chunks(assignment):
    """All chunks but the reference models'."""
    return [chunk for chunk in CHUNKS[assignment] if chunk != REFERENCE_CHUNK]


def every_chunk(stage):
    """What a stage wrote for each chunk of students, as an `input` function."""
    return lambda wildcards: [
        f"results/{stage}/{wildcards.assignment}/{chunk}.json"
        for chunk in student_chunks(wildcards.assignment)
    ]


def course_grades():
    """The last grades of everyone in every assignment."""
    return [
        f"results/settle/{name}/{chunk}.json"
        for name in ASSIGNMENTS
        for chunk in student_chunks(name)
    ]


def report_manifests(wildcards):
    """The reports of one assignment, by chunk."""
    return expand(
        "results/report/{assignment}/{chunk}.json",
        assignment=wildcards.assignment,
        chunk=student_chunks(wildcards.assignment),
    )


def overrides_of(wildcards):
    """The option that names the teacher's overrides, where there are any."""
    path = ENTRIES[wildcards.assignment].overrides
    return f"--overrides {shlex.quote(path)}" if path else ""


def overrides_digest(wildcards):
    """Grading follows the overrides' content."""
    path = ENTRIES[wildcards.assignment].overrides
    return sha256_file(Path(path)) if path else ""


def names_option():
    """The option that shows names on pages; none where marking is anonymous."""
    return "" if COURSE.anonymous else f"--roster {ROSTER}"


def price_option():
    """The option that has the class page count what trainings cost, where the course says what an hour does."""
    prices = COURSE.prices
    return (
        f"--prices {prices.cpu:g} {prices.gpu:g} {shlex.quote(prices.currency)}"
        if prices
        else ""
    )


def templates():
    """Every template: rendering follows them."""
    return sorted(str(path) for path in templates_folder().rglob("*") if path.is_file())


def print_summary():
    """Say at the end what was graded, what was not and why."""
    found = Path("results/export/summary.txt")
    if ONLY:
        print("\nReports: " + ", ".join(f"reports/{name}" for name in ONLY))
    elif found.is_file():
        print(
            "\n"
            + found.read_text()
            + "\nReports: reports/   Grade book: reports/gradebook.csv"
        )


def print_failure():
    """Say at the end why not everything was done; where the disk is full, the logs cannot."""
    try:
        require_space(Path("."))
    except NetgradeError as error:
        print(f"\n{error}")
    print(
        "\nNot everything was done; the lines above say why, and the logs below results/logs.\n"
        "The next `snakemake --cores all` goes on from here."
    )
