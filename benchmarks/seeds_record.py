"""Record how accuracy varies from seed to seed: small designs, trained many times, as `benchmarks/seeds.csv`.

    python benchmarks/seeds_record.py STORE [--data FOLDER] [--seeds 12]

Each design is trained by the trainer that grades, and measured as a submission is. STORE keeps the records, so that a
run that was stopped goes on; FOLDER has MNIST and Fashion-MNIST as Keras keeps them. The column `common` tells how much
of the luck of the test images all trainings of a design share: the variance of an image's chance to be classified
rightly, as a share of all variance of a hit.
"""

from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
import pandas as pd

from netgrade.datasets import prepare
from netgrade.measure import measure_plan
from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import InputTransform
from netgrade.objects.plan import Layer, Optimizer, Plan
from netgrade.store import record_folder
from netgrade.train import train_chunk

TABLE = Path(__file__).with_name("seeds.csv")
FIRST = 2026

Chain = list[tuple[str, dict[str, object]]]
SOFTMAX: Chain = [("Flatten", {}), ("Dense", {"units": 10, "activation": "softmax"})]


def designs() -> dict[str, Plan]:
    """Networks from poor to good: two on much data, the others on little; the last one stops far too early."""
    slow, adam, fast = {"learning_rate": 0.003, "momentum": 0.9}, {"learning_rate": 0.002}, {"learning_rate": 0.004}
    dense: Chain = [("Flatten", {}), ("Dense", {"units": 64, "activation": "relu"}), *SOFTMAX[1:]]
    plain, normed = [*_block(8), *_block(16)], [*_block(8, norm=True), *_block(16, norm=True)]
    return {
        "mnist: dense 64": _plan(dense, 3, "Adam", adam, "mnist"),
        "fashion_mnist: dense 64": _plan(dense, 3, "Adam", adam, "fashion_mnist"),
        "shapes10: dense 64": _plan(dense, 15, "SGD", slow),
        "shapes10: conv 8-16": _plan([*plain, *SOFTMAX], 8, "Adam", adam),
        "shapes10: conv 8-16, dropout": _plan([*plain, ("Dropout", {"rate": 0.3}), *SOFTMAX], 10, "Adam", adam),
        "shapes10: conv 8-16-32": _plan([*plain, *_block(32), *SOFTMAX], 10, "Adam", adam),
        "shapes10: conv 8-16, batch normalisation, 4 epochs": _plan([*normed, *SOFTMAX], 4, "Adam", fast),
    }


def _block(filters: int, norm: bool = False) -> Chain:
    convolution = {"filters": filters, "kernel_size": [3, 3], "padding": "same", "activation": "relu"}
    between: Chain = [("BatchNormalization", {})] if norm else []
    return [("Conv2D", convolution), *between, ("MaxPooling2D", {"pool_size": [2, 2]})]


def _plan(
    chain: Chain, epochs: int, optimizer: str, arguments: dict[str, float | bool], data: str = "shapes10"
) -> Plan:
    shape = [32, 32, 3] if data == "shapes10" else [28, 28, 1]
    chain = [("InputLayer", {"shape": shape}), *chain]
    layers = [Layer(kind=k, arguments=a, inputs=(i - 1,) if i else ()) for i, (k, a) in enumerate(chain)]
    return Plan(dataset=data, layers=tuple(layers), output=len(layers) - 1, batch_size=64, epochs=epochs,
                optimizer=Optimizer(kind=optimizer, arguments=arguments), loss="categorical_crossentropy",
                validation_fraction=0.2, transform=InputTransform(scale=[1 / 255], offset=[0.0]))  # fmt: skip


@click.command()
@click.argument("store", type=click.Path(path_type=Path, file_okay=False))
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Where the public data sets lie.")
@click.option("--seeds", type=click.IntRange(5, 200), default=12, help="Trainings of each design.")
def main(store: Path, data: Path | None, seeds: int) -> None:
    """Train, measure, and write the table."""
    names = {plan.dataset for plan in designs().values()}
    sets = {name: prepare(name, store.absolute(), data, download=False) for name in names}
    wanted = list(range(FIRST, FIRST + seeds))
    plans = {plan.digest: plan for plan in designs().values()}
    for seed in wanted:
        train_chunk(plans, {digest: [seed] for digest in plans}, sets, store, store / "log.txt")
    table = [row for name, plan in designs().items() for row in rows(name, plan, wanted, sets[plan.dataset], store)]
    pd.DataFrame(table).to_csv(TABLE, index=False, float_format="%.6g")
    print(f"Wrote {TABLE}: {len(table)} trainings.")


def rows(name: str, plan: Plan, seeds: list[int], data: Dataset, store: Path) -> Iterator[dict[str, object]]:
    """One row a training that came to an end; the others are named on the terminal."""
    measured = measure_plan(plan.digest, seeds, data, store)
    if measured.diverged_at is not None or not measured.ok:
        print(f"{name}: {measured.cause or 'some trainings diverged'}")
    known = [one.seed for one in measured.seeds]
    common = common_share(hits(plan, known, data, store))
    for one in measured.seeds:
        yield {"design": name, "seed": one.seed, "images": measured.images, "accuracy": one.test_accuracy,
               "common": round(common, 3)}  # fmt: skip


def hits(plan: Plan, seeds: list[int], data: Dataset, store: Path) -> np.ndarray:
    """Whether each training (s) classified each test image (n) rightly, as (s, n)."""
    with np.load(data.hidden_labels, allow_pickle=False) as archive:
        labels = archive["labels"]
    folders = [record_folder(store, plan.digest, data.digest or "", seed) for seed in seeds]
    said = [np.load(folder / "outputs.npz", allow_pickle=False)["probabilities"] for folder in folders]
    return np.stack([probabilities.argmax(axis=1) == labels for probabilities in said])


def common_share(right: np.ndarray) -> float:
    """From hits (s, n): the variance over images of the chance of a hit, freed of the luck of s trainings, over p(1-p).

    The chance's variance is that of the observed shares less the mean of q(1-q)/(s-1), which is its own sampling error.
    """
    share, p = right.mean(axis=0), right.mean()
    own = (share * (1 - share)).mean() / (len(right) - 1)
    return float((share.var() - own) / (p * (1 - p)))


if __name__ == "__main__":
    main()
