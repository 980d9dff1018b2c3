"""Any other system: one row a student, as CSV in UTF-8 or as a workbook."""

import csv
import io
import re
from collections.abc import Sequence

from netgrade.lms.mark import Export, Mark, Target, listed
from netgrade.lms.table import figure, text_cell

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML, and with it a workbook, cannot hold."""

_MOST_CELL = 32_767
"""Characters of a cell of a workbook."""

SHEET = "Grades"


def write_csv(marks: Sequence[Mark], target: Target) -> Export:
    """The table as CSV, its texts no formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in _rows(marks):
        writer.writerow([figure(cell) if not isinstance(cell, str) else text_cell(cell) for cell in row])
    # The mark in front tells a spreadsheet that this is UTF-8.
    return Export({"grades.csv": text.getvalue().encode("utf-8-sig")}, _wanted(marks), _told(marks))


def write_xlsx(marks: Sequence[Mark], target: Target) -> Export:
    """The table as a workbook: points are numbers, and every text is a text, whatever it begins with."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.create_sheet(SHEET, 0)
    book.remove(book.worksheets[1])
    for number, row in enumerate(_rows(marks), start=1):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(number, place)
            cell.value = _UNWRITABLE.sub("?", value)[:_MOST_CELL] if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type = "s"
                cell.quotePrefix = True
    content = io.BytesIO()
    book.save(content)
    return Export({"grades.xlsx": content.getvalue()}, _wanted(marks), _told(marks))


def _rows(marks: Sequence[Mark]) -> list[list[str | float | None]]:
    wanted = _wanted(marks)
    titles = {task.task: mark.titles.get(task.task, task.task) for mark in wanted for task in mark.grade.tasks}
    rows: list[list[str | float | None]] = [["Student", "Account", "Points", "Maximum", "Comment", *titles.values()]]
    for mark in wanted:
        tasks = {task.task: task.points for task in mark.grade.tasks}
        rows.append([mark.hand_in.student, mark.hand_in.account, mark.points, mark.grade.most_points, mark.comment,
                     *(tasks.get(task) for task in titles)])  # fmt: skip
    return rows


def _wanted(marks: Sequence[Mark]) -> list[Mark]:
    return [mark for mark in marks if mark.wanted]


def _told(marks: Sequence[Mark]) -> list[str]:
    waiting = [mark.hand_in.student for mark in _wanted(marks) if mark.points is None]
    return [f"These cells are empty because a person has to look first: {listed(waiting)}."] if waiting else []
