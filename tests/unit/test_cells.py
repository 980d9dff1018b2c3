"""Cells in shades: areas look as an image would, and stay sharp."""

import gc
import io
import re

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.image import imread

from netgrade.report import drawing
from netgrade.report.drawing.cells import MOST, SHADE, shade_cells
from netgrade.report.drawing.dark import CELLS
from netgrade.report.drawing.style import STYLE, axes_with
from netgrade.report.figures import ConfusionFigure

SHARES = np.array([[0.0, 0.004, 0.37, 1.0], [0.01, 0.5, np.nan, 0.5], [0.99, 0.98, 0.12, 0.0]])


def as_image(axes: Axes, shares: np.ndarray, first: int = 0, aspect: str = "equal") -> None:
    edges = (first - 0.5, first + shares.shape[1] - 0.5, shares.shape[0] - 0.5, -0.5)
    axes.imshow(np.round(shares, 2), SHADE, Normalize(0, 1), aspect=aspect, interpolation="nearest", extent=edges)


def pixels(shade, *how) -> np.ndarray:
    with matplotlib.rc_context(STYLE), io.BytesIO() as file:
        canvas, axes = axes_with(3, 2, left=0.4, bottom=0.4)
        shade(axes, SHARES, *how)
        canvas.savefig(file, format="png", dpi=200)
        file.seek(0)
        return imread(file)[..., :3]


@pytest.mark.parametrize("how", [(), (1,), (1, "auto")])
def test_they_look_as_an_image(how):
    """Also along the axes; but for the edges, of which an image has each at a whole pixel."""
    apart = np.abs(pixels(shade_cells, *how) - pixels(as_image, *how)).max(axis=-1)

    assert pixels(shade_cells, *how).min() < 0.2  # the deepest shade is there
    assert (apart > 0.02).mean() < 0.02


def figure(classes: int) -> str:
    shares = np.eye(classes) * 0.9 + 0.1 / classes
    names = tuple(f"class {number}" for number in range(classes))
    return drawing.svg(ConfusionFigure("x", names, tuple(map(tuple, shares)))).decode()


def test_few_are_areas_of_one_element_a_shade():
    """In one group, by whose id the dark knows them."""
    group = re.search(rf'<g id="{CELLS}">(.*?)</g>', figure(10))[1]

    assert [path.count("z") for path in re.findall(r'<path d="([^"]+)"', group)] == [90, 10]
    assert "<image" not in figure(10)


def test_many_are_one_image():
    drawn = figure(int(MOST**0.5) + 1)

    assert re.search(rf'<image [^>]*id="{CELLS}"', drawn) and f'<g id="{CELLS}"' not in drawn


def test_a_drawing_leaves_nothing_to_look_for():
    figure(9)
    gc.collect()
    gc.disable()
    try:
        figure(10)
        assert gc.collect() < 500  # a figure of matplotlib's leaves some thousand things that keep each other
    finally:
        gc.enable()
