"""The public data sets: what each is called, where it may lie, where it comes from, and how to know it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from netgrade.datasets.readers import Arrays, read_cifar10, read_idx, read_mnist

KERAS_FILES = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


@dataclass(frozen=True)
class Published:
    """One public data set.

    `places` are looked for below each folder of data, in this order; `files` are what is downloaded, with their
    SHA-256; `package` is Debian's, and where it puts the files.
    """

    title: str
    classes: list[str]
    places: tuple[str, ...]
    read: Callable[[Path], Arrays]
    origin: str
    files: dict[str, str]
    shape: tuple[int, ...]
    train_images: int
    test_images: int
    folder: str = ""
    package: tuple[str, str] | None = None
    arrays: str = ""
    """Digest of the published arrays, where it is known; a copy with another one is named on the report."""
    members: dict[str, str] = field(default_factory=dict)
    """MD5 of the published files inside the archive, where that is what is known."""


PUBLISHED = {
    "cifar10": Published(
        title="CIFAR-10",
        classes=["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
        places=("cifar-10-batches-py", "cifar-10-python.tar.gz", "cifar-10-batches-py.tar.gz",
                "cifar-10-batches-py-target/cifar-10-batches-py", "cifar-10-batches-py-target_archive"),
        read=read_cifar10, shape=(32, 32, 3), train_images=50_000, test_images=10_000,
        origin="https://www.cs.toronto.edu/~kriz/",
        files={"cifar-10-python.tar.gz": "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"},
        members={
            "data_batch_1": "c99cafc152244af753f735de768cd75f",
            "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
            "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
            "data_batch_4": "634d18415352ddfa80567beed471001a",
            "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
            "test_batch": "40351d587109b95175f43aff81a1287e",
        },
    ),
    "mnist": Published(
        title="MNIST",
        classes=[str(digit) for digit in range(10)],
        places=("mnist.npz",),
        read=read_mnist, shape=(28, 28, 1), train_images=60_000, test_images=10_000,
        origin=KERAS_FILES,
        files={"mnist.npz": "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"},
        arrays="5f3fcbc855d453cf4587fca5f75a2f1fae83b32b05e210033a66bf4336d9c801",
    ),
    "fashion_mnist": Published(
        title="Fashion-MNIST",
        classes=["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"],
        places=("fashion-mnist",),
        read=read_idx, shape=(28, 28, 1), train_images=60_000, test_images=10_000,
        origin=KERAS_FILES,
        folder="fashion-mnist",
        arrays="68455db446c9f4775e081a2102ac124c9b9c17acde5acf6751b1d5612d3f536d",
        package=("dataset-fashion-mnist", "/usr/share/datasets"),
        files={
            "train-images-idx3-ubyte.gz": "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7",
            "train-labels-idx1-ubyte.gz": "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056",
            "t10k-images-idx3-ubyte.gz": "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
            "t10k-labels-idx1-ubyte.gz": "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05",
        },
    ),
}  # fmt: skip
