"""One side of `benchmarks/trainer.py`: trains one network, an epoch whenever it is told to.

    python benchmarks/trainer_side.py (fit | netgrade) NETWORK BATCH IMAGES EPOCHS
    python benchmarks/trainer_side.py product
    python benchmarks/trainer_side.py parts FOLDER

The first epoch begins at once. Each line on standard input starts another; each epoch ends with a line of its seconds.
`product` does the same with a product of two matrices in place of an epoch, until its input ends.
`fit` runs in a process of its own with TensorFlow's own settings, and is called as notebooks call it. `parts` is for
`benchmarks/training_share.py`: it trains plans of the class in that folder as a job does, and prints what each part of
it took.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import InputTransform
from netgrade.objects.plan import CheckedSubmissions, Layer, Optimizer, Plan
from netgrade.store import load

SHAPE = (32, 32, 3)
PLANS = 12
"""So many are trained part by part, after one that bears what the engine does but once."""

PRODUCT = 2048
"""Rows and columns of the matrices whose product tells what the machine can do."""

_POOL: tuple[str, dict[str, Any]] = ("MaxPooling2D", {"pool_size": [2, 2]})


def _dense() -> list[tuple[str, dict[str, Any]]]:
    return [("Flatten", {}), *(("Dense", {"units": units, "activation": "tanh"}) for units in (3072, 1000))]


def _convolutional() -> list[tuple[str, dict[str, Any]]]:
    chain = []
    for filters, size, pool in ((32, 5, 2), (64, 4, 3), (120, 2, 2)):
        chain.append(("Conv2D", {"filters": filters, "kernel_size": [size, size], "activation": "relu"}))
        chain.append(("MaxPooling2D", {"pool_size": [pool, pool]}))
    return [*chain, ("Flatten", {}), ("Dense", {"units": 120, "activation": "relu"})]


def _normalised() -> list[tuple[str, dict[str, Any]]]:
    chain = []
    for filters in (32, 64, 128):
        for _ in range(2):
            chain.append(("Conv2D", {"filters": filters, "kernel_size": [3, 3], "padding": "same"}))
            chain += [("BatchNormalization", {}), ("ReLU", {})]
        chain.append(_POOL)
    return [*chain, ("Flatten", {}), ("Dense", {"units": 128, "activation": "relu"})]


NETWORKS = {"dense": _dense, "convolutional": _convolutional, "batch norm": _normalised}


def plan_of(network: str, batch: int, epochs: int) -> Plan:
    """A plan of one of the networks, with a softmax over ten classes at the end."""
    chain = [
        ("InputLayer", {"shape": list(SHAPE)}),
        *NETWORKS[network](),
        ("Dense", {"units": 10, "activation": "softmax"}),
    ]
    layers = [Layer(kind=k, arguments=a, inputs=(i - 1,) if i else ()) for i, (k, a) in enumerate(chain)]
    optimizer = {"learning_rate": 0.001, "momentum": 0.9, "nesterov": True}
    return Plan(dataset="random", layers=tuple(layers), output=len(layers) - 1, batch_size=batch, epochs=epochs,
                optimizer=Optimizer(kind="SGD", arguments=optimizer), loss="categorical_crossentropy",
                validation_fraction=0.2, transform=InputTransform(scale=[1 / 255], offset=[0.0]))  # fmt: skip


def fit(plan: Plan, images: np.ndarray, labels: np.ndarray) -> None:
    """`compile` and one `fit` with float images and one-hot labels."""
    import keras

    from netgrade.train.build import build_model

    class Told(keras.callbacks.Callback):  # type: ignore[misc]
        """Waits before each epoch but the first, and tells its seconds after it."""

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if epoch:
                sys.stdin.readline()
            self.start = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            print(time.perf_counter() - self.start, flush=True)

    model = build_model(plan)  # the layers; the optimizer is Keras's own again
    sgd = keras.optimizers.SGD(learning_rate=0.001, momentum=0.9, nesterov=True)
    model.compile(sgd, "categorical_crossentropy", metrics=["accuracy"])
    x, y = images.astype(np.float32) / 255, keras.utils.to_categorical(labels, 10)
    model.fit(x, y, batch_size=plan.batch_size, epochs=plan.epochs, verbose=0, callbacks=[Told()])


def netgrade(plan: Plan, images: np.ndarray, labels: np.ndarray) -> None:
    """The trainer's loop, with the settings that the trainer makes."""
    from netgrade.train.engine import prepare_engine

    prepare_engine()
    import tensorflow as tf

    from netgrade.train.build import build_loss, build_model
    from netgrade.train.loop import Loop

    loop = Loop(build_model(plan), build_loss(plan, 10), plan, seed=1)
    pixels, classes = tf.constant(images), tf.constant(labels)
    for epoch in range(plan.epochs):
        if epoch:
            sys.stdin.readline()
        start = time.perf_counter()
        loop.run_epoch(pixels, classes, epoch, lambda _: None)
        print(time.perf_counter() - start, flush=True)


