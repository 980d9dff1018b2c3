"""Tagging: what WeasyPrint leaves open of a PDF's structure for PDF/UA-1, put right before the file is written."""

from typing import Any

Elements = dict[bytes, Any]
"""Structure elements by the reference that others name them with."""


def complete_tags(_document: object, pdf: Any) -> None:
    """A finisher for WeasyPrint: headers of tables get their scope, and labelled values the form of a list."""
    elements: Elements = {thing.reference: thing for thing in pdf.objects if _is_element(thing)}
    for element in elements.values():
        if element["S"] == "/TH":
            element["A"]["Scope"] = _scope(element, elements)
        elif element["S"] == "/L":
            _label_items(element, elements)


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
