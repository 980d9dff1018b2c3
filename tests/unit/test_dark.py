"""Figures on white paper and in the dark: what is drawn stands out from what it lies on, in both."""

import re
from base64 import b64decode, b64encode

import numpy as np
import pytest
from markupsafe import escape
from matplotlib.colors import to_rgb

from netgrade.report.drawing import data_uri
from netgrade.report.drawing import palette as p
from netgrade.report.drawing.cells import SHADE
from netgrade.report.drawing.dark import for_screen
from netgrade.report.figures import ConfusionFigure
from netgrade.report.figures.clock import Dial, DialsFigure

SHARES = np.linspace(0, 1, 201)
HEAT = ConfusionFigure("", ("disc", "ring"), ((0.9, 0.1), (0.3, 0.7)))
HANDS = (((0.0, 0.0), (0.5, 0.5)), ((0.0, 0.0), (0.0, 0.9)))
PHOTOGRAPH = DialsFigure("", (Dial(bytes(16), 4, 0, HANDS, HANDS, "1:30", "1:30", 0),))


def luminance(rgb) -> float:
    """WCAG 2.2, relative luminance, of red, green and blue in [0, 1]."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(one, other) -> float:
    """WCAG 2.2, contrast ratio."""
    low, high = sorted(luminance(to_rgb(color)) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def over(ground, color, opacity: float) -> tuple[float, ...]:
    """What is seen of a colour that lets the ground through."""
    return tuple(
        opacity * above + (1 - opacity) * below for above, below in zip(to_rgb(color), to_rgb(ground), strict=True)
    )


def figure_on_screen(figure) -> str:
    """Its SVG, as the page of a screen has it."""
    html = for_screen(f'<img src="{data_uri(figure)}" alt="">')
    return b64decode(re.search(r'base64,([^"]+)"', html)[1]).decode()


@pytest.mark.parametrize("paper", [lambda color: color, p.IN_THE_DARK.get], ids=["light", "dark"])
def test_words_and_lines_stand_out(paper):
    words = [(p.INK, ground) for ground in (p.PAPER, p.MET, p.SIDE, p.BAND)]
    lines = [(line, p.PAPER) for line in (*p.LINES, p.MUTED, p.PALE)]
    lines += [(line, ground) for line in (p.BLUE, p.ORANGE, p.MUTED) for ground in (p.BAND, p.MET)]

    pale = [(p.BLUE, p.SEED_OPACITY), (p.ORANGE, p.SEED_OPACITY), (p.INK, p.BEHIND_OPACITY)]
    seen = [(over(paper(p.PAPER), paper(line), opacity), paper(p.PAPER)) for line, opacity in pale]

    assert [pair for pair in words if contrast(*map(paper, pair)) < 4.5] == []
    assert [pair for pair in seen if contrast(*pair) < 3] == []
    assert [pair for pair in lines if contrast(*map(paper, pair)) < 3] == []
    assert all(contrast(hand, paper(p.PAPER)) > 3 for hand in p.HANDS)


def test_words_on_every_shade_can_be_read():
    numbers = re.search(r'feColorMatrix values="([^"]+)"', figure_on_screen(HEAT))[1].split()
    matrix = np.array(numbers, float).reshape(4, 5)
    for share in SHARES:
        light = SHADE(share)  # (red, green, blue, alpha)
        dark = matrix @ [*light, 1]
        ink = p.ink_on_shade(share)
        other = "#000000" if ink == p.PAPER else "#ffffff"

        assert contrast(ink, light[:3]) > 4.5 and contrast(other, dark[:3]) > 4.5, share
    assert to_rgb(p.IN_THE_DARK[p.PAPER]) == pytest.approx(tuple((matrix @ [1, 1, 1, 1, 1])[:3]), abs=1e-3)


def test_what_lies_over_a_photograph_stays_as_it_is():
    style = figure_on_screen(PHOTOGRAPH).partition("<style>")[2]

    assert f'[fill="{p.INK}"]' in style and "[stroke=" not in style and "filter" not in style


def test_words_of_a_student_are_no_figure():
    page = f'<p title="{escape(PRETENDED)}">{escape(PRETENDED)}</p>'

    assert for_screen(page) == page


PRETENDED = ' src="data:image/svg+xml;base64,' + b64encode(b"</svg>").decode() + '!"'
