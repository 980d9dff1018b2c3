"""The 19 networks of Leiden's tell-the-time task: claimed errors beside those that the grader measures, as a table.

    python benchmarks/clock_table.py [--size 75] [--images 14400] [--epochs 10] [--only two-heads]

Each network is checked, trained once and measured as a submission's would be. The reports claim figures at 150 x 150
pixels, after many more epochs; the scale that was run stands below the table.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import click
import keras
import numpy as np
import pandas as pd
from keras import layers

from netgrade.checking import check
from netgrade.datasets import clocks
from netgrade.machine import cpu_name
from netgrade.measure import measure_plan
from netgrade.objects.assignment import Assignment
from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import Declaration, ModelDeclaration
from netgrade.store import sha256_of
from netgrade.train import train_chunk

CROSS, SQUARE = "sparse_categorical_crossentropy", "mean_squared_error"
SEED = 2026


@dataclass(frozen=True)
class Row:
    """One network of the report: how it states the time, what was claimed, and what tells it from the others."""

    name: str
    claimed: str
    encoding: str
    heads: tuple[tuple[int, str, str], ...]  # units, activation and loss of each output
    strides: tuple[tuple[int, int], ...] = ((2, 2), (2, 2), (2, 2))
    hidden: tuple[int, ...] = (128, 64)
    kernel: int = 3
    rate: float = 0.001
    batch: int = 64


def rows() -> Iterator[Row]:
    """The table of the assignment, in its order."""
    classes = ((720, "softmax", CROSS),)
    for convolutions, hidden in ((2, (128, 64)), (3, (128, 64)), (3, (256, 128, 64))):
        for rate, batch in ((0.1, 256), (0.05, 128), (0.01, 64)):
            name = f"720 classes, {convolutions} convolutions, {len(hidden)} hidden layers, {rate}/{batch}"
            yield Row(name, "2:14", "time-class", classes, ((2, 2),) * convolutions, hidden, rate=rate, batch=batch)
    number = ((1, "linear", SQUARE),)
    for name, claimed, strides in (
        ("1x1", "2:14", ((1, 1), (1, 1))), ("2x2", "2:14", ((2, 2), (2, 2))), ("2x1, 1x2", "1:29", ((2, 1), (1, 2))),
    ):  # fmt: skip
        yield Row(f"regression, stride {name}", claimed, "fraction", number, strides)
    hour, minute = (12, "softmax", CROSS), (60, "softmax", CROSS)
    one = (1, "linear", SQUARE)
    yield Row("two heads: hour number, minute class", "1:36", "hour minute-class", (one, minute))
    yield Row("two heads: both classes", "0:27", "hour-class minute-class", (hour, minute))
    yield Row("two heads: both numbers", "2:14", "hour minute", (one, one))
    yield Row("two heads: hour class, minute number", "2:00", "hour-class minute", (hour, one))
    yield Row("sine and cosine of both hands", "1:20", "hour-sin-cos minute-sin-cos", (one,) * 4)
    angle = {"encoding": "hour-sin-cos", "heads": (one,) * 2}
    yield Row("sine and cosine of the hour hand", "0:20", **angle)
    yield Row("the same, 6x6 kernels and deeper heads", "0:07.72", **angle, kernel=6, hidden=(256, 128, 64))


def build(row: Row, size: int) -> keras.Model:
    """The network of a row: convolutions, then hidden layers of its own for each output."""
    x = image = keras.Input((size, size, 1))
    for number, stride in enumerate(row.strides):
        x = layers.Conv2D(16 * 2**number, row.kernel, strides=stride, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2)(x) if min(x.shape[1:3]) > 24 else x
    x = layers.Flatten()(x)
    return keras.Model(image, [_head(x, row, *head[:2]) for head in row.heads])


def _head(x: keras.KerasTensor, row: Row, units: int, activation: str) -> keras.KerasTensor:
    for size in row.hidden:
        x = layers.Dense(size, activation="relu")(x)
    return layers.Dense(units, activation=activation)(x)


def measured(row: Row, data: Dataset, epochs: int, store: Path) -> str:
    """The error as the grader measures it, or why there is none."""
    model = build(row, data.shape[0])
    optimizer = keras.optimizers.SGD(row.rate) if row.encoding == "time-class" else keras.optimizers.Adam(row.rate)
    losses = [{"loss": loss} for _, _, loss in row.heads]
    declared = ModelDeclaration.model_validate(
        {
            "architecture": {"class_name": "Functional", "config": json.loads(json.dumps(model.get_config()))},
            "optimizer": json.loads(json.dumps(keras.optimizers.serialize(optimizer), default=float)),
            "encoding": row.encoding, "epochs": epochs, "batch_size": row.batch,
            "transform": {"scale": [1 / 255], "offset": [0.0]},
        }
        | ({"losses": losses} if len(losses) > 1 else losses[0])
    )  # fmt: skip
    task = {"id": "row", "title": row.name, "kind": "clock", "points": 1, "threshold": "error <= 10 min"}
    rules = Assignment.model_validate({"id": "table", "title": "Table", "dataset": data.name, "tasks": [task]})
    given = Declaration(slug="a" * 12, submission="0" * 64, isolation="none", models={"row": declared})
    checked, plans = check(given, rules, {data.name: data})
    for plan in plans:
        train_chunk(plans, {plan: [SEED]}, {data.name: data}, store, store / "log.txt")
        found = measure_plan(plan, [SEED], data, store)
        return in_hours(found.clock.error) if found.clock else f"none: {found.cause and found.cause.what}"
    return f"not trained: {checked.models['row'].cause}"


def in_hours(error: float) -> str:
    """134.4 minutes as `2:14`, below an hour with a decimal."""
    hours, minutes = divmod(round(error), 60)
    return f"{hours}:{minutes:02d}" if hours else f"0:{error:04.1f}"


def lay_out(size: int, images: int, folder: Path) -> Dataset:
    """The first `images` training clocks and all test clocks."""
    x_train, y_train, x_test, y_test = clocks.draw(size)
    np.save(folder / "train_images.npy", x_train[:images])
    np.save(folder / "train_labels.npy", y_train[:images])
    np.save(folder / "test_images.npy", x_test)
    np.savez(folder / "hidden.npz", labels=y_test)
    return Dataset(name=f"clocks{size}", classes=clocks.CLASSES, shape=(size, size, 1), folder=str(folder),
                   train_images=len(x_train[:images]), test_images=len(x_test), stand_in=True,
                   hidden_labels=str(folder / "hidden.npz"), digest=sha256_of("clocks", size, images))  # fmt: skip


@click.command()
@click.option("--size", type=click.Choice(["75", "150"]), default="75", help="Pixels a side.")
@click.option("--images", type=click.IntRange(100, clocks.TRAIN), default=clocks.TRAIN, help="Training images.")
@click.option("--epochs", type=click.IntRange(1, 300), default=10)
@click.option("--only", default="", help="Rows whose name holds this.")
def main(size: str, images: int, epochs: int, only: str) -> None:
    """Train every network once, and print the table."""
    with tempfile.TemporaryDirectory(prefix="netgrade-clocks-") as folder:
        data = lay_out(int(size), images, Path(folder))
        table = []
        for row in (row for row in rows() if only in row.name):
            found = measured(row, data, epochs, Path(folder))
            click.echo(f"{row.name}: {found}", err=True)
            table.append({"model": row.name, "claimed": row.claimed, "measured": found})
    print(pd.DataFrame(table).to_markdown(index=False))
    scale = f"{size}x{size} pixels, {images:,} training images, {epochs} epochs"
    print(f"\nMean error in h:mm; {scale}, one training each. Guessing errs by 3:00.")
    print(f"{os.cpu_count()} cores of {cpu_name()}.")


if __name__ == "__main__":
    main()