def product() -> None:
    """Multiply matrices for ever, one product whenever it is told to, and print its seconds."""
    import tensorflow as tf

    matrix = tf.random.normal((PRODUCT, PRODUCT))
    tf.matmul(matrix, matrix).numpy()
    while True:
        start = time.perf_counter()
        tf.matmul(matrix, matrix).numpy()
        print(time.perf_counter() - start, flush=True)
        if not sys.stdin.readline():
            return


def parts(folder: Path) -> None:
    """Print CPU seconds of a training, the mean over plans of the class, by part and by seed."""
    from netgrade.train.engine import prepare_engine
    from netgrade.train.progress import progress_to

    prepare_engine()
    from netgrade.train import diagnosis, loop, training

    spent: Counter[str] = Counter()
    for owner, name, part in (
        (training, "load_images", "loading images"),
        (training, "fresh_network", "building the network"),
        (loop.Loop, "run_epoch", "steps, and compiling them"),
        (loop.Loop, "evaluate", "validation, training accuracy"),
        (diagnosis.Watch, "shares", "looking at hidden units"),
        (training, "save_checkpoint", "checkpoints"),
        (training, "infer_test", "test images"),
        (training, "probe", "probes"),
        (training, "inference_speed", "speed"),
        (training, "train_plan", "all"),
    ):
        setattr(owner, name, _timed(getattr(owner, name), spent, part))
    found = {f"{which} seed, CPU s": Counter[str]() for which in ("first", "second")}
    chunks = sorted((folder / "results/check/made-up").glob("c*.json"))
    plans = [plan for chunk in chunks for plan in load(chunk, CheckedSubmissions).plans.values()][: PLANS + 1]
    dataset = folder / "results/datasets/shapes10.json"
    data = load(dataset, Dataset).read_from(dataset.parent.absolute())
    for number, plan in enumerate(plans):
        for seed, which in enumerate(found):
            spent.clear()
            with progress_to(folder / "parts.log") as progress:
                training.train_plan(plan, seed, data, folder / f"parts/{number}-{seed}", progress)
            found[which].update({part: seconds / (len(plans) - 1) for part, seconds in spent.items() if number})
    for table in found.values():
        table["the rest"] = 2 * table["all"] - table.total()
    json.dump(found, sys.stdout)


def _timed(function: Callable[..., Any], spent: Counter[str], part: str) -> Callable[..., Any]:
    def timed(*args: Any, **more: Any) -> Any:
        begun = time.process_time()
        try:
            return function(*args, **more)
        finally:
            spent[part] += time.process_time() - begun

    return timed


SIDES: dict[str, Callable[[Plan, np.ndarray, np.ndarray], None]] = {"fit": fit, "netgrade": netgrade}


def main(side: str, network: str, batch: int, count: int, epochs: int) -> None:
    """Train on random images."""
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (count, *SHAPE), dtype=np.uint8)
    SIDES[side](plan_of(network, batch, epochs), images, random.integers(0, 10, count))


if __name__ == "__main__":
    if sys.argv[1] == "product":
        product()
    elif sys.argv[1] == "parts":
        parts(Path(sys.argv[2]))
    else:
        main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
