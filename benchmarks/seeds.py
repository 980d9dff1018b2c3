"""What training one seed first saves against five seeds each, and how often either gives the wrong verdict.

    python benchmarks/seeds.py [--cases 840] [--prior 4] [--deviation 0.01] [--json seeds.json]

`seeds.csv` holds the test accuracies of reference designs, each trained with many seeds; seeds_record.py wrote it. A
case is one of those designs with a threshold so many points below its mean accuracy, which ought to pass, or above,
which ought to fail. Its trainings are drawn from the normal distribution of the recorded ones, together with the luck
of the test images that they share. All rules decide by the grader's own functions: they begin with one seed, as an
assignment does that says nothing else, or with three, and train more while they are undecided; or they train five.

The first two tables come from CASES draws a margin and side, divided among the designs. The last two are a check: there
the recorded trainings themselves are drawn, in a random order and without replacement, beside simulated ones on the
same test images. --prior and --deviation try other constants of the grader's interval.
"""

import json
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import click
import numpy as np
import pandas as pd

from netgrade.kinds.verdict import verdict_of
from netgrade.machine import cpu_name
from netgrade.measure import metrics
from netgrade.objects.assignment import Seeds
from netgrade.objects.grade import Verdict
from netgrade.objects.measurement import Interval, Measurement, SeedMeasure
from netgrade.objects.tasks import Threshold

RECORDED = Path(__file__).with_name("seeds.csv")
MARGINS = (0.5, 1, 2, 3, 5, 10)
SEEDS = Seeds()
RULES = {"one": SEEDS.first, "three": 3, "five": SEEDS.most}
"""With how many seeds each rule begins."""

SEED = 2026


class Design:
    """What was recorded of one design."""

    def __init__(self, name: str, table: pd.DataFrame) -> None:
        self.name, self.accuracies = name, table["accuracy"].to_numpy()
        self.images, self.mean = int(table["images"].iloc[0]), float(self.accuracies.mean())
        self.deviation = float(self.accuracies.std(ddof=1))
        self.luck = float(np.sqrt(table["common"].iloc[0] * self.mean * (1 - self.mean) / self.images))

    def simulated(self, random: np.random.Generator) -> list[float]:
        """Trainings of the design, measured on other test images."""
        return self._drawn(random, random.normal(0, self.luck))

    def on_these_images(self, random: np.random.Generator) -> list[float]:
        """Trainings of the design, measured on the test images of the recorded ones."""
        return self._drawn(random, 0.0)

    def recorded(self, random: np.random.Generator) -> list[float]:
        """Recorded trainings."""
        return [float(a) for a in random.permutation(self.accuracies)[: SEEDS.most]]

    def _drawn(self, random: np.random.Generator, luck: float) -> list[float]:
        drawn = self.mean + luck + random.normal(0, self.deviation, SEEDS.most)
        return [float(a) for a in drawn.clip(0, 1)]


def decided(accuracies: list[float], images: int, threshold: Threshold, trained: int) -> tuple[Verdict, int]:
    """Verdict and number of trainings, of which the grader begins with `trained`."""
    while True:
        found = accuracies[:trained]
        measured = Measurement(
            plan="0" * 64, dataset="shapes10", stand_in=True, images=images, accuracy=sum(found) / len(found),
            interval=interval_of(tuple(found), images), seeds=[_seed(a) for a in found],
        )  # fmt: skip
        verdict = verdict_of(threshold, measured, more=len(measured.seeds) < SEEDS.most)
        if verdict is not Verdict.UNDECIDED:
            return verdict, trained
        trained += len(SEEDS.after(trained))


@lru_cache(maxsize=10_000)
def interval_of(accuracies: tuple[float, ...], images: int) -> Interval:
    """The grader's interval; the rules ask for the same one now and then."""
    return metrics.accuracy_interval(list(accuracies), images)


def _seed(accuracy: float) -> SeedMeasure:
    return SeedMeasure(seed=SEED, test_accuracy=accuracy, train_accuracy=None, validation_accuracy=None, epochs_run=1,
                       best_epoch=None)  # fmt: skip


def cases(designs: list[Design], draw: str, count: int) -> Iterator[dict[str, object]]:
    """One row a case and rule: `count` cases a margin and side, divided among the designs."""
    random = np.random.default_rng(SEED)
    for margin in MARGINS:
        for side in (1, -1):
            for number in range(count):
                design = designs[number % len(designs)]
                threshold = Threshold(strict=True, value=min(1.0, max(0.0, design.mean - side * margin / 100)))
                accuracies = getattr(design, draw)(random)
                for rule, first in RULES.items():
                    verdict, trained = decided(accuracies, design.images, threshold, first)
                    yield {"design": design.name, "margin": margin, "passes": side > 0, "rule": rule,
                           "verdict": verdict.value, "trained": trained}  # fmt: skip


