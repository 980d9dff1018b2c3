"""How fast the trainer is against plain `fit` of the same model, as a ratio measured in one run.

    python benchmarks/trainer.py [images]

Both train a small convolutional network (Conv 32, 64, 120) on random images (32, 32, 3) in batches of 64; the first
epoch warms up, the best of two further ones counts. Above 1: the trainer is faster.
"""

import sys
import time

from netgrade.train.engine import environment, prepare_engine

prepare_engine()

import keras  # noqa: E402 - the engine's settings hold only before the import
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

from netgrade.objects.declaration import InputTransform  # noqa: E402
from netgrade.objects.plan import Layer, Optimizer, Plan  # noqa: E402
from netgrade.train.build import build_loss, build_model  # noqa: E402
from netgrade.train.loop import Loop  # noqa: E402

EPOCHS = 3


def example_plan() -> Plan:
    """Three convolutions with pooling and a softmax."""
    chain: list[tuple[str, dict[str, object]]] = [("InputLayer", {"shape": [32, 32, 3]})]
    for filters in (32, 64, 120):
        chain.append(("Conv2D", {"filters": filters, "kernel_size": [3, 3], "padding": "same", "activation": "relu"}))
        chain.append(("MaxPooling2D", {"pool_size": [2, 2]}))
    chain += [("Flatten", {}), ("Dense", {"units": 10, "activation": "softmax"})]
    layers = [Layer(kind=k, arguments=a, inputs=(i - 1,) if i else ()) for i, (k, a) in enumerate(chain)]
    return Plan(dataset="random", layers=tuple(layers), output=len(layers) - 1, batch_size=64, epochs=EPOCHS,
                optimizer=Optimizer(kind="Adam", arguments={"learning_rate": 0.001}), loss="categorical_crossentropy",
                validation_fraction=0.2, transform=InputTransform(scale=[1 / 255], offset=[0.0]))  # fmt: skip


def main(count: int) -> None:
    """Measure both and print the ratio."""
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)
    labels = random.integers(0, 10, count)
    ours, theirs = best_of_ours(images, labels), best_of_fit(images, labels)
    print(environment().device)
    print(f"netgrade {ours:,.0f} images/s, fit {theirs:,.0f} images/s, ratio {ours / theirs:.2f} (higher is better)")


def best_of_ours(images: np.ndarray, labels: np.ndarray) -> float:
    """Images per second of the fastest epoch but the first."""
    plan = example_plan()
    loop = Loop(build_model(plan), build_loss(plan, 10), plan, seed=1)
    pixels, classes = tf.constant(images), tf.constant(labels)
    epochs = [loop.run_epoch(pixels, classes, number, lambda _: None) for number in range(EPOCHS)]
    return max(epoch.images / epoch.seconds for epoch in epochs[1:])


def best_of_fit(images: np.ndarray, labels: np.ndarray) -> float:
    """The same for `compile` and `fit` as a notebook calls them."""
    model = build_model(example_plan())
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    x, y, seconds = images.astype(np.float32) / 255, keras.utils.to_categorical(labels, 10), []
    for _ in range(EPOCHS):
        start = time.perf_counter()
        model.fit(x, y, batch_size=64, epochs=1, verbose=0)
        seconds.append(time.perf_counter() - start)
    return len(images) / min(seconds[1:])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
