"""Features: what each convolution of a network answers to an image. Plain arrays, so no engine is needed.

Shapes: an image is `(h, w, 3)`, the features of one layer are `(h', w', k)`, both float32.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netgrade.errors import DataError
from netgrade.language import later
from netgrade.objects.picture import FeatureNetwork
from netgrade.phrases import told
from netgrade.pictures import Pixels
from netgrade.store import sha256_file

Features = NDArray[np.float32]

_REMEDY = later("Delete results/style_network and results/store/networks, and run `snakemake --cores all`.")


@dataclass(frozen=True)
class Network:
    """The convolutions of a network, with rectified outputs and pooling of 2 x 2 between some of them."""

    kernels: tuple[Features, ...]  # (h, w, in, out) each
    biases: tuple[Features, ...]  # (out,) each
    poolings: tuple[int, ...]  # how many stand before each convolution
    style: tuple[int, ...]  # the layers whose correlations are style
    content: int  # the layer whose features are content
    scale: float
    offset: Features

    def features(self, pixels: Pixels) -> list[Features]:
        """The outputs of all layers that are needed for style or content."""
        values, found, pooled = pixels.astype(np.float32) * np.float32(self.scale) + self.offset, [], 0
        for index in range(max(*self.style, self.content) + 1):
            while pooled < self.poolings[index]:
                values, pooled = _pool(values), pooled + 1
            values = np.maximum(_convolve(values, self.kernels[index]) + self.biases[index], 0)
            found.append(values)
        return found


def load_network(network: FeatureNetwork) -> Network:
    """Read the weights, and hold them against their digest. Raises DataError."""
    path = Path(network.weights)
    try:
        if sha256_file(path) != network.digest:
            raise DataError(told("{file} is not the network that was made", file=str(path)), _REMEDY)
        with np.load(path, allow_pickle=False) as archive:
            arrays: dict[str, Any] = dict(archive)
    except OSError as error:
        raise DataError(told("{file} cannot be read: {error}", file=str(path), error=str(error)), _REMEDY) from error
    layers = range(len(arrays["poolings"]))
    return Network(
        kernels=tuple(arrays[f"kernel_{i:02d}"] for i in layers), biases=tuple(arrays[f"bias_{i:02d}"] for i in layers),
        poolings=tuple(map(int, arrays["poolings"])), style=tuple(map(int, arrays["style"])),
        content=int(arrays["content"]), scale=float(arrays["scale"]), offset=arrays["offset"].astype(np.float32),
    )  # fmt: skip


def _convolve(values: Features, kernel: Features) -> Features:
    """As Keras's Conv2D with stride 1 and padding `same`, for kernels with odd sides."""
    rows, columns = kernel.shape[:2]
    height, width = values.shape[:2]
    padded = np.pad(values, ((rows // 2, rows // 2), (columns // 2, columns // 2), (0, 0)))
    total = np.zeros((height, width, kernel.shape[-1]), np.float32)
    for row in range(rows):
        for column in range(columns):
            total += padded[row : row + height, column : column + width] @ kernel[row, column]
    return total


def _pool(values: Features) -> Features:
    """The largest of each 2 x 2; an odd row or column at the end is left out, as Keras does."""
    height, width = values.shape[0] // 2 * 2, values.shape[1] // 2 * 2
    even: Features = values[:height, :width].reshape(height // 2, 2, width // 2, 2, -1).max(axis=(1, 3))
    return even