def summary(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Shares and trainings of each rule, one row for each value of the column `by`, and one for all."""
    groups = [*table.groupby(by, sort=False), ("all", table)]
    return pd.DataFrame([{by: name} | _figures(group) for name, group in groups])


def _figures(table: pd.DataFrame) -> dict[str, float]:
    rules = {name: group for name, group in table.groupby("rule")}
    found: dict[str, float] = {"cases": len(rules["five"])}
    for rule in RULES:
        group = rules[rule]
        wrongly_failed = group[group["passes"]]["verdict"] == Verdict.FAIL.value
        wrongly_passed = group[~group["passes"]]["verdict"] == Verdict.PASS.value
        found[f"trainings, {rule}"] = float(group["trained"].mean())
        found[f"saved, {rule}"] = 1 - found[f"trainings, {rule}"] / SEEDS.most
        found[f"false fail, {rule}"] = float(wrongly_failed.mean())
        found[f"false pass, {rule}"] = float(wrongly_passed.mean())
        found[f"left open, {rule}"] = float((group["verdict"] == Verdict.BORDERLINE.value).mean())
    return found


def shown(title: str, table: pd.DataFrame) -> str:
    """A Markdown table, with the figures of the rules one after the other in each cell."""
    rows = []
    for row in table.to_dict("records"):
        cells = {title: str(row[table.columns[0]])}
        for name, form, rules in (
            ("trainings", ".1f", RULES),
            ("saved", ".0%", ("one", "three")),
            ("false fail", ".1%", RULES),
            ("false pass", ".1%", RULES),
            ("left open", ".0%", RULES),
        ):
            cells[name] = " / ".join(format(row[f"{name}, {rule}"], form) for rule in rules)
        rows.append(cells)
    return pd.DataFrame(rows).to_markdown(index=False, disable_numparse=True)


@click.command()
@click.option("--cases", "count", type=click.IntRange(60), default=840, help="For each margin and side.")
@click.option("--prior", type=click.FloatRange(min=0.5), default=metrics.SEED_PRIOR, show_default=True)
@click.option("--deviation", type=click.FloatRange(min=0), default=metrics.SEED_DEVIATION, show_default=True)
@click.option("--json", "output", type=click.Path(path_type=Path, dir_okay=False), help="Write the figures here too.")
def main(count: int, prior: float, deviation: float, output: Path | None) -> None:
    """Simulate, compare with what was recorded, and print the tables."""
    metrics.SEED_PRIOR, metrics.SEED_DEVIATION = prior, deviation
    designs = [Design(str(name), group) for name, group in pd.read_csv(RECORDED).groupby("design", sort=False)]
    simulated = pd.DataFrame(cases(designs, "simulated", count))
    fixed, recorded = (pd.DataFrame(cases(designs, draw, count // 4)) for draw in ("on_these_images", "recorded"))
    tables = {"margin in points": summary(simulated, "margin"), "design": summary(simulated, "design")}
    checks = {"margin, simulated": summary(fixed, "margin"), "margin, recorded": summary(recorded, "margin")}
    print(pd.DataFrame([_described(design) for design in designs]).to_markdown(index=False, disable_numparse=True))
    for title, table in tables.items():
        print(f"\n{shown(title, table)}")
    print(
        "\nOn the test images of the recorded trainings, by margin: simulated, then the recorded trainings themselves."
    )
    for title, table in checks.items():
        print(f"\n{shown(title, table)}")
    print(f"\n{len(simulated) // len(RULES):,} simulated cases; figures in each cell: one first / three first / five. "
          f"{os.cpu_count()} cores of {cpu_name()}.")  # fmt: skip
    if output:
        found = {name: table.to_dict("records") for name, table in (tables | checks).items()}
        rule = SEEDS.model_dump() | {"prior": prior, "deviation": deviation}
        output.write_text(json.dumps({"rule": rule, **found}, indent=1) + "\n")


def _described(design: Design) -> dict[str, str]:
    return {"design": design.name, "trainings": str(len(design.accuracies)), "mean accuracy": f"{design.mean:.1%}",
            "deviation by seeds": f"{design.deviation:.1%}", "deviation by images": f"{design.luck:.1%}"}  # fmt: skip


if __name__ == "__main__":
    main()
