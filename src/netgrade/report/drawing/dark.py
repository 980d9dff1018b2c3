"""Figures in the dark: on a screen that is set to it, the SVGs of a page take colours that belong to a dark page.

A browser asks each `img` for its own stylesheet, so none of the page's would reach them. WeasyPrint never sees these.
"""

import re
from base64 import b64decode, b64encode

from netgrade.report.drawing.palette import DEEPEST_IN_THE_DARK, IN_THE_DARK, PAPER

# A quotation mark in a student's text would be escaped: this is an image of ours.
FIGURE = re.compile(r'(?<= src="data:image/svg\+xml;base64,)[^"]+')

CELLS = "cells"
"""The id of an image that is no photograph, but cells in shades."""


def for_screen(html: str) -> str:
    """The page with a stylesheet for the dark in each of its figures."""
    return FIGURE.sub(lambda found: b64encode(_themed(b64decode(found[0]))).decode(), html)


def _themed(svg: bytes) -> bytes:
    text = svg.decode()
    shaded = f'id="{CELLS}"' in text
    # Lines over a photograph stay as they are, because it does.
    painted = ("fill", "stroke") if shaded or "<image" not in text else ("fill",)
    rules = [
        f'[{paint}="{light}"]{{{paint}:{dark}}}'
        for paint in painted
        for light, dark in IN_THE_DARK.items()
        if f'{paint}="{light}"' in text
    ]
    if shaded:
        # Words on shades have no colour of their own, which is black, or that of the paper.
        rules += [f'text{{fill:{PAPER}}}text[fill="{PAPER}"]{{fill:#000000}}#{CELLS}{{filter:url(#dark)}}']
    style = f"<style>@media (prefers-color-scheme:dark){{{''.join(rules)}}}</style>"
    return text.replace("</svg>", f"{_filter() if shaded else ''}{style}</svg>").encode()


def _filter() -> str:
    """Shades that begin at the dark paper: of the light ones red alone, which falls evenly, says how deep each is."""
    low, high = (_rgb(color) for color in (IN_THE_DARK[PAPER], DEEPEST_IN_THE_DARK))
    rows = (f"{least - most:.4f} 0 0 0 {most:.4f}" for least, most in zip(low, high, strict=True))
    return (
        '<filter id="dark" color-interpolation-filters="sRGB" x="0" y="0" width="1" height="1">'
        f'<feColorMatrix values="{" ".join(rows)} 0 0 0 1 0"/></filter>'
    )


def _rgb(color: str) -> list[float]:
    return [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
