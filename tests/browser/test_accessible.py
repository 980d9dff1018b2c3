"""Every kind of page in Chromium: axe-core finds no violation, nothing scrolls sideways, keys reach everything."""

import base64
import io
import re
from importlib.resources import files

import numpy as np
import pytest
from every_kind import TEMPLATES, a_class, every_kind
from PIL import Image

from netgrade.handout import drawing_page
from netgrade.report import render_class, render_student
from netgrade.report.drawing.dark import CELLS
from netgrade.report.drawing.palette import HANDS, IN_THE_DARK
from netgrade.report.marking import write_marking_sheet

PAGES = ["report.html", "class.html", "marking.html", "draw.html"]
AXE = files("axe_playwright_python").joinpath("axe.min.js")

FOCUSED = """() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  return { what: at.outerHTML.slice(0, 120), place: [...document.querySelectorAll("*")].indexOf(at), drawn,
           seen: box.width > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight };
}"""
REACHABLE = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
  .filter((one) => !one.disabled && one.checkVisibility({ visibilityProperty: true })).length"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A report with a task of every kind, the page of a class, its marking page, and the drawing page."""
    folder = tmp_path_factory.mktemp("pages")
    render_student(*every_kind(), folder, TEMPLATES)
    grades, backdrop = a_class()
    render_class(grades, backdrop, {grade.slug: f"{grade.slug}/report.html" for grade in grades}, folder, TEMPLATES)
    write_marking_sheet(
        grades, backdrop.assignment, backdrop.names, TEMPLATES, folder / "m.csv", folder / "marking.html"
    )
    drawing_page(TEMPLATES, folder / "draw.html")
    return folder


def violations(page):
    """What axe-core finds, of all its rules; the page's policy is bypassed for axe alone."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    assert len(found["passes"]) > 15
    return {one["id"]: [node["html"][:200] for node in one["nodes"][:3]] for one in found["violations"]}


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(look, pages, name, width, scheme):
    page = look(pages / name, width, scheme, bypass_csp=True)

    assert violations(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_axe_finds_what_is_wrong(look, pages):
    page = look(pages / "draw.html", bypass_csp=True)
    page.evaluate("document.querySelector('label').remove(); document.documentElement.lang = ''")

    assert {"select-name", "html-has-lang"} <= {*violations(page)}


@pytest.mark.parametrize("name", PAGES)
def test_keys_alone_reach_every_control_in_order_and_show_where_they_are(look, pages, name):
    page = look(pages / name, 320)
    reached = []
    for _ in range(page.evaluate(REACHABLE)):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))

    assert [one["place"] for one in reached] == sorted({one["place"] for one in reached})
    assert [one["what"] for one in reached if not (one["drawn"] and one["seen"])] == []


@pytest.mark.parametrize("name", ["report.html", "class.html"])
def test_without_javascript_nothing_is_missing(look, pages, name):
    """Everything can be read, and no control stands there that would do nothing."""
    page = look(pages / name, 320, java_script_enabled=False)

    assert page.locator("main button:visible, main input:visible, main select:visible").count() == 0
    assert page.locator("main section:visible").count() == page.locator("main section").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_belong_to_the_page_in_either_scheme(look, pages, scheme):
    """Under the page's own policy: the ground of each figure is the page's, and so is most of a confusion matrix."""
    page = look(pages / "report.html", scheme=scheme)
    ground = (255, 255, 255) if scheme == "light" else (20, 24, 30)
    for figure in page.locator("figure:is(.wide, .confusion) img[src^='data:image/svg']").all()[:3]:
        with Image.open(io.BytesIO(figure.screenshot())) as picture:
            pixels = np.asarray(picture.convert("RGB")).astype(int)  # (height, width, colours)

        assert (pixels[4, 4] == ground).all()
        assert (abs(pixels - ground).max(axis=-1) < 60).mean() > 0.6


def test_the_dark_knows_every_colour_that_is_drawn(pages):
    """Shades of cells are changed together: none of them may be a colour that is changed by itself."""
    drawn, shades = set(), set()
    for name in ("report.html", "class.html"):
        for found in re.findall(r'data:image/svg\+xml;base64,([^"]+)"', (pages / name).read_text()):
            apart = re.split(rf'<g id="{CELLS}">(.*?)</g>', base64.b64decode(found).decode())
            for colors, parts in ((drawn, apart[::2]), (shades, apart[1::2])):
                colors |= {*re.findall(r'(?:fill|stroke|color)="([^"]+)"', "".join(parts))}

    assert drawn - {*IN_THE_DARK, *HANDS, "none"} == set()
    assert len(shades) > 20 and not shades & {*IN_THE_DARK}
