"""What looking inside a training costs: its time after each epoch, as a share of the epoch's.

    python benchmarks/diagnosis.py [images]

The network of `trainer.py` is trained on random images (32, 32, 3) in batches of 64; the first epoch warms up, the
median of four further ones counts. Its cost does not grow with the number of images: 500 of them are looked at.
"""

import sys
import time
from statistics import median

import numpy as np
import tensorflow as tf
from trainer import example_plan

from netgrade.train.build import build_loss, build_model
from netgrade.train.diagnosis import Watch
from netgrade.train.engine import environment
from netgrade.train.loop import Loop

EPOCHS = 5


def main(count: int) -> None:
    """Measure both and print the share."""
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)
    plan = example_plan()
    loop = Loop(build_model(plan), build_loss(plan, 10), plan, seed=1)
    watch = Watch(loop, images)
    pixels, labels = tf.constant(images), tf.constant(random.integers(0, 10, count))
    trained, looked = [], []
    for number in range(EPOCHS):
        trained.append(loop.run_epoch(pixels, labels, number, lambda _: None).seconds)
        start = time.perf_counter()
        watch.shares()
        looked.append(time.perf_counter() - start)
    epoch, look = median(trained[1:]), median(looked[1:])
    print(environment().device)
    print(f"an epoch of {count:,} images {epoch:.2f} s, looking inside {look:.3f} s: {look / epoch:.2%} of it")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8000)
