"""What a preview says of changed rules; that it says what a run makes is tried in tests/workflow."""

from factories import a_grade, an_assignment

from netgrade.objects.grade import Verdict
from netgrade.preview import TRAINS, RuleChange, Spread, _change, rule_changes, spread_of, steps_of


def changed(**changes):
    """The assignment with another first task."""
    rules = an_assignment()
    first = rules.tasks[0].model_copy(update=changes)
    return rules.model_copy(update={"tasks": [*rules.tasks[1:], first]})


def test_a_field_is_named_by_its_task_and_the_order_of_tasks_is_none():
    assert list(rule_changes(an_assignment(), changed())) == []
    assert list(rule_changes(an_assignment(), changed(threshold="> 50 %", points=5.0))) == [
        RuleChange("tasks.dense.points", "4.0", "5.0"),
        RuleChange("tasks.dense.threshold", "accuracy > 45 %", "> 50 %"),
    ]


def test_what_is_added_or_gone_is_a_change():
    shorter = an_assignment().model_copy(update={"due": None})

    [gone] = rule_changes(an_assignment(), shorter)
    [added] = rule_changes(shorter, an_assignment())
    assert (gone.field, gone.after, added.before) == ("due", "", "")
    assert gone.before == added.after


def test_the_spread_leaves_out_whom_nothing_moves():
    assert spread_of([0, 0.001, -0.001]) is None
    assert spread_of([0, 2]) == Spread(1, 0, 2, 2, 2, 2, 2)
    assert spread_of([-4, -2, 0, 1, 2]) == Spread(2, 2, -4, -2.5, -0.5, 1.25, 2)


def test_everyones_points_are_counted_before_and_after():
    steps = steps_of([(0, 0), (2, 0.9), (20, 20), (2, 2)], 20)

    assert [(step.before, step.after) for step in steps] == [(1, 2), (2, 1)] + [(0, 0)] * 7 + [(1, 1)]
    assert (steps[1].low, steps[1].high) == (2, 4)


def test_the_same_grade_is_no_change():
    assert _change(a_grade(), a_grade(), set(), "Ada") is None


def test_a_new_design_is_the_runs_to_decide():
    """It was not measured: no points are foretold, and none are lost."""
    old = a_grade()
    refused = old.tasks[0].model_copy(update={"verdict": Verdict.PERSON, "points": None})
    new = old.model_copy(update={"tasks": [refused, *old.tasks[1:]]})
    change = _change(old, new, {"dense"}, "Ada")
    [task] = change.tasks

    # Four points become open, of which the late rule takes a tenth.
    assert (change.before, change.after, change.still_open) == (11.7, 11.7, 3.6)
    assert (task.before, task.after, task.verdict_after, task.why) == (4.0, None, Verdict.UNDECIDED, TRAINS)


def test_what_was_open_before_does_not_become_so():
    """The borderline task and the free text had no points either."""
    old = a_grade()
    lost = old.tasks[0].model_copy(update={"points": 0.0, "verdict": Verdict.FAIL})
    change = _change(old, old.model_copy(update={"tasks": [lost, *old.tasks[1:]], "points": 8.1}), set(), "Ada")

    assert (change.after, change.still_open) == (8.1, 0.0)


def test_a_new_design_that_earns_something_by_itself_is_not_counted():
    old = a_grade()
    change = _change(old, old.model_copy(update={"late_note": "x"}), {"dense"}, "Ada")

    assert change.after == 8.1  # without the 4 points, less a tenth, of what no run has measured


def test_the_late_rule_alone_is_a_change():
    old = a_grade()
    change = _change(old, old.model_copy(update={"late_note": "", "points": 13.0}), set(), "Ada")

    assert (change.tasks, change.late, change.before, change.after) == ((), "No longer late.", 11.7, 13.0)
