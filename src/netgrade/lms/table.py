"""Tables of a system: its own grade sheet, read and written in the form that it was downloaded in."""

import csv
import io
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from netgrade.documents import FORMULA_STARTS, plain_cell, printable
from netgrade.errors import SpecError

MOST_BYTES = 20 * 2**20
DELIMITERS = ",\t;"
NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
DOWNLOAD_ANEW = "Download it anew, and leave it as it is: a spreadsheet may change it when it saves."


@dataclass(frozen=True)
class Table:
    """A sheet: `rows` are as long as `header`, and `encoding`, `delimiter` and `quoted` are as the system writes it."""

    path: Path
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    quoted: bool = False

    def column(self, name: str) -> int:
        """The place of the only column of that name. Raises SpecError."""
        if self.header.count(name) != 1:
            found = ", ".join(self.header)[:300]
            raise SpecError(f"{self.path}:1: expected one column `{name}`; found {found}", DOWNLOAD_ANEW)
        return self.header.index(name)

    def only_column(self, wanted: Callable[[str], bool], what: str, named: str | None) -> int:
        """The place of the only column whose title is `wanted`, or is `named`. Raises SpecError that lists them all."""
        if named is not None:
            return self.column(named)
        found = [place for place, title in enumerate(self.header) if wanted(title)]
        if len(found) != 1:
            listed = "\n  ".join(self.header)
            remedy = f"Name the one with --column, spelt as in the sheet. Its columns are:\n  {listed[:3000]}"
            raise SpecError(f"{self.path}:1: expected one column {what}; found {len(found)}", remedy)
        return found[0]

    def narrowed(self, columns: Sequence[int]) -> "Table":
        """The same table with these columns alone."""
        rows = tuple(tuple(row[place] for place in columns) for row in self.rows)
        return replace(self, header=tuple(self.header[place] for place in columns), rows=rows)

    def encoded(self) -> bytes:
        """The file, in the form that it was read in."""
        text = io.StringIO()
        form: Literal[0, 1] = csv.QUOTE_ALL if self.quoted else csv.QUOTE_MINIMAL
        writer = csv.writer(text, delimiter=self.delimiter, quoting=form, lineterminator="\r\n")
        writer.writerows([self.header, *self.rows])
        return text.getvalue().encode(self.encoding)


def read_table(path: Path) -> Table:
    """Read a sheet as a system exports it: UTF-8 or UTF-16, with commas, tabs or semicolons. Raises SpecError."""
    text, encoding = _decoded(path)
    delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[str, ...]] = []
    try:
        for row in reader:
            if not row:
                continue
            if rows and len(row) != len(rows[0]):
                raise SpecError(f"{path}:{reader.line_num}: expected {len(rows[0])} columns as in the first line;"
                                f" found {len(row)}", DOWNLOAD_ANEW)  # fmt: skip
            rows.append(tuple(row))
    except csv.Error as error:
        raise SpecError(f"{path}:{reader.line_num}: not valid CSV: {error}", DOWNLOAD_ANEW) from error
    if not rows:
        raise SpecError(f"{path} is empty", DOWNLOAD_ANEW)
    return Table(path, rows[0], tuple(rows[1:]), encoding, delimiter, quoted=text.startswith('"'))


def _decoded(path: Path) -> tuple[str, str]:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {error.strerror}", "Check the name behind --sheet.") from error
    if len(content) > MOST_BYTES:
        raise SpecError(f"{path} is larger than {MOST_BYTES >> 20} MB")
    wide = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    encoding = "utf-16" if wide else "utf-8-sig" if content.startswith(BOM_UTF8) else "utf-8"
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise SpecError(f"{path} is neither UTF-8 nor UTF-16 text", DOWNLOAD_ANEW) from error


def figure(points: float | None, comma: bool = False) -> str:
    """Points as a system reads them, to two decimals; None is the empty cell."""
    if points is None:
        return ""
    text = f"{points:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if comma else text


def value_of(cell: str) -> float | None:
    """The number in a cell, with a point or a comma; None where there is none."""
    text = cell.strip()
    return float(text.replace(",", ".")) if NUMBER.fullmatch(text) else None


def text_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula; a lone sign is what systems write for nothing, and stays."""
    return text if len(text) < 2 else plain_cell(printable(text))


def harmless(row: Sequence[str], keys: Iterable[int]) -> tuple[str, ...]:
    """A row whose texts are no formulas; the cells at `keys` are read back by the system and stay as they are."""
    kept = set(keys)
    return tuple(
        cell if place in kept or NUMBER.fullmatch(cell.strip()) or not cell.startswith(FORMULA_STARTS)
        else text_cell(cell)
        for place, cell in enumerate(row)
    )  # fmt: skip
