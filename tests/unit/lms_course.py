"""A graded course in the current folder, for the command that exports it."""

import csv

from click.testing import CliRunner
from factories import a_grade

from netgrade.cli import main
from netgrade.collect import PSEUDONYMS, partition, pseudonym_key, slug_of
from netgrade.objects.assignment import Lms
from netgrade.objects.grade import Grades
from netgrade.store import save

ASSIGNMENT = """\
id: tiny
title: Tiny
dataset: shapes10
tasks:
  - {id: dense, title: Fully connected, kind: classifier, points: 4, threshold: accuracy > 12 %}
"""
COURSE = """\
title: Tiny course
assignments:
  - {id: tiny, submissions: in, lms: {system: moodle}}
"""
STUDENTS = {"1": "Ada", "2": "Zoë O'Neill", "3": "=1+1"}


class Course:
    """A graded course in the current folder, and the command."""

    def __init__(self, folder):
        self.folder, self.points = folder, {"Ada": 3.0, "Zoë O'Neill": None, "=1+1": 1.5}
        (folder / "assignments/tiny").mkdir(parents=True)
        (folder / "assignments/tiny/assignment.yaml").write_text(ASSIGNMENT)
        (folder / "config.yaml").write_text(COURSE)
        for number, name in STUDENTS.items():
            place = folder / "in" / f"{name}_{number}_assignsubmission_file_"
            place.mkdir(parents=True)
            (place / "model.py").write_text("x = 1")
        rows = [[f"Participant {n}", name, "", "4.00", "Yes", "-", ""] for n, name in STUDENTS.items()]
        header = ["Identifier", "Full name", "Grade", "Maximum grade", "Grade can be changed", "Last modified (grade)",
                  "Feedback comments"]  # fmt: skip
        with (folder / "sheet.csv").open("w") as file:
            csv.writer(file).writerows([header, *rows])
        self.grade()

    def grade(self):
        """Write the grades as the workflow does."""
        key = pseudonym_key(PSEUDONYMS)
        for chunk, found in partition(self.folder / "in", key, Lms(system="moodle")).items():
            grades = []
            for hand_in in found:
                points = self.points[hand_in.student]
                changes = {"slug": slug_of(hand_in.student, key), "complete": points is not None, "points": points or 0}
                grades.append(a_grade().model_copy(update=changes | {"assignment": "tiny"}))
            path = self.folder / f"results/settle/tiny/{chunk}.json"
            save(path, Grades(assignment="tiny", chunk=chunk, round=1, grades=grades, undecided=[]))

    def export(self, *options, status=0):
        """Run the command; what it printed."""
        result = CliRunner().invoke(main, ["export", "tiny", *options])
        assert result.exit_code == status, result.output
        return result.output

    def uploads(self):
        """Grade by student, in the worksheet that was written last."""
        with (self.folder / "reports/tiny/upload/moodle/worksheet.csv").open() as file:
            return {row["Full name"]: row["Grade"] for row in csv.DictReader(file)}
