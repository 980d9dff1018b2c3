"""Drawings are decoded in the sandbox: what is no plain small PNG is told, and never stops the rest."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from netgrade.collect import collect, partition
from netgrade.extract import drawings
from netgrade.extract.drawings import MOST_DRAWINGS, read_drawings
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Status

KEY = b"k" * 32
RULES = Assignment.model_validate({"id": "a", "title": "A", "dataset": "mnist", "tasks": [
    {"id": "cnn", "title": "C", "kind": "classifier", "points": 1, "threshold": "50 %"},
    {"id": "confuse", "title": "D", "kind": "sees", "points": 1, "model_of": "cnn"},
]})  # fmt: skip
GREY = np.random.default_rng(3).integers(0, 256, (28, 28), dtype=np.uint8)


def png(picture, **options):
    with io.BytesIO() as file:
        picture.save(file, format=options.pop("format", "PNG"), **options)
        return file.getvalue()


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def bomb(side=30_000):
    """A few bytes that promise 900 million pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def coloured():
    return np.stack([GREY, GREY, 255 - GREY], axis=-1)


@pytest.fixture
def read(tmp_path):
    """Hand in files below a folder, and read the drawings among them."""

    def hand_in(files, isolation="none"):
        for name, content in files.items():
            path = tmp_path / "students" / "Ada" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        students = tmp_path / "students"
        (number,) = partition(students, KEY)
        found = collect("a", number, students, tmp_path / "places", KEY).submissions[0]
        return read_drawings(found, RULES, isolation)

    return hand_in


def test_usual_pictures_are_read_as_they_were_drawn(read):
    """Grey, colour, transparency on black, and a colour picture that is grey after all."""
    clear = np.dstack([GREY] * 3 + [np.zeros_like(GREY)])
    found, notes = read({
        "confuse/drawing-1.png": png(Image.fromarray(GREY)),
        "confuse/drawing-2.png": png(Image.fromarray(coloured())),
        "confuse/drawing-3.png": png(Image.fromarray(GREY).convert("RGBA")),
        "confuse/drawing-4.png": png(Image.fromarray(clear)),
        "confuse/drawing-5.png": png(Image.fromarray(GREY > 99)),
    })  # fmt: skip
    pixels = [np.frombuffer(d.pixels.raw, np.uint8).reshape(28, 28, -1) for d in found["confuse"]]

    assert not notes
    assert [d.name for d in found["confuse"]] == [f"drawing-{n}" for n in range(1, 6)]
    assert (pixels[0][..., 0] == GREY).all() and (pixels[1] == coloured()).all()
    assert (pixels[2][..., 0] == GREY).all() and pixels[2].shape[-1] == 1
    assert not pixels[3].any()
    assert set(np.unique(pixels[4])) == {0, 255}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no PNG that can be read"),
        (b"\x89PNG\r\n\x1a\n", "no PNG that can be read"),
        (png(Image.fromarray(GREY))[:-40], "no PNG that can be read"),
        (png(Image.fromarray(GREY), format="GIF"), "no PNG that can be read"),
        (bomb(), "no PNG that can be read"),
        (bomb(9_000), "9000 × 9000 pixels"),
        (png(Image.new("L", (65, 28))), "65 × 28 pixels"),
        (png(Image.new("I;16", (28, 28))), "no picture with 8 bits a channel"),
        (png(Image.fromarray(GREY)) + bytes(2**16), "larger than 64 KB"),
    ],
    ids=["empty", "head", "cut", "gif", "bomb", "wide", "large", "deep", "long"],
)
def test_what_is_no_small_png_is_told_and_the_rest_is_read(read, content, told):
    found, _ = read({"confuse/drawing-1.png": content, "confuse/drawing-2.png": png(Image.fromarray(GREY))})
    bad, good = found["confuse"]

    assert bad.status is Status.INVALID and told in bad.cause.what and "confuse/drawing-1.png" in bad.cause.what
    assert good.ok and good.pixels


def test_files_of_other_names_and_tasks_are_not_read(read):
    picture = png(Image.fromarray(GREY))
    many = {f"confuse/drawing-{n}.png": picture for n in range(1, MOST_DRAWINGS + 3)}
    found, notes = read(many | {"cnn/drawing-1.png": picture, "confuse/four.png": picture, "drawing-1.png": picture})

    assert list(found) == ["confuse"]
    assert [d.name for d in found["confuse"]][-1] == f"drawing-{MOST_DRAWINGS}"
    assert notes == [
        "confuse/four.png was not read: call it confuse/drawing-1.png.",
        f"Of the {MOST_DRAWINGS + 2} drawings in confuse/, the first {MOST_DRAWINGS} were read.",
    ]


def test_drawings_are_decoded_in_the_sandbox(read):
    found, _ = read({"confuse/drawing-1.png": png(Image.fromarray(GREY))}, isolation="bubblewrap")

    assert found["confuse"][0].pixels.raw == GREY.tobytes()


@pytest.mark.parametrize("said", ["[]", "{}", '{"confuse/drawing-1.png": {"height": 1}}', "nonsense", ""])
def test_a_decoder_that_says_something_else_leaves_it_to_a_person(read, monkeypatch, said):
    """Whether the file or the machine is to blame is not known."""

    class Run:
        result = said.encode()

    monkeypatch.setattr(drawings, "run_unprotected", lambda *_: Run)
    found, _ = read({"confuse/drawing-1.png": png(Image.fromarray(GREY))})

    assert found["confuse"][0].status is Status.FAULT
