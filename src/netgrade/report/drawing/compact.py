"""An SVG of matplotlib's in fewer elements that look the same: WeasyPrint draws, and cascades styles, one by one.

Of the elements of a chart half are groups around a single child, marks that stand for a path elsewhere, or styles that
have to be parsed; without them it is drawn in two thirds of the time.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from netgrade.report.drawing.dark import CELLS
from netgrade.report.drawing.style import FONTS

SVG = "http://www.w3.org/2000/svg"
GROUP, DEFINITIONS, MARK, PATH, TEXT = (f"{{{SVG}}}{name}" for name in ("g", "defs", "use", "path", "text"))
HREF = "{http://www.w3.org/1999/xlink}href"

INHERITED = {
    "stroke-linejoin": "round", "stroke-width": "1", "font-size": "8",
    "font-family": ", ".join(f"'{name}'" for name in FONTS) + ", sans-serif",
}  # fmt: skip
"""Said once, at the top: what matplotlib's one stylesheet says of everything, what WeasyPrint would work out at each
element, and the fonts of every text."""

LONG = 20_000
"""Letters of a path from which tenths of a point are enough: a thousand curves in one take half the room."""


def compact(source: bytes) -> bytes:
    """The same picture as `source`, which matplotlib's SVG backend wrote."""
    root = ElementTree.fromstring(source)
    marks = {f"#{path.get('id')}": path for path in root.iterfind(f".//{DEFINITIONS}/{PATH}")}
    children = list(_flat(root, marks))
    root[:] = children
    root.attrib |= INHERITED
    for element in root.iter():
        if len(path := element.get("d", "")) > LONG:
            element.set("d", re.sub(r"\d+\.\d+", lambda number: f"{float(number[0]):.1f}", path))
        element.tail = None
        if element.tag == TEXT:
            element.attrib.pop("font-family", None)
        else:
            element.text = None
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
    root.set("xmlns", SVG)
    return ElementTree.tostring(root)


def _flat(parent: Element, marks: dict[str, Element]) -> Iterator[Element]:
    """What is drawn below an element, without groups that say nothing."""
    for child in parent:
        if child.tag == DEFINITIONS:
            child[:] = [kept for kept in child if kept.tag not in (PATH, f"{{{SVG}}}style")]
            if len(child):
                yield child
        elif child.tag == MARK:
            yield _placed(child, marks[child.attrib[HREF]])
        elif child.tag != f"{{{SVG}}}metadata":
            _spell_out(child)
            child[:] = list(_flat(child, marks))
            if child.tag == GROUP and not child.attrib.keys() - {"id"} and child.get("id") != CELLS:
                yield from child
            else:
                yield child


def _placed(mark: Element, path: Element) -> Element:
    """The path itself, where a mark stands for it."""
    _spell_out(path)
    _spell_out(mark)
    own = {name: value for name, value in mark.attrib.items() if name not in (HREF, "x", "y")}
    place = {"transform": f"translate({mark.get('x', '0')} {mark.get('y', '0')})"}
    named = {name: value for name, value in path.attrib.items() if name != "id"}
    return Element(PATH, named | own | place)


def _spell_out(element: Element) -> None:
    """Its style as attributes, which need no parser of CSS; no rotation by nothing."""
    for declaration in element.attrib.pop("style", "").split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            element.set(name.strip(), value.strip().removesuffix("px"))
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
