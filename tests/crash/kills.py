"""Kills the real workflow at random points, again and again, and holds what is left against what must never be lost.

    python tests/crash/kills.py [KILLS=50] [--seed N]

After each kill every file with a final name has to be whole, every finished training as it was, and the next start has
to go on by itself. At the end the grades must equal those of a run that nobody disturbed, in another folder. Exits
with 1 where anything was wrong.
"""

import argparse
import contextlib
import functools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from course import Tiny, lay_out_tiny  # noqa: E402 - this file is also run by itself
from leftovers import comparable, damage, differences, finished_records, parts  # noqa: E402
from processes import Process, below, survivors  # noqa: E402

from netgrade.collect import collect, partition, pseudonym_key  # noqa: E402

LASTS = {"datasets": 1.5, "collect": 0.5, "extract": 5, "check": 0.5, "train": 6, "measure": 1, "grade": 0.5,
         "settle": 6, "audit": 0.7, "similarity": 2, "control": 1,
         "report": 2.5, "report-class": 1.5, "gradebook": 0.7}  # fmt: skip
"""The stages, and about how many seconds a job of each lasts here."""

MIDDLE = "train, after an epoch"

MODES = ("the workflow", "its process group", "one process of a job")
ANYWHERE = "any moment"
LONGEST = 15.0
"""Seconds until a kill at any moment."""

PATIENCE = 300.0
LAST_BREATH = 20.0
"""Seconds until everything that a killed workflow started must be gone."""

WRONG = ("Traceback", "unlock", "cannot be locked", "LockException")
"""Words that no run may print."""

KEPT = ("results", "reports", ".snakemake")


