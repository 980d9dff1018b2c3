"""Doctor: what this machine has, and how to mend what it lacks."""

import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from netgrade.datasets import DRAWN
from netgrade.datasets.locate import install_hint, locate
from netgrade.datasets.published import PUBLISHED
from netgrade.errors import NetgradeError, SandboxError
from netgrade.extract.sandbox import backend_of, prove
from netgrade.machine import memory_bytes
from netgrade.objects.assignment import Course
from netgrade.public import RULES, rules_text
from netgrade.spec import load_assignment

GIGABYTE = 2**30

FONTS = {"LiberationSans": "fonts-liberation", "DejaVuSans": "fonts-dejavu-core"}
"""What reports are set in, and what has their signs: the start of the files' names, and Debian's packages."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `ok` is None where lacking it is no fault."""

    name: str
    ok: bool | None
    what: str
    remedy: str = ""


def examine(course: Course | None, root: Path) -> list[Finding]:
    """Look at everything that grading needs, and at what was given to students."""
    data = Path(course.data) if course and course.data else None
    return [
        _python(),
        _engine(),
        _gpu(),
        _sandbox(course),
        _pdf(),
        _fonts(),
        *_data_sets(data),
        *stale_rules(course, root),
        _disk(root),
        _machine(),
    ]


def _python() -> Finding:
    new_enough = sys.version_info >= (3, 11)
    return Finding("Python", new_enough, platform.python_version(), "" if new_enough else "3.11 or newer is needed.")


def _engine() -> Finding:
    found = [f"{name} {_version(name)}" for name in ("tensorflow", "tensorflow-cpu", "jax") if _version(name)]
    usable = any(name.startswith("tensorflow") for name in found)
    return Finding("engine", usable, ", ".join(found) or "none", "" if usable else "pip install 'netgrade[cpu]'")


def _gpu() -> Finding:
    if not shutil.which("nvidia-smi"):
        return Finding("GPU", None, "none: training runs on the CPU")
    asked = subprocess.run(
        ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"],
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    cuda = _version("nvidia-cudnn-cu12") is not None
    remedy = "" if cuda else "make setup ENGINE=cuda"
    return Finding("GPU", cuda, "; ".join(asked.stdout.splitlines()) or "not usable", remedy)


def _sandbox(course: Course | None) -> Finding:
    isolation = course.isolation if course else "bubblewrap"
    if isolation == "none":
        return Finding("sandbox", None, "none: student code runs unprotected", "`isolation: bubblewrap` in config.yaml")
    try:
        test = prove(backend_of(isolation))
    except SandboxError as error:
        return Finding("sandbox", False, error.what, error.remedy)
    return Finding("sandbox", True, f"{test.backend} keeps its {len(test.held)} promises")


def _pdf() -> Finding:
    try:
        import weasyprint
    except OSError as error:
        remedy = "sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        return Finding("PDF", False, f"WeasyPrint cannot start: {str(error)[:80]}", remedy)
    return Finding("PDF", True, f"WeasyPrint {weasyprint.__version__}")


def _fonts() -> Finding:
    folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts"]
    files = [path.name for folder in folders if folder.is_dir() for path in folder.rglob("*.[ot]tf")]
    absent = [name for name in FONTS if not any(file.startswith(name) for file in files)]
    if not absent:
        return Finding("fonts", True, "found")
    remedy = f"sudo apt-get install -y {' '.join(FONTS[name] for name in absent)}"
    return Finding("fonts", None if files else False, f"others than {', '.join(absent)}" if files else "none", remedy)


def _data_sets(data: Path | None) -> list[Finding]:
    findings = [Finding(f"data: {name}", True, "drawn by netgrade") for name in DRAWN]
    for name, published in PUBLISHED.items():
        place = locate(published, data)
        hint = "" if place else install_hint(published)
        findings.append(Finding(f"data: {name}", True if place else None, str(place or "not on this machine"), hint))
    return findings


def stale_rules(course: Course | None, root: Path) -> list[Finding]:
    """What students were given of each assignment, where it is no longer what the assignment says."""
    found = []
    for entry in course.assignments if course else []:
        folder = root / "assignments" / entry.id
        if not (folder / RULES).is_file():
            continue
        try:
            wanted = rules_text(load_assignment(folder / "assignment.yaml"))
        except NetgradeError:
            continue  # what is wrong with the assignment, grading tells
        if (folder / RULES).read_text(encoding="utf-8", errors="replace") != wanted:
            what = "older than assignment.yaml: students check their work by other rules than yours"
            found.append(Finding(f"rules: {entry.id}", None, what, f"netgrade handout {entry.id}"))
    return found


def _disk(root: Path) -> Finding:
    free = shutil.disk_usage(root).free / GIGABYTE
    return Finding("free disk", free > 5, f"{free:.0f} GB", "" if free > 5 else "Results need about 1 MB a training.")


def _machine() -> Finding:
    memory = memory_bytes() / GIGABYTE
    remedy = "" if memory >= 4 else "4 GB are recommended."
    return Finding("machine", memory >= 3.5, f"{os.cpu_count()} cores, {memory:.0f} GB memory", remedy)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
