"""Run log: what Snakemake itself writes down about the last run, how far it is and which jobs failed."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

LOGS = Path(".snakemake/log")
NAME = re.compile(r"(\d{4}-\d\d-\d\dT\d{6})(\.\d+)?\.snakemake\.log")
PLANNED = re.compile(r"^total\s+(\d+)\s*$", re.MULTILINE)
STEPS = re.compile(r"^(\d+) of (\d+) steps \(", re.MULTILINE)
FAILED = re.compile(r"^(?:Command '|    log: ).*?(results/logs/[^\s')]+\.log)", re.MULTILINE)
"""The two forms in which Snakemake names the log of a job that failed: with rules told, and without."""

STOPPED = "Terminating processes on user request"
INCOMPLETE = "At least one job did not complete successfully"

MADE = {"results/export.json": "reports/gradebook.csv"}
MARKING = re.compile(r"results/report/([^/]+)/marking\.json")
MOST_WORDS = 4000


@dataclass(frozen=True)
class Failure:
    """A job that failed and was not made good since."""

    log: str
    what: str
    """The last thing that it said."""


@dataclass(frozen=True)
class RunLog:
    """One run of the workflow."""

    begun: datetime
    """In this machine's zone."""
    done: int
    steps: int
    """Both in jobs; there may be more once grading asks for further rounds."""
    failures: tuple[Failure, ...]
    stopped: bool
    """By a person; the jobs that this ended are no failures."""


def last_run(folder: Path) -> RunLog | None:
    """The last run in `folder` that had anything to do; None where there was none."""
    for path in sorted((folder / LOGS).glob("*.snakemake.log"), reverse=True):
        named, text = NAME.fullmatch(path.name), path.read_text(encoding="utf-8", errors="replace")
        # A second run that found the first at work leaves a log too, as does one that only drew a picture.
        if named and (planned := PLANNED.search(text)):
            done, steps = ([(0, int(planned[1]))] + [(int(a), int(b)) for a, b in STEPS.findall(text)])[-1]
            begun = datetime.strptime(named[1], "%Y-%m-%dT%H%M%S").astimezone()
            before, stopped, _ = text.partition(STOPPED)
            return RunLog(begun, done, steps, _failures(before, folder), bool(stopped))
    return None


def _failures(text: str, folder: Path) -> tuple[Failure, ...]:
    """Of the jobs that failed, those whose result is still missing: one that was tried again may have done well."""
    logs = dict.fromkeys(FAILED.findall(text))
    if not logs and INCOMPLETE in text:
        # As on a cluster, where a quiet Snakemake says no more.
        return (Failure("results/logs", "A job failed, and Snakemake does not say which: the newest logs may."),)
    return tuple(Failure(log, _last_words(folder / log)) for log in logs if not (folder / _result(log)).exists())


def _result(log: str) -> str:
    """What the job with this log makes: the same path, but for those that write no JSON."""
    name = f"results/{log.removeprefix('results/logs/').removesuffix('.log')}.json"
    return MARKING.sub(r"reports/\1/marking.csv", MADE.get(name, name))


def _last_words(log: Path) -> str:
    """The error that a job ended with, or the last line that it wrote."""
    try:
        text = log.read_bytes()[-MOST_WORDS:].decode(errors="replace").strip()
    except OSError:
        return "It left no log."
    _, error, words = text.rpartition("Error: ")
    if not error:
        return text.rpartition("\n")[2] or "Its log is empty."
    lines = [" ".join(line.split()) for line in words.splitlines()]
    return " ".join(line if line.endswith((".", "!", "?", ":")) else f"{line}." for line in lines if line)