class Campaign:
    """A course that is graded under fire, and what was seen."""

    def __init__(self, folder: Path, aims: Sequence[str], seed: int, say: Callable[[str], None] = print) -> None:
        self.folder, self.aims, self.say = folder, aims, say
        self.random = random.Random(seed)
        self.course = _small_course(folder / "course")
        self.run: subprocess.Popen[str] | None = None
        self.hits: list[dict[str, str]] = []
        """One row a kill: what was killed, and in which stages."""
        self.faults: list[str] = []
        self.records: dict[str, str] = {}
        self.changes = self.starts = 0
        self.started = 0.0
        self._job_killed = False
        """In the run that is at work."""

    def carry_out(self) -> None:
        """All kills, then a last run that must come to the grades of an undisturbed one."""
        yardstick = self.undisturbed("yardstick")
        while len(self.hits) < len(self.aims):
            aim = self.aims[len(self.hits)]
            if self.run is None:
                self._start()
            if self._wait_for(aim):
                # Other modes in each turn: a stage, or a kill at any moment, must not always meet the same one.
                self._kill(MODES[(len(self.hits) + len(self.hits) // 3) % len(MODES)], aim)
            elif self._has_finished():
                if self.changes == 0:
                    self._compare(yardstick, "the first run that ended")
                self._change(aim)
        if self.run:
            self._has_finished()
        status, output = self.course.snakemake()
        self._expect(status == 0, f"the last run ended with {status}:\n{output}")
        self._look()
        self._expect(not parts(self.course.folder), "temporary files are left after the last run")
        self._compare(self.undisturbed("again") if self.changes else yardstick, "the last run")

    def undisturbed(self, name: str) -> dict[str, Any]:
        """The grades of the course as it is now, from a fresh folder that nobody disturbs."""
        place = self.folder / name
        shutil.copytree(self.course.folder, place, ignore=shutil.ignore_patterns(*KEPT))
        course = Tiny(place)
        course.grade("tiny")
        return comparable(course.grades())

    def table(self) -> str:
        """How many kills hit which stage, and what of it."""
        hits = pd.DataFrame(self.hits)
        return str(pd.crosstab(hits["while at work"], hits["killed"], margins=True, margins_name="all").to_markdown())

    def _start(self) -> None:
        self.run, self._job_killed, self.started = self.course.start(), False, time.time()
        self.starts += 1

    def _wait_for(self, aim: str) -> bool:
        """Until a job of that stage has worked for a random time; False where the run has ended before."""
        assert self.run
        if aim != ANYWHERE:
            until = time.monotonic() + PATIENCE
            while aim not in self._at_work(below(self.run.pid)):
                if self.run.poll() is not None or time.monotonic() > until:
                    return False
                time.sleep(0.02)
        time.sleep(self.random.uniform(0, 2.0 if aim == MIDDLE else LASTS.get(aim, LONGEST)))
        return self.run.poll() is None

    def _at_work(self, family: Sequence[Process]) -> set[str]:
        """The stages of these jobs, with a name of its own for a training that has more than its engine loaded."""
        stages = {p.stage for p in family if p.stage in LASTS}
        return stages - {"train"} | {MIDDLE} if "train" in stages and self._has_new_checkpoint() else stages

    def _has_new_checkpoint(self) -> bool:
        for path in self.course.folder.glob("results/store/records/**/checkpoint.npz"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime > self.started:
                    return True
        return False

    def _kill(self, mode: str, aim: str) -> None:
        assert self.run
        family = below(self.run.pid)
        stage = "train" if aim == MIDDLE else aim
        hit = [p for p in family if p.stage in LASTS and stage in (p.stage, ANYWHERE)]
        stages = sorted(self._at_work(hit)) or ["between two jobs"]
        if mode == MODES[2] and not family:
            mode = MODES[1]
        if mode == MODES[0]:
            os.kill(self.run.pid, signal.SIGKILL)
        elif mode == MODES[1]:
            os.killpg(self.run.pid, signal.SIGKILL)
        else:
            family = self._kill_one(self.random.choice(hit or family))
        self._note(mode, stages)
        self._look()
        if mode != MODES[2]:
            self._go_on_at_once(family)
        self._expect(not (left := survivors(family, LAST_BREATH)), f"still at work after what was killed: {left}")

    def _kill_one(self, job: Process) -> list[Process]:
        """Kill the job's own process, the shell that started it, or one that works for it, such as the sandbox."""
        assert self.run
        self._job_killed = True
        shells = [p for p in below(self.run.pid) if p.id == job.parent]
        victim = self.random.choice([job, *shells, *below(job.id)])
        family = [victim, *below(victim.id)]
        victim.kill()
        return family

    def _go_on_at_once(self, family: list[Process]) -> None:
        """The next run starts while the jobs of the killed one may still be ending."""
        killed, self.run = self.run, None
        assert killed
        if len(self.hits) < len(self.aims):
            self._start()
        survivors(family, LAST_BREATH)
        output, _ = killed.communicate(timeout=LAST_BREATH)
        self._read(output)

    def _note(self, mode: str, stages: Sequence[str]) -> None:
        self.hits.append({"while at work": " + ".join(stages), "killed": mode})
        self.say(f"{len(self.hits):3}  {self.hits[-1]['while at work']:24}  {mode}")

    def _look(self) -> None:
        """Hold what is in the folder against what must never be lost."""
        for sentence in damage(self.course.folder):
            self._expect(False, sentence)
        now = finished_records(self.course.folder)
        for name, digest in self.records.items():
            self._expect(now.get(name) == digest, f"the finished training {name} has changed or vanished")
        self.records |= now

    def _has_finished(self) -> bool:
        """After the end of a run: whether all was done, which it must be unless one of its jobs was killed."""
        assert self.run
        output, _ = self.run.communicate(timeout=PATIENCE)
        status, self.run = self.run.returncode, None
        self._expect(self._job_killed or status == 0, f"a run ended with {status}:\n{output}")
        self._read(output)
        self._look()
        if status == 0:
            self._look_at_grades()
        return status == 0

    def _look_at_grades(self) -> None:
        """After a run that did everything, each grade is of what is handed in now, and was measured."""
        grades = {grade.slug: grade for grade in self.course.grades().values()}
        place, key = self.course.folder / "submissions", pseudonym_key(self.course.folder / "results/pseudonyms")
        for chunk in partition(place, key):
            for submission in collect("tiny", chunk, place, self.folder / "places", key).submissions:
                grade = grades.get(submission.slug)
                right = grade and grade.submission == submission.digest and grade.tasks[0].measurement
                self._expect(bool(right), f"{submission.slug} was not graded as handed in: {grade}")

    def _read(self, output: str) -> None:
        for word in WRONG:
            self._expect(word not in output, f"a run printed {word!r}:\n{output}")

    def _change(self, aim: str) -> None:
        """Make work for the stage in question, where the run before has left none."""
        self.changes += 1
        students = sorted(p.name for p in (self.course.folder / "submissions").iterdir())
        if aim == "datasets":  # laid out anew where there is a student to use it
            shutil.rmtree(self.course.folder / "results/datasets")
        if aim == "control":
            shutil.rmtree(self.course.folder / "results/control")
        if aim in ("grade", "report", "report-class", "gradebook") and self.changes % 2:
            path = self.course.folder / "assignments/tiny/assignment.yaml"
            old = path.read_text().splitlines()[-1]
            self.course.edit("assignments/tiny/assignment.yaml", old, f"    threshold: accuracy > {self.changes} %")
        elif len(students) < 5:
            self._submit(f"Student {len(students)}")
        else:
            self._submit(self.random.choice(students))

    def _submit(self, student: str) -> None:
        self.course.submit(student, self.random.randrange(4, 40), self.random.randrange(4, 30))

    def _compare(self, expected: dict[str, Any], which: str) -> None:
        found = comparable(self.course.grades())
        self._expect(set(found) == set(expected), f"{which} graded {sorted(found)}, expected {sorted(expected)}")
        for student in set(found) & set(expected):
            for difference in differences(found[student], expected[student], student):
                self._expect(False, f"{which}: {difference}")

    def _expect(self, holds: bool, sentence: str) -> None:
        if not holds:
            self.faults.append(sentence)
            self.say(f"FAULT: {sentence}")


def aims_of(kills: int) -> list[str]:
    """For each kill the stage to wait for, one after the other as they run; every third comes at any moment."""
    stages = [*LASTS]
    stages.insert(stages.index("measure"), MIDDLE)
    return [ANYWHERE if n % 3 == 2 else stages[(n - n // 3) % len(stages)] for n in range(kills)]


def _small_course(folder: Path) -> Tiny:
    course = lay_out_tiny(folder)
    for student, units, epochs in (("Ada", 8, 20), ("Bo", 16, 16)):
        course.submit(student, units, epochs)
    return course


def main() -> int:
    """Run the campaign in a folder of its own, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kills", type=int, nargs="?", default=50)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10_000)
    arguments = parser.parse_args()
    print(f"{arguments.kills} kills, --seed {arguments.seed}", flush=True)
    start = time.monotonic()
    folder = Path(tempfile.mkdtemp())
    campaign = Campaign(folder, aims_of(arguments.kills), arguments.seed, functools.partial(print, flush=True))
    campaign.carry_out()
    print(f"\n{campaign.table()}\n")
    print(
        f"{len(campaign.hits)} kills, {campaign.starts} starts, {campaign.changes} changes of the course, "
        f"{len(campaign.records)} trainings finished, {len(campaign.faults)} faults, "
        f"{time.monotonic() - start:.0f} s"
    )
    if campaign.faults:
        print(f"What was left is in {folder}.")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
