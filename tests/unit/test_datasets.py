"""Data sets are found, verified, drawn or named as missing; the test labels lie apart."""

import functools
import gzip
import hashlib
import http.server
import io
import pickle
import threading
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from click.testing import CliRunner

from netgrade import datasets
from netgrade.cli import main
from netgrade.cli.group import load_datasets
from netgrade.clockfaces import begin, hands
from netgrade.datasets import clocks, permuted, prepare, shapes10
from netgrade.datasets.download import download
from netgrade.datasets.readers import read_cifar10
from netgrade.dial import hours_and_minutes
from netgrade.errors import DataError, StorageError
from netgrade.objects.base import Status
from netgrade.store import sha256_file

CLOCKS_DIGEST = {75: "998b32dae2175a29", 150: "54c60c0b8b4ec725"}


@pytest.fixture(autouse=True)
def empty_keras_cache(tmp_path, monkeypatch):
    """Never look into this machine's own cache."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


def write_cifar(folder):
    """A CIFAR-10 folder in the published layout, with four random images a batch."""
    folder.mkdir(parents=True)
    generator = np.random.default_rng(0)
    for name in [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]:
        rows = generator.integers(0, 256, (4, 3072), dtype=np.uint8)
        (folder / name).write_bytes(pickle.dumps({b"data": rows, b"labels": [0, 1, 2, 3]}))


def test_a_full_disk_is_no_missing_data(tmp_path, monkeypatch):
    """The run stops instead of leaving every task for a person."""

    def save(path, array):  # numpy asks for the space first, and raises without a number
        raise OSError("Not enough free space to write 18432000 bytes after offset 128")

    monkeypatch.setattr(np, "save", save)
    with pytest.raises(StorageError, match="shapes10 could not be written: Not enough free space"):
        prepare("shapes10", tmp_path, None, download=False)
    assert not list(tmp_path.iterdir())


def test_shapes10_is_drawn_the_same_each_time(tmp_path):
    """The bytes are pinned: a changed picture would change grades without a word."""
    found = prepare("shapes10", tmp_path, None, download=False)

    assert found.digest == "e5379e726f513754976dafb717fa7d22aa4856cfa12521608c2c4aa9f932a680"
    assert found.stand_in and found.official
    assert found.shape == (32, 32, 3)


def test_shapes10_has_as_many_images_of_each_class(tmp_path):
    """No class can be gained by guessing it."""
    _, train, _, test = shapes10.draw()

    assert len(train) + len(test) == shapes10.TRAIN + shapes10.TEST
    assert {1000} == set(np.bincount(np.concatenate([train, test])))


def test_test_labels_lie_in_a_folder_of_their_own(tmp_path):
    """What the trainer may read holds no labels but the training images' own."""
    found = prepare("shapes10", tmp_path, None, download=False)
    open_files = {p.name for p in Path(found.folder).iterdir() if p.is_file()}

    assert {"train_images.npy", "train_labels.npy", "test_images.npy", "second_images.npy"} == open_files
    assert {Path(found.hidden_labels).parent.name, Path(found.second_labels).parent.name} == {"hidden"}


def test_the_second_test_set_shares_no_image_with_the_first(tmp_path):
    found = prepare("shapes10", tmp_path, None, download=False)
    first, second = (np.load(Path(found.folder, f"{name}_images.npy")) for name in ("test", "second"))

    assert len(second) == found.second_images == 2000
    assert not {image.tobytes() for image in first} & {image.tobytes() for image in second}


def test_an_instructor_may_give_a_second_test_set(tmp_path):
    np.savez(tmp_path / "mnist-second.npz", images=np.zeros((7, 28, 28, 1)), labels=np.arange(7))
    images, labels = datasets._second("mnist", tmp_path)

    assert (images.shape, images.dtype, labels.tolist()) == ((7, 28, 28, 1), np.uint8, list(range(7)))


def test_permuted_labels_are_the_same_labels_in_another_order(tmp_path):
    found = prepare("shapes10", tmp_path, None, download=False)
    (tmp_path / "permuted").mkdir()
    other = permuted(found, tmp_path / "permuted")
    before, after = (np.load(Path(d.folder, "train_labels.npy")) for d in (found, other))

    assert sorted(before) == sorted(after)
    assert 0.05 < (before == after).mean() < 0.15
    assert other.digest != found.digest
    assert np.array_equal(*(np.load(Path(d.folder, "train_images.npy")) for d in (found, other)))


def test_missing_data_is_a_message_not_an_exception(tmp_path):
    """It says where it looked and what to do."""
    found = prepare("cifar10", tmp_path, tmp_path / "data", download=False)

    assert Status.FAULT is found.status
    assert str(tmp_path / "data") in found.cause.what and "config.yaml" in found.cause.remedy


def test_an_unknown_name_lists_the_known_ones(tmp_path):
    """Spelling is easy to get wrong."""
    assert "fashion_mnist" in prepare("fashion", tmp_path, None, download=False).cause.remedy


def test_a_copy_that_is_not_the_published_one_is_named(tmp_path):
    """Found in the given folder, laid out with channels last, and marked as a copy."""
    write_cifar(tmp_path / "data/cifar-10-batches-py")
    found = prepare("cifar10", tmp_path, tmp_path / "data", download=False)
    images = np.load(Path(found.folder) / "train_images.npy")

    assert images.shape == (20, 32, 32, 3)
    assert not found.official and "not bit-identical" in found.note


def test_red_green_and_blue_planes_become_channels(tmp_path):
    """A row is three planes, one after another."""
    write_cifar(tmp_path / "c")
    row = pickle.loads((tmp_path / "c/data_batch_1").read_bytes())[b"data"][0]

    np.testing.assert_array_equal(row[:1024].reshape(32, 32), read_cifar10(tmp_path / "c").train_images[0, :, :, 0])


