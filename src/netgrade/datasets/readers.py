"""Read the published files of a data set into arrays. Files are data: nothing in them is executed."""

import gzip
import io
import pickle
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from netgrade.errors import DataError


@dataclass(frozen=True)
class Arrays:
    """Images uint8 `(n, height, width, channels)` or points float32 `(n, d)`, labels int64 `(n,)`, of both splits."""

    train_images: NDArray[Any]
    train_labels: NDArray[np.int64]
    test_images: NDArray[Any]
    test_labels: NDArray[np.int64]


class _ArraysOnly(pickle.Unpickler):
    """CIFAR-10 comes as pickles: allow what an array needs, and nothing that runs."""

    ALLOWED: ClassVar = {
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        ("_codecs", "encode"),
    }

    def find_class(self, module: str, name: str) -> Any:
        """Refuse every global but the few that rebuild an array."""
        if (module, name) not in self.ALLOWED:
            raise DataError(f"a CIFAR-10 batch asks for {module}.{name}, which no data set needs")
        return super().find_class(module, name)


def read_cifar10(place: Path) -> Arrays:
    """Read `cifar-10-batches-py`, as a folder or inside the published tar.gz."""
    read = _from_tar(place) if place.is_file() else lambda name: (place / name).read_bytes()
    train = [_cifar_batch(read(f"data_batch_{i}")) for i in range(1, 6)]
    test_images, test_labels = _cifar_batch(read("test_batch"))
    return Arrays(
        np.concatenate([images for images, _ in train]),
        np.concatenate([labels for _, labels in train]),
        test_images,
        test_labels,
    )


def read_mnist(place: Path) -> Arrays:
    """Read Keras's `mnist.npz`."""
    with np.load(place, allow_pickle=False) as archive:
        return Arrays(
            archive["x_train"][..., None], archive["y_train"].astype(np.int64),
            archive["x_test"][..., None], archive["y_test"].astype(np.int64),
        )  # fmt: skip


def read_idx(place: Path) -> Arrays:
    """Read a folder with the four IDX files of (Fashion-)MNIST, gzipped or not."""
    return Arrays(
        _idx(place, "train-images-idx3-ubyte", 16).reshape(-1, 28, 28, 1),
        _idx(place, "train-labels-idx1-ubyte", 8).astype(np.int64),
        _idx(place, "t10k-images-idx3-ubyte", 16).reshape(-1, 28, 28, 1),
        _idx(place, "t10k-labels-idx1-ubyte", 8).astype(np.int64),
    )


def _from_tar(place: Path) -> Callable[[str], bytes]:
    def read(name: str) -> bytes:
        with tarfile.open(place) as archive:
            member = archive.extractfile(f"cifar-10-batches-py/{name}")
            if member is None:
                raise DataError(f"{place} holds no {name}")
            return member.read()

    return read


def _cifar_batch(content: bytes) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    batch = _ArraysOnly(io.BytesIO(content), encoding="bytes").load()
    # Rows hold the red, then the green, then the blue plane.
    images = np.asarray(batch[b"data"], dtype=np.uint8).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return images, np.asarray(batch[b"labels"], dtype=np.int64)


def _idx(folder: Path, name: str, header: int) -> NDArray[np.uint8]:
    packed = folder / f"{name}.gz"
    content = gzip.decompress(packed.read_bytes()) if packed.is_file() else (folder / name).read_bytes()
    return np.frombuffer(content, np.uint8, offset=header)
