"""How fast a model is trained and asked, measured in the same way for everyone, and how busy the machine was meanwhile.

Training: images per second of each epoch, compilation left out; the median over the epochs after the first.
Inference: the median over a few whole batches, once the network has answered other images.
"""

import os
import time
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from netgrade.train.checkpoint import Course
from netgrade.train.loop import EVALUATION_BATCH, Loop

BATCHES = 5

_STAT = Path("/proc/stat")


class Others:
    """How much of the machine's time other programs took since this was made."""

    def __init__(self) -> None:
        self._start = _busy(), time.process_time(), time.perf_counter()

    def cores(self) -> float | None:
        """Mean number of cores that others kept busy; None where the system does not tell."""
        busy, (was_busy, own, wall) = _busy(), self._start
        seconds = time.perf_counter() - wall
        if busy is None or was_busy is None or seconds <= 0:
            return None
        return round(max(0.0, (busy - was_busy - (time.process_time() - own)) / seconds), 2)


def _busy() -> float | None:
    """Seconds that all cores together have worked since the machine started."""
    try:
        user, nice, system, _, _, *more = _STAT.read_text().split("\n", 1)[0].split()[1:9]
    except (OSError, ValueError):
        return None
    return sum(map(int, (user, nice, system, *more))) / os.sysconf("SC_CLK_TCK")


def training_speed(course: Course, loop: Loop, images: int) -> dict[str, object]:
    """Images per second, and of how many epochs. An epoch that diverged trained on fewer images, and is left out."""
    plan, rows = loop.plan, course.rows if course.diverged_at is None else course.rows[:-1]
    counts = [images if plan.batches is None else len(loop.steps_of(epoch, images)) * plan.batch_size
              for epoch in range(len(rows))]  # fmt: skip
    rates = [count / row[-1] for count, row in zip(counts, rows, strict=True)]
    timed = rates[1:] or rates
    speed = median(timed) if timed else course.images / course.seconds
    return {"examples_per_second": speed, "timed_epochs": len(timed)}


def inference_speed(loop: Loop, images: NDArray[np.uint8]) -> dict[str, object]:
    """Images per second, and in which batches; of a loop that was asked before, so that nothing compiles meanwhile."""
    batch = min(EVALUATION_BATCH, len(images))
    seconds: list[float] = []
    for number in range(min(BATCHES, len(images) // batch)):
        start = time.perf_counter()
        loop.outputs(images[number * batch : (number + 1) * batch])
        seconds.append(time.perf_counter() - start)
    return {"inferences_per_second": batch / median(seconds), "inference_batch": batch}
