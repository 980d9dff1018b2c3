"""Axes with fewer artists look as matplotlib's own do."""

import io
import re
from contextlib import nullcontext

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from netgrade.report.drawing import style
from netgrade.report.drawing.canvas import Canvas, known_words, name_ticks, write_centred
from netgrade.report.drawing.style import STYLE, axes_with, count_along, percent_up


def curves() -> Figure:
    """Counted epochs, percent with a grid, and a title, which matplotlib would keep clear of ticks."""
    canvas, axes = axes_with(3, 2, left=0.6, bottom=0.5, top=0.3)
    axes.plot([1, 2, 3, 4], [0.1, 0.4, 0.55, 0.6])
    axes.set(xlabel="epoch", ylabel="accuracy", title="three epochs")
    count_along(axes)
    percent_up(axes)
    axes.grid(axis="y", color="#c9d0d9", linewidth=0.4)
    axes.set_axisbelow(True)
    return canvas


def named() -> Figure:
    """Names along both axes, turned and small, without marks."""
    canvas, axes = axes_with(3, 3, left=0.8, bottom=0.8)
    axes.imshow(np.eye(3), interpolation="nearest")
    name_ticks(axes.xaxis, ["disc", "ring & co", "<hourglass>"], length=0, labelrotation=90, labelsize=5)
    name_ticks(axes.yaxis, ["disc", "ring & co", "<hourglass>"], length=0)
    axes.set(xlabel="predicted class", ylabel="true class")
    return canvas


def far_apart() -> Figure:
    """Powers of ten with finer marks between them, and labels that leave a factor out."""
    canvas, axes = axes_with(3, 2, left=0.6, bottom=0.5, top=0.3)
    axes.plot([1e7, 1.5e7, 2e7], [0.4, 3, 150])
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_minor_formatter(matplotlib.ticker.NullFormatter())
    return canvas


def saved(make, canvas_of: type[Figure] = Canvas) -> str:
    words = known_words() if canvas_of is Canvas else nullcontext()
    with matplotlib.rc_context(STYLE), words, pytest.MonkeyPatch.context() as patch, io.BytesIO() as file:
        patch.setattr(style, "Canvas", canvas_of)
        canvas = make()
        assert type(canvas) is canvas_of
        canvas.savefig(file, format="svg", metadata={"Date": None})
        return file.getvalue().decode()


@pytest.mark.parametrize("make", [curves, named, far_apart])
def test_every_word_stands_where_it_stood(make):
    light, heavy = (re.findall(r"<text[^>]*>[^<]+", saved(make, canvas_of)) for canvas_of in (Canvas, Figure))

    assert len(heavy) >= 6
    assert sorted(light) == sorted(heavy)


@pytest.mark.parametrize(("make", "marks"), [(curves, 7), (named, 0), (far_apart, 20)])
def test_every_mark_and_line_is_where_it_was(make, marks):
    light, heavy = (saved(make, canvas_of) for canvas_of in (Canvas, Figure))
    starts = re.findall(r'<use [^>]*x="(\S+)" y="(\S+)"', heavy)

    assert len(starts) >= marks
    assert {tuple(start) for start in starts} <= {*re.findall(r"M (\S+) (\S+)", light)}
    assert straight(heavy) <= straight(light)
    assert "<use" not in light  # all marks of an axis are one path


def straight(svg: str) -> set[tuple[str, ...]]:
    """The straight lines, grids among them, each by its ends; the shapes of marks are no lines of the picture."""
    svg = re.sub(r"<defs>.*?</defs>", "", svg, flags=re.DOTALL)
    return {*re.findall(r"M (\S+) (\S+) \nL (\S+) (\S+) \n(?=\"|M)", svg)}


def test_axes_that_are_off_stay_off():
    def without() -> Figure:
        canvas, axes = axes_with(2, 2, left=0.5, bottom=0.5)
        axes.set_axis_off()
        return canvas

    assert "<text" not in saved(without)


def test_words_seen_before_stand_where_new_ones_would():
    """Their layout is known already: it may not come from another size, turn or place of writing."""

    def words(size: float, turned: int, side: str) -> Figure:
        canvas, axes = axes_with(2, 2, left=0.5, bottom=0.5)
        axes.text(0.2, 0.3, "12", fontsize=size, rotation=turned, ha=side, va="center")
        return canvas

    looks = [(8, 0, "left"), (8, 0, "right"), (11, 0, "left"), (8, 90, "left"), (8, 0, "left")]
    for look in looks:
        light, heavy = (saved(lambda look=look: words(*look), canvas_of) for canvas_of in (Canvas, Figure))
        assert re.findall(r"<text[^>]*>12<", light) == re.findall(r"<text[^>]*>12<", heavy)


@pytest.mark.parametrize("words", [[], [(0, 1, "36", "#1c2430"), (2, 0, "<1", "#ffffff"), (1, 2, "36", "#ffffff")]])
def test_many_words_stand_where_a_text_for_each_would(words):
    def in_cells() -> Figure:
        canvas, axes = axes_with(2, 2, left=0.5, bottom=0.5)
        axes.set(xlim=(-0.5, 2.5), ylim=(2.5, -0.5), xticks=[], yticks=[])
        if type(canvas) is Canvas:
            write_centred(axes, words, 6.5)
        else:
            for x, y, word, color in words:
                axes.text(x, y, word, color=color, fontsize=6.5, ha="center", va="center")
        return canvas

    light, heavy = (re.findall(r"<text[^>]*>[^<]+", saved(in_cells, canvas_of)) for canvas_of in (Canvas, Figure))
    assert len(heavy) == len(words) and light == heavy


def test_ticks_that_are_set_by_hand_are_drawn():
    def halves() -> Figure:
        canvas, axes = axes_with(2, 2, left=0.5, bottom=0.5)
        axes.set(xticks=[0, 1], yticks=[])
        return canvas

    assert re.findall(r">([^<>]+)</text>", saved(halves)) == re.findall(r">([^<>]+)</text>", saved(halves, Figure))
