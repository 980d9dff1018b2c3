"""How fast the trainer is against plain `fit` of the same network, as ratios measured in one run.

    python benchmarks/trainer.py [--images 2560] [--repeats 5] [--json trainer.json]

Three networks in batches of 32, 64 and 128 random images (32, 32, 3): 3072-1000 tanh (12.5 M weights), three
convolutions (82 k), six convolutions with batch normalisation (552 k); SGD with Nesterov's momentum. Each side is a
process of its own: `fit` with TensorFlow's own settings and threads, float images and one-hot labels, as notebooks
call it. The epochs of both alternate while the other waits. Warm: the median epoch after the first. Cold: from the
start of the process to the end of its first epoch, imports and compilation included. A ratio above 1: the trainer is
faster. The last column is the trainer's share of the rate of a 2048 x 2048 matrix product on this machine, counting the
operations of the forward pass three times, less the gradient for the images, which nobody needs; it means something
only where nothing else runs, so the load is printed. Class: as the workflow trains a class, one training a core with
one thread each, against one `fit` after the other with all cores, as a loop over notebooks runs them.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import geometric_mean, median

from trainer_side import NETWORKS, PRODUCT, plan_of

from netgrade.checking.layers import LAYERS
from netgrade.machine import cpu_name

BATCHES = (32, 64, 128)
SIDES = ("netgrade", "fit")
_OURS = ("NETGRADE_THREADS", "OMP_NUM_THREADS", "TF_ENABLE_ONEDNN_OPTS", "KERAS_BACKEND")
"""Settings that would not be as they come."""


@dataclass(frozen=True)
class Row:
    """What one network came to in batches of one size; images a second, and seconds."""

    network: str
    batch: int
    warm: dict[str, float]
    warm_ratio: float  # above 1, the trainer is faster; the median over pairs of epochs, one after the other
    class_ratio: float  # the same for one training a core at once
    cold: dict[str, float]
    share_of_peak: float

    @property
    def cold_ratio(self) -> float:
        """Above 1, the trainer ends its first epoch earlier."""
        return self.cold["fit"] / self.cold["netgrade"]


class Side:
    """One process that trains one network."""

    def __init__(self, side: str, *what: object, **settings: str) -> None:
        start = time.perf_counter()
        self._command = _command(side, *what)
        self._process = subprocess.Popen(self._command, env=_as_it_comes() | settings, text=True, bufsize=1,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.DEVNULL)  # fmt: skip
        self.wait()
        self.cold = time.perf_counter() - start

    def epoch(self) -> float:
        """Seconds of one more epoch."""
        self.begin()
        return self.wait()

    def begin(self) -> None:
        """Begin one more epoch."""
        assert self._process.stdin
        self._process.stdin.write("\n")

    def wait(self) -> float:
        """Seconds of the epoch that has begun."""
        assert self._process.stdout
        if line := self._process.stdout.readline():
            return float(line)
        raise RuntimeError(f"It ended with code {self._process.wait()}: {shlex.join(self._command)}")

    def end(self) -> None:
        """Wait until the process has ended."""
        self._process.communicate()


def compare(network: str, batch: int, images: int, repeats: int, product: Side) -> Row:
    """Train the network on both sides in turn; whoever begins, changes."""
    what = (network, batch, images, repeats + 1)
    order = SIDES if batch != BATCHES[1] else SIDES[::-1]
    sides = {name: Side(name, *what) for name in order}
    single = [Side(SIDES[0], *what, NETGRADE_THREADS="1") for _ in os.sched_getaffinity(0)]
    seconds: dict[str, list[float]] = {name: [] for name in SIDES}
    products, together = [], []
    for number in range(repeats):
        products.append(min(product.epoch() for _ in range(3)))
        for name in order if number % 2 else order[::-1]:
            seconds[name].append(sides[name].epoch())
        together.append(_at_once(single) / len(single))
    for side in (*sides.values(), *single):
        side.end()
    warm = {name: images / median(times) for name, times in seconds.items()}
    share = median(images * operations(network) / ours / (2 * PRODUCT**3 / best)
                   for ours, best in zip(seconds["netgrade"], products, strict=True))  # fmt: skip
    return Row(network, batch, warm, _ratio(seconds["fit"], seconds["netgrade"]), _ratio(seconds["fit"], together),
               {name: side.cold for name, side in sides.items()}, share)  # fmt: skip


def _ratio(theirs: list[float], ours: list[float]) -> float:
    return median(their / our for their, our in zip(theirs, ours, strict=True))


def _at_once(sides: list[Side]) -> float:
    """Seconds until each side has trained one more epoch, all at the same time."""
    start = time.perf_counter()
    for side in sides:
        side.begin()
    for side in sides:
        side.wait()
    return time.perf_counter() - start


def operations(network: str) -> int:
    """Floating-point operations of one training step for one image, as `check` counts those of a forward pass."""
    shape, total, first = (), 0, 0
    for layer in plan_of(network, 1, 1).layers:
        rule = LAYERS[layer.kind]
        cost = rule.cost(rule.read(layer.kind, layer.arguments), [shape] if layer.inputs else [])
        shape, total = cost.output, total + cost.flops
        first = first or (cost.flops if cost.trainable else 0)
    return 3 * total - first


HEADS = ("network", "batch", "netgrade, images/s", "`fit`, images/s", "warm ratio", "class ratio",
         "netgrade cold, s", "`fit` cold, s",
         "cold ratio", "share of peak")  # fmt: skip


def line(row: Row) -> str:
    """One row of the table in Markdown."""
    cells = [row.network, f"{row.batch}", *(f"{row.warm[side]:,.0f}" for side in SIDES), f"{row.warm_ratio:.2f}",
             f"{row.class_ratio:.2f}",
             *(f"{row.cold[side]:.1f}" for side in SIDES), f"{row.cold_ratio:.2f}",
             f"{row.share_of_peak:.0%}"]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def means(rows: list[Row]) -> str:
    """The last row: the geometric means of the ratios."""
    names = ("warm_ratio", "class_ratio", "cold_ratio")
    warm, whole_class, cold = (geometric_mean(getattr(row, name) for row in rows) for name in names)
    return f"| geometric mean | | | | **{warm:.2f}** | **{whole_class:.2f}** | | | **{cold:.2f}** | |"


def main() -> None:
    """Measure everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--images", type=int, default=2560, help="images in an epoch")
    parser.add_argument("--repeats", type=int, default=5, help="warm epochs of each side")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    given = parser.parse_args()
    product = Side("product")
    best = min(product.epoch() for _ in range(10))
    machine = {"cpu": cpu_name(), "cores": len(os.sched_getaffinity(0)), "load at the start": os.getloadavg()[0],
               "matrix product, GFLOP/s": 2 * PRODUCT**3 / best / 1e9, "keras": version("keras")}  # fmt: skip
    print(", ".join(f"{name}: {value:.1f}" if isinstance(value, float) else f"{name}: {value}"
                    for name, value in machine.items()))  # fmt: skip
    print(f"\n| {' | '.join(HEADS)} |\n|---|{'---:|' * (len(HEADS) - 1)}")
    rows = []
    for network in NETWORKS:
        for batch in BATCHES:
            rows.append(compare(network, batch, given.images, given.repeats, product))
            print(line(rows[-1]), flush=True)
    product.end()
    print(means(rows), flush=True)
    if given.json:
        found = [asdict(row) | {"cold_ratio": row.cold_ratio} for row in rows]
        given.json.write_text(json.dumps({"machine": machine, "rows": found}, indent=1) + "\n")


def _command(*arguments: object) -> list[str]:
    return [sys.executable, str(Path(__file__).with_name("trainer_side.py")), *map(str, arguments)]


def _as_it_comes() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _OURS} | {"TF_CPP_MIN_LOG_LEVEL": "3"}


if __name__ == "__main__":
    main()
