"""Tagging: what WeasyPrint leaves open of a PDF's structure for PDF/UA-1, put right before the file is written."""

from collections.abc import Iterator
from typing import Any

from pydyf import Dictionary

PRINTED = 4
"""The flag of an annotation that is there on paper as well as on the screen."""

Elements = dict[bytes, Any]
"""Structure elements by the reference that others name them with."""


def complete_tags(_document: object, pdf: Any) -> None:
    """A finisher for WeasyPrint: scopes of headers, lists of labelled values, running heads apart, links on paper."""
    elements: Elements = {thing.reference: thing for thing in pdf.objects if _is_element(thing)}
    for element in elements.values():
        if element["S"] == "/TH":
            element["A"]["Scope"] = _scope(element, elements)
        elif element["S"] == "/L":
            _label_items(element, elements)
    _set_running_heads_apart(pdf, elements)
    for thing in pdf.objects:
        if isinstance(thing, dict) and thing.get("Subtype") == "/Link":
            thing["F"] = PRINTED


def _set_running_heads_apart(pdf: Any, elements: Elements) -> None:
    """WeasyPrint tags the text of page margins and leaves the tags out of the tree: as artifacts, nobody misses them.

    ISO 14289-1, 7.8: running heads and page numbers are artifacts of pagination.
    """
    by_reference = {thing.reference: thing for thing in pdf.objects}
    root = by_reference[pdf.catalog["StructTreeRoot"]]
    [document] = (elements[kid] for kid in root["K"])
    parents = by_reference[root["ParentTree"]]["Nums"]
    in_tree = {*document["K"]}
    heads = [e for e in elements.values() if e["P"] == document.reference and e.reference not in in_tree]
    of_page: dict[bytes, list[int]] = {}
    for page, number in (found for head in heads for found in _marked(head, elements)):
        of_page.setdefault(page, []).append(number)
    for page, numbers in of_page.items():
        content = by_reference[by_reference[page]["Contents"]].stream
        places = {part["MCID"]: i for i, part in enumerate(content) if isinstance(part, dict) and "MCID" in part}
        for number in numbers:
            content[places[number] - 1 : places[number] + 1] = ["/Artifact", Dictionary({"Type": "/Pagination"})]
            parents[2 * by_reference[page]["StructParents"] + 1][number] = "null"


def _marked(element: Any, elements: Elements) -> Iterator[tuple[bytes, int]]:
    """The page and the number of each marked content below an element, which is given up."""
    for kid in element["K"]:
        if isinstance(kid, int):
            yield element["Pg"], kid
        elif kid in elements:
            yield from _marked(elements[kid], elements)
    element.free = "f"


def _is_element(thing: Any) -> bool:
    return isinstance(thing, dict) and thing.get("Type") == "/StructElem"


def _scope(header: Any, elements: Elements) -> str:
    """WeasyPrint links cells to their headers instead, and so leaves out the header over the column of headers."""
    group = elements[elements[header["P"]]["P"]]
    return "/Column" if group["S"] == "/THead" else "/Row"


def _label_items(items: Any, elements: Elements) -> None:
    """A `dl` that is divided into `div` has items of a label and a value; WeasyPrint tags each as an item of its own.

    ISO 14289-1, 7.6: a list has items, and an item a label and a body.
    """
    for item in (elements[kid] for kid in items["K"] if kid in elements):
        if item["S"] != "/Div":
            continue
        item["S"] = "/LI"
        parts = [elements[kid] for kid in item["K"]]
        bodies = [elements[body] for part in parts for body in part["K"]]
        for place, body in enumerate(bodies):
            body["S"] = "/LBody" if place else "/Lbl"
            body["P"] = item.reference
        item["K"][:] = [body.reference for body in bodies]
        for part in parts:
            part.free = "f"  # nothing names it any more
