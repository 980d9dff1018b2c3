"""What it costs to run a submission's code: forks of a Python that has loaded Keras, against one started for each.

    nice python benchmarks/extraction.py [rounds]

Runs the quickstart's submissions that hold code and do not loop forever, in bubblewrap, by turns in both ways, and
prints CPU seconds of all processes together: the sandboxes', the programs' and the supervisor's. What a submission
itself costs is in both. `empty` is a file that does nothing: what is left is the price of running anything at all.
Needs a control group of its own to count CPU time: root, or `systemd-run --user --scope python ...`.
"""

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from statistics import median

from netgrade.collect import collect, partition
from netgrade.datasets import prepare
from netgrade.extract.sandbox import backend_of, piped, prove
from netgrade.extract.sandbox.cgroup import MOUNT, Group
from netgrade.extract.sandbox.forked import Zygote
from netgrade.extract.submission import extract, shown_files
from netgrade.objects.submission import Submission
from netgrade.spec import load_assignment

QUICKSTART = Path(__file__).parents[1] / "assignments" / "quickstart"
ENDLESS = "Moe, Sindre"
KEY = b"benchmark" * 4
PATIENCE = 900
"""Wall seconds: a busy machine lengthens a run, but adds little to its CPU time."""

CHUNKS = 32
"""Of a large course: each is a job with a zygote and a self-test of its own."""


def main(rounds: int) -> None:
    """Measure both ways and print the ratio."""
    rules = load_assignment(QUICKSTART / "assignment.yaml")
    rules = rules.model_copy(update={"sandbox": rules.sandbox.model_copy(update={"wall_seconds": PATIENCE})})
    with tempfile.TemporaryDirectory() as folder, counter() as cpu:
        # In groups of their own, which limit nothing here, runs would escape the counting.
        piped.control_group = lambda *_: nullcontext(Group())
        data = prepare("shapes10", Path(folder, "data"), None, download=False)
        plain, shown = backend_of("bubblewrap"), shown_files({data.name: data}, {})
        start = cpu()
        with closing(Zygote(shown)) as zygote:
            forks = replace(plain, run=zygote.run)
            prove(forks)
            prepared = cpu() - start
            seconds: dict[str, dict[str, list[float]]] = {}
            for _ in range(rounds):
                for name, submission in submissions(Path(folder)):
                    for way, backend in (("afresh", plain), ("forked", forks)):
                        before = cpu()
                        found = extract(submission, rules, {data.name: data}, "bubblewrap", backend=backend)
                        assert found.ok, found.cause
                        print(f"{name} {way}", file=sys.stderr)
                        seconds.setdefault(name, {}).setdefault(way, []).append(cpu() - before)
    show(seconds, prepared, rounds)


def show(seconds: dict[str, dict[str, list[float]]], prepared: float, rounds: int) -> None:
    """One line for each submission, and what it means for a large course."""
    middle = {name: {way: median(each) for way, each in ways.items()} for name, ways in seconds.items()}
    for name, ways in middle.items():
        ratio = ways["afresh"] / ways["forked"]
        print(f"{name:22} afresh {ways['afresh']:5.2f} s, forked {ways['forked']:5.2f} s CPU, ratio {ratio:4.1f}")
    real = [ways for name, ways in middle.items() if name != "empty"]
    afresh, forked = (sum(ways[way] for ways in real) / len(real) for way in ("afresh", "forked"))
    print(f"{'mean of ' + str(len(real)):22} afresh {afresh:5.2f} s, forked {forked:5.2f} s CPU, ratio "
          f"{afresh / forked:4.1f} (higher is better; median of {rounds} on {processor()})")  # fmt: skip
    whole = {"afresh": 1000 * afresh, "forked": 1000 * forked + CHUNKS * prepared}
    print(f"Loading and proving a zygote takes {prepared:.1f} s CPU.")
    minutes = {way: each / 120 for way, each in whole.items()}
    print(f"1,000 such submissions in {CHUNKS} chunks on two cores: {minutes['afresh']:.0f} minutes afresh, "
          f"{minutes['forked']:.0f} minutes forked.")  # fmt: skip


def submissions(folder: Path) -> Iterator[tuple[str, Submission]]:
    """Those of the quickstart that hold code, and an empty one."""
    empty = folder / "empty" / "empty"
    empty.mkdir(parents=True, exist_ok=True)
    (empty / "model.py").write_text("TRAINING = {}\n")
    for place in (QUICKSTART / "submissions", empty.parent):
        for chunk in partition(place, KEY):
            for submission in collect("quickstart", chunk, place, folder / "places", KEY).submissions:
                name = Path(submission.folder).resolve().name
                if name != ENDLESS and any(file.path.endswith((".py", ".ipynb")) for file in submission.files):
                    yield name, submission


@contextmanager
def counter() -> Iterator[Callable[[], float]]:
    """The CPU seconds of this process and all that it starts, also of those that nobody waits for."""
    if (MOUNT / "cgroup.controllers").exists():
        [line] = [line for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::")]
        file = MOUNT / line.removeprefix("0::").strip("/") / "cpu.stat"
        yield lambda: int(file.read_text().split()[1]) / 1e6
        return
    own = MOUNT / "cpuacct" / f"netgrade-benchmark-{os.getpid()}"
    own.mkdir()
    (own / "cgroup.procs").write_text("0")
    try:
        yield lambda: int((own / "cpuacct.usage").read_text()) / 1e9
    finally:
        (own.parent / "cgroup.procs").write_text("0")
        while (own / "cgroup.procs").read_text():
            time.sleep(0.1)
        own.rmdir()


def processor() -> str:
    """Its name and how many of its cores there are."""
    names = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]  # fmt: skip
    return f"{os.cpu_count()} cores of {names[0] if names else platform.machine()}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
