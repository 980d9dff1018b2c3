"""Matrices: read from brackets, from what NumPy prints, from Markdown tables, from LaTeX, or from bare lines."""

import re
from collections.abc import Iterator

from netgrade.kinds.numbers import MARKUP, read_cell

Cells = list[list[str]]
"""Rows of cells, as they were written."""

MOST_MATRICES = 50
_LATEX = re.compile(r"\\begin\{([bpBvV]?matrix|smallmatrix|array)\}(?:\{[clr|]*\})?(.*?)\\end\{\1\}", re.DOTALL)
_FRACTION = re.compile(r"\\[td]?frac\{([^{}]*)\}\{([^{}]*)\}")
_RULE = re.compile(r"[\s|:+=-]*-[\s|:+=-]*")
_NAME = re.compile(r"\s*(?:\(?[a-z0-9]{1,2}[).:]|[^\W\d][\w ()#-]{0,40}[:=])\s*", re.IGNORECASE)
"""What may stand before a matrix: `a)`, `Matrix 1:`, `average =`."""

_CELL = r"[-+−]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d{1,3})?(?:\s*/\s*\d+)?|[?_–-]|nan|none"
_ROW = re.compile(rf"\s*(?:{_CELL})(?:(?:\s*[;,]\s+|\s+|\s*[;|&]\s*)(?:{_CELL}))*\s*[;,]?\s*", re.IGNORECASE)
UNANSWERED = {"", "?", "_", "-", "–", "nan", "none"}
"""A cell that was left open: not right, and no reason to doubt the others."""


def read_matrices(text: str) -> list[Cells] | None:
    """All matrices of an answer in their order; None where it is not clear what belongs together."""
    text = _FRACTION.sub(r"\1/\2", text)
    if found := [_of_latex(match[2]) for match in _LATEX.finditer(text)]:
        return _usable(found)
    text = MARKUP.sub("", text)
    if "[" in text:
        return _usable(list(_of_brackets(text)) if _balanced(text) else [])
    if any(line.count("|") > 1 for line in text.splitlines()):
        return _usable(list(_of_lines(text, table=True)))
    return _usable(list(_of_lines(text, table=False)))


def values_of(cells: Cells) -> list[list[float | None]] | None:
    """The numbers, None for each that was left open; None altogether where a cell is neither."""
    rows: list[list[float | None]] = []
    for row in cells:
        values = [None if cell.strip().lower() in UNANSWERED else read_cell(cell.strip()) for cell in row]
        if any(v is None and c.strip().lower() not in UNANSWERED for v, c in zip(values, row, strict=True)):
            return None
        rows.append(values)
    return rows


def _usable(found: list[Cells]) -> list[Cells] | None:
    """Matrices whose rows are of one length."""
    whole = all(matrix and len({len(row) for row in matrix}) == 1 for matrix in found)
    return found if found and whole and len(found) <= MOST_MATRICES else None


def _of_latex(body: str) -> Cells:
    rows = [row for row in re.split(r"\\\\(?:\[[^\]]*\])?", body.replace("\\hline", "")) if row.strip()]
    return [[cell.strip(" $\n") for cell in row.split("&")] for row in rows]


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "[") - (character == "]")
        if not 0 <= depth <= 3:
            return False
    return depth == 0


def _of_brackets(text: str) -> Iterator[Cells]:
    """Rows are the innermost brackets; a closing second bracket, or an empty line between rows, ends a matrix."""
    rows: Cells = []
    depth = row_depth = 0
    for piece in re.findall(r"\[|\]|\n\s*\n|[^\[\]\n]+|\n", text):
        if piece == "[":
            depth += 1
        elif piece == "]":
            depth -= 1
            # `[[1, 2], [3, 4]]` ends here, `[[[...]], [[...]]]` one bracket earlier.
            if rows and depth < row_depth - 1:
                yield rows
                rows = []
        elif depth and piece.strip(" ,;\t\n"):
            row_depth = depth
            rows += [_cells(row) for row in piece.split(";") if row.strip()]
        elif not depth and rows and (piece.count("\n") > 1 or piece.strip(" ,;\t\n")):
            yield rows
            rows = []
    if rows:
        yield rows


def _of_lines(text: str, table: bool) -> Iterator[Cells]:
    """Each line a row; an empty line, or a line that names the next, ends a matrix."""
    rows: Cells = []
    for line in text.splitlines():
        if table and _RULE.fullmatch(line):
            # What stands above the rule of a Markdown table may be an empty head.
            rows = [row for row in rows if any(cell.strip() for cell in row)]
            continue
        if table and line.count("|") > 1:
            rows.append([cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")])
            continue
        named = _NAME.match(line) if not _ROW.fullmatch(line) else None
        if (named or not line.strip()) and rows:
            yield rows
            rows = []
        rest = line[named.end() :] if named else line
        if rest.strip() and not _ROW.fullmatch(rest):
            yield [["?"], []]  # prose: rows of two lengths, which nobody can use
            return
        rows += [_cells(row) for row in rest.split(";") if row.strip()]
    if rows:
        yield rows


def _cells(row: str) -> list[str]:
    """`1, .5` and `1 .5`; a comma alone separates, unless blanks do as well: `0,5 1`."""
    row = re.sub(r"\s*/\s*", "/", row.strip(" ,;\t\n|&"))
    separator = r"\s*,\s+|\s*[|&]\s*|\s+" if re.search(r"\s", row) else r"[,|&]"
    return re.split(separator, row)
