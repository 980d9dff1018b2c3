"""What runs again after a change, by what Snakemake plans and by which records are new."""

import pandas as pd


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


def test_a_changed_threshold_grades_and_renders(course):
    """Nothing is extracted, checked or trained for it, unless a plan becomes undecided."""
    course.edit("assignments/tiny/assignment.yaml", "> 12 %", "> 11.5 %")
    before = course.records()

    assert {"grade", "report", "report_class", "export"} >= set(course.planned())
    course.run()
    after = course.records()
    assert before.items() <= after.items()


def test_a_changed_template_only_renders(course):
    """The pages are made anew, and nothing else."""
    style = course.folder / "templates/style.css"
    style.write_text(style.read_text() + "\n/* changed */\n")

    assert {"report", "report_class"} == set(course.planned())


def test_a_changed_submission_trains_its_own_plan(course):
    """One new plan: the records of all others stay as they were."""
    before = course.records()
    course.submit("Dan", units=12)
    course.run()
    after = course.records()

    assert before.items() <= after.items()
    assert len({p.parent.parent for p in after} - {p.parent.parent for p in before}) == 1
    assert not course.planned()


def test_a_changed_question_text_renders_only(course):
    """A title is no reason to train."""
    course.edit("assignments/tiny/assignment.yaml", "title: Fully connected", "title: Dense network")

    assert not {"train", "extract", "check", "measure"} & set(course.planned())
