"""Zips, JSON and YAML of students are read within limits, and what comes back can be saved and loaded again."""

import json
import tracemalloc
import zipfile

import pytest

from netgrade import untrusted
from netgrade.errors import UnreadableError
from netgrade.objects.declaration import Declaration, Declarations, ModelDeclaration
from netgrade.store import load, save
from netgrade.untrusted import open_zip, read_json, read_member


def nested(depth):
    """Objects inside each other, as text."""
    return '{"a":' * depth + "1" + "}" * depth


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (nested(untrusted.MOST_DEPTH + 2), "nested more than"),
        (nested(900), "nested more than"),
        (nested(100_000), "recursion"),
        ("[" * 100_000, "recursion"),
        ("[" + "[]," * untrusted.MOST_VALUES + "1]", "values"),
        ("1" * 5000, "no JSON"),
        ("{'a': 1}", "no JSON"),
        ("\udcff", "no JSON"),
    ],
)
def test_json_beyond_the_limits_is_refused(content, reason):
    with pytest.raises(UnreadableError, match=reason):
        read_json(content.encode(errors="surrogateescape"))


def test_large_json_is_refused_before_it_is_built():
    """32 MB of empty lists would take a gigabyte."""
    content = b"[" + b"[]," * 10_000_000 + b"1]"
    tracemalloc.start()
    with pytest.raises(UnreadableError, match="values"):
        read_json(content)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 2**20


STRANGE = [
    nested(untrusted.MOST_DEPTH - 10),
    '{"a": "\\ud800", "\\udfff": "\\ud83d\\ude00"}',
    f'{{"a": {10**4000}, "b": {2**70}, "c": -1}}',
    '{"a": [NaN, Infinity, -Infinity, 1e999]}',
    '{"a": "\\u0000\\u202e", "": null, "b": [true, 1.5]}',
]


@pytest.mark.parametrize("content", STRANGE)
def test_what_is_read_can_be_saved_and_loaded(content, tmp_path):
    """One declaration that cannot be written, or not be read again, would stop the grading of all in its chunk."""
    model = ModelDeclaration(architecture=read_json(content.encode()))
    declaration = Declaration(slug="s" + "0" * 11, submission="0" * 64, isolation="none", models={"own": model})
    save(tmp_path / "x.json", Declarations(assignment="a", chunk="c00", declarations=[declaration]))

    assert load(tmp_path / "x.json", Declarations).declarations == [declaration]


def test_ordinary_json_stays_as_it_is():
    value = {"layers": [{"units": 64, "rate": 0.5, "use_bias": True, "name": "größe 😀", "seed": None}]}

    assert read_json(json.dumps(value).encode()) == value


def packed(path, compression=zipfile.ZIP_DEFLATED, **files):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def unpacked(path, most=2**20):
    with open_zip(path) as archive:
        return {member.filename: read_member(archive, member, most) for member in archive.infolist()}


def test_an_ordinary_zip_is_read(tmp_path):
    assert unpacked(packed(tmp_path / "x.zip", a=b"1", b=b"x" * 10**6)) == {"a": b"1", "b": b"x" * 10**6}


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressions_that_unpack_without_bound_are_refused(tmp_path, compression):
    """362 bytes of bzip2 hold 300 MB, and would come out in one piece."""
    bomb = packed(tmp_path / "x.zip", compression, a=b" " * 2**24)

    with pytest.raises(UnreadableError, match="compressed in a way"):
        unpacked(bomb)


def test_a_file_in_a_zip_is_read_up_to_the_limit(tmp_path):
    bomb = packed(tmp_path / "x.zip", a=b" " * 2**26)
    tracemalloc.start()
    with pytest.raises(UnreadableError, match="more than 1048576 bytes"):
        unpacked(bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 2**23


def test_a_long_list_of_files_is_refused(tmp_path):
    """Each name costs memory before anything is unpacked."""
    many = packed(tmp_path / "x.zip", **{f"{i:0200d}": b"" for i in range(6000)})

    with pytest.raises(UnreadableError, match="list of files is too long"):
        unpacked(many)


def test_damaged_zips_are_refused(tmp_path):
    """Every single byte of a zip may be wrong; nothing but the one error comes out."""
    whole = packed(tmp_path / "x.zip", a=b"some text, and some more text").read_bytes()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        (tmp_path / "y.zip").write_bytes(damaged)
        try:
            unpacked(tmp_path / "y.zip")
        except UnreadableError:
            continue


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_zip_is_refused(tmp_path, content):
    (tmp_path / "x.zip").write_bytes(content)

    with pytest.raises(UnreadableError, match="no zip"):
        unpacked(tmp_path / "x.zip")
