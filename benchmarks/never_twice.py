"""What is trained for a class, and what is not because it was trained before: counts, and a ratio of costs.

    python benchmarks/never_twice.py

Ten students hand in a small network for shapes10; eight of the networks differ. The declarations are checked under two
assignments and trained by the trainer that grades, all in one store: first for both assignments, then again, and then
after one student handed in another network. A training counts where its record is new or was written again. The cost is
that of the ten in one store against that of each in a store of its own, in seconds of processor time: the median of
three repeats. That the workflow starts no other jobs either, tests/workflow/test_incremental.py holds.
"""

import json
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import click
import keras
import pandas as pd

from netgrade.checking import check
from netgrade.datasets import prepare
from netgrade.machine import cpu_name
from netgrade.objects.assignment import Assignment
from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import Declaration, ModelDeclaration
from netgrade.objects.plan import Plan
from netgrade.train import train_chunk

FILTERS = {"Ada": 4, "Bo": 4, "Cleo": 5, "Dan": 5, "Eve": 6, "Fay": 7, "Gus": 8, "Hal": 9, "Ida": 10, "Jon": 11}
SEED, EPOCHS, REPEATS = 2026, 2, 3


def declared(filters: int) -> ModelDeclaration:
    """What a submission asks for: one convolution with so many filters."""
    model = keras.Sequential([
        keras.Input((32, 32, 3)), keras.layers.Conv2D(filters, 3, activation="relu"), keras.layers.MaxPooling2D(2),
        keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax"),
    ])  # fmt: skip
    optimizer = keras.optimizers.serialize(keras.optimizers.Adam())
    return ModelDeclaration.model_validate({
        "architecture": {"class_name": "Sequential", "config": json.loads(json.dumps(model.get_config()))},
        "optimizer": json.loads(json.dumps(optimizer, default=float)), "loss": "sparse_categorical_crossentropy",
        "epochs": EPOCHS, "batch_size": 64, "transform": {"scale": [1 / 255], "offset": [0.0]},
    })  # fmt: skip


def plans_of(models: Mapping[str, ModelDeclaration], assignment: str, data: Dataset) -> dict[str, Plan]:
    """Every student's plan, as `check` makes it under the rules of one assignment."""
    task = {"id": assignment, "title": "Network", "kind": "classifier", "points": 4, "threshold": "accuracy > 40 %"}
    rules = Assignment.model_validate({"id": assignment, "title": "A", "dataset": data.name, "tasks": [task]})
    found = {}
    for student, model in models.items():
        given = Declaration(slug="s" + "0" * 11, submission="0" * 64, isolation="none", models={assignment: model})
        checked, plans = check(given, rules, {data.name: data})
        if not plans:
            raise click.ClickException(f"{student}: {checked.models[assignment].cause}")
        found[student] = next(iter(plans.values()))
    return found


def train_all(plans: list[Plan], data: Dataset, store: Path) -> None:
    """Train plans one after the other, as chunks do that know nothing of each other."""
    for plan in plans:
        train_chunk({plan.digest: plan}, {plan.digest: [SEED]}, {data.name: data}, store, store / "log.txt")


def written(store: Path) -> dict[Path, int]:
    """Every record, and when it was written."""
    return {path: path.stat().st_mtime_ns for path in store.rglob("record.json")}


def counts(models: dict[str, ModelDeclaration], data: Dataset, store: Path) -> list[dict[str, object]]:
    """What each step trained."""
    steps = (
        ("first assignment", "first", models), ("a second one, the same networks", "second", models),
        ("both again", "first", models), ("Dan hands in another network", "first", models | {"Dan": declared(12)}),
    )  # fmt: skip
    table = []
    for what, assignment, given in steps:
        before, plans = written(store), plans_of(given, assignment, data)
        if what == "both again":
            train_all(list(plans_of(given, "second", data).values()), data, store)
        train_all(list(plans.values()), data, store)
        new = {path for path, moment in written(store).items() if before.get(path) != moment}
        different = len({plan.digest for plan in plans.values()})
        table.append({"step": what, "networks": len(plans), "different": different, "trainings": len(new)})
    return table


def ratio(plans: list[Plan], data: Dataset) -> float:
    """Seconds of training all in one store, as a share of those of training each in its own."""
    spent = []
    for shared in (False, True):
        with tempfile.TemporaryDirectory(prefix="netgrade-twice-") as folder:
            start = time.process_time()
            for number, plan in enumerate(plans):
                train_all([plan], data, Path(folder) if shared else Path(folder, str(number)))
            spent.append(time.process_time() - start)
    return spent[1] / spent[0]


@click.command()
def main() -> None:
    """Train, count, and print both."""
    models = {student: declared(filters) for student, filters in FILTERS.items()}
    with tempfile.TemporaryDirectory(prefix="netgrade-class-") as folder:
        data = prepare("shapes10", Path(folder), None, download=False)
        print(pd.DataFrame(counts(models, data, Path(folder, "store"))).to_markdown(index=False), flush=True)
        plans = list(plans_of(models, "first", data).values())
        ratios = [ratio(plans, data) for _ in range(REPEATS)]
    print(f"\nTen networks, eight of them different: {median(ratios):.2f} of the cost of training all ten "
          f"({', '.join(f'{one:.2f}' for one in ratios)}). {os.cpu_count()} cores of {cpu_name()}.")  # fmt: skip


if __name__ == "__main__":
    main()