def test_a_pickle_that_runs_code_is_refused(tmp_path):
    """A data set is data."""

    class Evil:
        def __reduce__(self):
            return (print, ("pwned",))

    write_cifar(tmp_path / "data/cifar-10-batches-py")
    (tmp_path / "data/cifar-10-batches-py/data_batch_3").write_bytes(pickle.dumps(Evil()))
    found = prepare("cifar10", tmp_path, tmp_path / "data", download=False)

    assert Status.FAULT is found.status
    assert "builtins.print" in found.cause.what


def test_idx_files_are_read(tmp_path):
    """Fashion-MNIST comes as four gzipped IDX files."""
    folder = tmp_path / "data/fashion-mnist"
    folder.mkdir(parents=True)
    for split, n in (("train", 3), ("t10k", 2)):
        images = bytes(16) + bytes(range(n)) * 784
        (folder / f"{split}-images-idx3-ubyte.gz").write_bytes(gzip.compress(images[: 16 + n * 784]))
        (folder / f"{split}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(bytes(8) + bytes(range(n))))
    found = prepare("fashion_mnist", tmp_path, tmp_path / "data", download=False)

    assert (found.status, found.train_images, found.test_images, found.shape) == (Status.OK, 3, 2, (28, 28, 1))


@pytest.fixture
def server(tmp_path):
    """A web server on the loopback interface that can continue a file and counts what it sent."""

    class Handler(http.server.BaseHTTPRequestHandler):
        content = bytes(range(256)) * 4096
        starts: ClassVar[list[int]] = []

        def do_GET(self):  # the name that http.server calls
            start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").split("-")[0])
            Handler.starts.append(start)
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(self.content) - start))
            self.end_headers()
            self.wfile.write(self.content[start:])

        def log_message(self, *_):
            pass

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler))
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/file", Handler
    running.shutdown()


def test_a_download_goes_on_where_it_stopped(server, tmp_path):
    """The first half is not loaded twice."""
    url, handler = server
    (tmp_path / "file.part").write_bytes(handler.content[:1000])
    whole = tmp_path / "whole"
    whole.write_bytes(handler.content)
    path = download(url, tmp_path / "file", sha256_file(whole))

    assert handler.content == path.read_bytes()
    assert handler.starts == [1000]


def test_a_download_with_a_wrong_digest_is_not_kept(server, tmp_path):
    """What is not the published file never gets its name."""
    with pytest.raises(DataError, match="SHA-256"):
        download(server[0], tmp_path / "file", "0" * 64)

    assert not (tmp_path / "file").exists() and not (tmp_path / "file.part").exists()


def test_no_network_is_a_clear_error(tmp_path):
    """Port 9 on the loopback interface answers nobody."""
    with pytest.raises(DataError, match="could not be downloaded"):
        download("http://127.0.0.1:9/file", tmp_path / "file", "0" * 64)


def test_labels_are_read_back_without_pickle(tmp_path):
    """The hidden labels are a plain array."""
    found = prepare("shapes10", tmp_path, None, download=False)
    with np.load(io.BytesIO(Path(found.hidden_labels).read_bytes()), allow_pickle=False) as archive:
        assert (found.test_images,) == archive["labels"].shape


@pytest.mark.parametrize("size", [75, 150])
def test_clocks_are_the_same_on_every_machine(size):
    """The first pictures, byte by byte; each time is there about equally often."""
    images, labels, test_images, test_labels = clocks.draw(size, train=720, test=720)

    assert (images.shape, images.dtype, test_images.shape) == ((720, size, size, 1), np.uint8, (720, size, size, 1))
    assert hashlib.sha256(images.tobytes()).hexdigest()[:16] == CLOCKS_DIGEST[size]
    assert np.bincount(np.concatenate([labels, test_labels]), minlength=720).tolist() == [2] * 720


def test_the_hands_laid_over_a_picture_are_those_that_it_shows():
    """Along the hands of its label a picture is dark; along those of three hours and ten minutes later it is not."""
    images, labels, *_ = clocks.draw(150, train=48, test=0)
    poses = begin(48)[1]
    along = np.linspace(0.3, 0.95, 40)[:, None]  # from tail to tip, clear of the middle, where hands always are

    def grey(number, time):
        tails, tips = np.array(hands(poses, number, int(time) % 720)).transpose(1, 0, 2)
        places = [(1 - along) * tail + along * tip for tail, tip in zip(tails, tips, strict=True)]
        across, down = ((np.concatenate(places) + 1) * 75).astype(int).T
        return images[number, down, across, 0].mean()

    shown = [grey(number, time) for number, time in enumerate(labels)]
    other = [grey(number, time + 190) for number, time in enumerate(labels)]
    assert max(shown) < 40
    assert np.mean(other) > 100


def test_students_get_hours_and_minutes():
    """Labels in two columns, as the course's own files had them."""
    assert hours_and_minutes(np.array([0, 65, 719])).tolist() == [[0, 0], [1, 5], [11, 59]]


def test_a_course_that_is_moved_takes_its_data_along(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    done = CliRunner().invoke(main, ["stage", "datasets", "moons", "--output", str(old / "moons.json")])
    old.rename(new)

    found = load_datasets([new / "moons.json"])["moons"]

    assert done.exit_code == 0
    assert found.folder == str(new / "moons")
    assert len(np.load(Path(found.folder, "train_labels.npy"))) == found.train_images
    assert Path(found.hidden_labels).is_file()
