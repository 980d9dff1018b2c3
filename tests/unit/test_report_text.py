"""Text is cleaned, capped and formatted in one way."""

import time

import pytest

from netgrade.report import text


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("O'Neill, Jörg <script>", "O'Neill, Jörg <script>"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07shell", "shell"),
        ("1/9\r2/9\r9/9\nend\r\n", "9/9\nend\n"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("a\u2066b\u200fc\ufeffd\x00e\ud800f", "abcdef"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),
        ("Z" + "\u0301" * 50, "Z" + "\u0301" * 3),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_clean(given, expected):
    """What could deceive or break a page goes; every script's own letters stay."""
    assert expected == text.clean(given)


BIDI = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
UNSEEN = [0xAD, 0x200B, 0x2060, 0xFEFF, 0xFFF9, 0xE0001, 0xE0041, 0xD800, 0xDFFF, 0xE000, 0xFFFE]


@pytest.mark.parametrize("code", [*BIDI, *CONTROLS, *UNSEEN], ids=hex)
def test_clean_leaves_no_character_that_nobody_sees(code):
    """What turns the direction of writing, controls a terminal, or hides in a name; lines and tabs stay."""
    left = text.clean(f"a\n{chr(code)}é")

    assert left == (f"a\n{chr(code)}é" if chr(code) in "\n\t" else "a\né")


def test_clean_takes_linear_time():
    """A megabyte of one line without an end is cleaned at once."""
    start = time.process_time()
    for hostile in ("é" * 1_000_000, "\x1b[" * 500_000, "\r" * 1_000_000, "e" + "\u0301" * 1_000_000):
        text.clean(hostile)

    assert time.process_time() - start < 5


def test_lengths_are_capped():
    """A line is cut with an ellipsis; a block and an ending say what is left out."""
    assert text.line("word " * 100, 9) == "word word…"
    assert text.block("x" * 12, 10) == "x" * 10 + "\n… (2 further characters are not shown)"
    assert text.ending("ab" + "x" * 10, 10) == "(2 characters before this are not shown) …\n" + "x" * 10


def test_numbers():
    """Numbers are written in one way on every page."""
    assert (text.percent(0.6431), text.percent(-0.01), text.percent(None)) == ("64.3%", "−1.0%", "–")
    assert (text.points(3.5), text.points(4.0), text.points(None)) == ("3.5", "4", "–")
    assert text.count(12523266) == "12,523,266"
    assert text.scaled(4_812_000, "FLOP") == "4.81 MFLOP"
    assert (text.duration(7.25), text.duration(75.2)) == ("7.2 s", "1 min 15 s")


def test_a_comparison_stays_on_one_line():
    assert text.unbroken("accuracy > 45%, a > b, >= 3") == "accuracy >\u00a045%, a > b, >=\u00a03"
