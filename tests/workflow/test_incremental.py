"""What runs again after a change, by what Snakemake plans and by which records are new."""

import shutil
from collections import Counter

import pandas as pd
from test_audit import bundle_of

from netgrade.objects.bundle import Bundle
from netgrade.objects.control import Control
from netgrade.objects.grade import Verdict
from netgrade.store import load


def test_the_first_run_grades_everyone(graded):
    """A name that would be shell code or a wildcard stays a name."""
    book = pd.read_csv(graded.folder / "reports/gradebook.csv", keep_default_na=False)

    assert sorted(book["student"]) == ["Ada", "Bo; touch pwned", "Cleo {x}", "Dan"]
    assert not (graded.folder / "pwned").exists()
    assert len(list((graded.folder / "reports/tiny").glob("*/report.pdf"))) == 4


def test_the_same_plan_is_trained_once(graded):
    """Ada and Cleo handed in the same design: four plans at most two seeds each, not five."""
    assert len({path.parent.parent for path in graded.records()}) == 4


def test_nothing_changed_nothing_runs(course):
    """A second run has no jobs."""
    assert not course.planned()


def test_a_changed_template_only_renders(course):
    """The pages are made anew, and nothing else."""
    style = course.folder / "templates/style.css"
    style.write_text(style.read_text() + "\n/* changed */\n")

    assert {"marking", "report", "report_class"} == set(course.planned())


def test_a_changed_submission_trains_its_own_plan(course):
    """One new plan: the records of all others stay as they were."""
    before = course.records()
    course.submit("Dan", units=12)
    course.run()
    after = course.records()

    assert before.items() <= after.items()
    assert len({p.parent.parent for p in after} - {p.parent.parent for p in before}) == 1
    assert not course.planned()


def test_a_new_student_in_a_chunk_of_their_own_is_graded(course):
    """Nothing that exists has changed: there is only one chunk more."""
    shutil.rmtree(course.folder / "submissions/Bo; touch pwned")
    course.run()
    for path in course.folder.glob("results/*/tiny/c01*"):  # it was Bo's alone
        path.unlink()
    assert not course.planned()

    course.submit("Fay", units=8)
    assert course.planned() >= Counter(["collect", "extract", "train", "grade", "report", "export"])


def test_a_changed_question_text_renders_only(course):
    """A title is no reason to train."""
    course.edit("assignments/tiny/assignment.yaml", "title: Fully connected", "title: Dense network")

    assert not {"train", "extract", "check", "measure"} & set(course.planned())


def test_a_mark_and_a_changed_threshold_grade_and_render(course):
    """Nothing is extracted, checked or trained for them; a mark survives, and each change keeps its reason."""
    rendering, records = {"grade", "settle", "audit", "marking", "report", "report_class", "export"}, course.records()
    (course.folder / "marks.csv").write_text('student,task,points,comment\nAda,dense,3.5,"talked it through"\n')
    course.edit("config.yaml", "submissions: submissions", "submissions: submissions\n    overrides: marks.csv")
    assert rendering >= set(course.planned())
    course.run()
    course.edit("assignments/tiny/assignment.yaml", "> 12 %", "> 90 %")
    assert rendering >= set(course.planned())
    course.run()
    task = course.grades()["Ada"].tasks[0]
    history = load(bundle_of(course, "Ada"), Bundle).history

    assert (task.points, task.overridden, task.verdict) == (3.5, "talked it through", Verdict.MARKED)
    # The last also rests on fewer trainings, where the first threshold was too close to call.
    assert [change.why[0] for change in history] == [
        "first graded",
        "a teacher's mark: dense 3.5 points (talked it through)",
        "the assignment's rules changed",
    ]
    assert [change.points for change in history][1:] == [3.5, 3.5]
    assert history[1].replaces and history[2].replaces != history[1].replaces
    assert course.records() == records


def test_a_mark_for_nobody_is_refused(course):
    (course.folder / "marks.csv").write_text("student,task,points,comment\nAdda,dense,3.5,\n")
    course.edit("config.yaml", "submissions: submissions", "submissions: submissions\n    overrides: marks.csv")
    status, output = course.snakemake()

    assert status == 1
    assert "`Adda` is not in this assignment; did you mean `Ada`?" in output


def test_anonymous_marking_renders_without_names(course):
    """Pages and grade book show pseudonyms; a line taken out again brings the names back, and nothing is regraded."""
    course.edit("config.yaml", "title: Tiny course", "title: Tiny course\nanonymous: true")
    assert {"marking", "report", "report_class", "export"} == set(course.planned())
    course.run()
    pages = [path.read_text() for path in (course.folder / "reports").rglob("*.html")]
    book = (course.folder / "reports/gradebook.csv").read_text()

    assert len(pages) == 6
    assert not any(name in text for name in ("Ada", "Cleo") for text in (*pages, book))


def test_names_stay_out_of_logs_records_and_pictures(course):
    """They stand in the roster, and on what people open."""
    picture = course.run("--dag")
    places = [course.folder / "results", course.folder / ".snakemake"]
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    named = {path for path in files if b"Cleo" in path.read_bytes() or "Cleo" in path.name}

    assert "Cleo" not in picture + course.output
    assert named == {course.folder / "results/pseudonyms/roster.json"}


def test_the_class_page_carries_the_audits(graded):
    """A control at chance, and who handed in almost the same."""
    control = load(graded.folder / "results/control/tiny.json", Control)
    page = (graded.folder / "reports/tiny/class.html").read_text()

    assert control.holds
    assert "No label of a test image reaches a training" in page
    assert "layer 2 (Dense): units" in page
    measured = graded.grades()["Ada"].tasks[0].measurement
    assert (measured.perturbed.images, measured.second.images) == (4000, 2000)
