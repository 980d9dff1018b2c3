"""What a report says first, how it draws layers and worst images, and the data behind its figures."""

import re

import numpy as np
import pytest
from every_kind import TEMPLATES, every_kind
from factories import a_backdrop, a_grade, a_measurement, a_model, a_task_grade

from netgrade.objects.grade import Verdict
from netgrade.objects.plan import LayerRow
from netgrade.report.drawing import svg
from netgrade.report.figures import ConfusionFigure, ReachedFigure
from netgrade.report.figures.tables import table_of
from netgrade.report.page import _environment, page_html
from netgrade.report.parts.curves import curves_figure
from netgrade.report.parts.layers import layer_table
from netgrade.report.parts.worst import worst_images
from netgrade.report.render import ON_SCREEN
from netgrade.report.student import student_page
from netgrade.spec import parse_threshold


def test_what_to_do_next_is_what_the_student_can_do():
    """What a person will mark, and what has all of its points, is not the student's to do."""
    page = student_page(a_grade(), a_backdrop())

    assert [(step.anchor, step.text) for step in page.steps] == [
        ("dropout", "Fight overfitting: add Dropout or augmentation, or stop earlier."),
        ("own", "Put a Flatten layer before it."),
    ]
    assert [(one.mark.word, one.tasks) for one in page.outcome] == [
        ("passed", 4), ("not passed", 1), ("borderline", 1), ("needs a person", 1),
    ]  # fmt: skip


def test_with_all_points_nothing_is_left_to_do():
    grade = a_grade().model_copy(update={"tasks": [a_task_grade("dense")]})
    page = student_page(grade, a_backdrop())

    assert page.steps == ()
    assert "Nothing: no task has points left" in page_html(page, "report.html", TEMPLATES)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Revive `dense` and `x`.", "Revive <code>dense</code> and <code>x</code>."), ("a ` b", "a ` b"),
     ("`<b>`", "<code>&lt;b&gt;</code>"), ("", "")],
)  # fmt: skip
def test_what_stands_between_backticks_is_code_and_nothing_else_is_markup(text, shown):
    assert str(_environment(TEMPLATES).get_template("parts.html").module.prose(text)) == shown


def test_boxes_are_as_wide_as_the_logarithm_of_what_a_layer_gives():
    shapes = {"Conv2D": (32, 32, 32), "MaxPooling2D": (16, 16, 32), "Dense": (10,)}
    rows = [LayerRow(kind=kind, name=kind, output_shape=shape, parameters=0, trainable=0, flops=0)
            for kind, shape in shapes.items()]  # fmt: skip
    lines = layer_table(a_model().model_copy(update={"rows": rows})).rows

    assert [(line.family, line.width) for line in lines] == [("convolution", 20), ("pooling", 17), ("dense", 5)]


def test_a_worst_image_shows_the_likeliest_classes_and_the_true_one():
    tile = worst_images(a_measurement(), np.zeros((200, 8, 8, 1), np.uint8)).tiles[0]
    shares = [float(share.share.rstrip("%")) for share in tile.shares]

    assert tile.shares[0].name == tile.predicted and shares[:3] == sorted(shares[:3], reverse=True)
    assert [share.name for share in tile.shares if share.right] == [tile.true]


def test_curves_are_held_against_reference_threshold_and_best_epoch():
    measured = a_measurement(trainings=1)
    values = [0.1, 0.5, 0.4]
    measured = measured.model_copy(update={"curves": [measured.curves[0].model_copy(update={"val_accuracy": values})]})
    figure = curves_figure(measured, a_measurement(0.7), parse_threshold("accuracy >= 62 %"))
    guides = figure.guides

    assert (guides.best, guides.threshold) == (2, 0.62)
    assert all(low <= high for low, high in zip(guides.least, guides.greatest, strict=True)) and len(guides.least) == 15
    assert "The best epoch is number 2; the threshold is 62.0%" in figure.alt
    assert all(word in svg(figure) for word in (b"reference", b"threshold", b"best epoch"))


def test_a_hundred_classes_have_their_names_in_the_matrix():
    names = tuple(f"class {number}" for number in range(100))
    shares = tuple(map(tuple, np.eye(100).tolist()))

    assert all(f">{name}</text>".encode() in svg(ConfusionFigure("x", names, shares)) for name in names)


def test_many_students_are_a_histogram():
    def elements(students):
        values = tuple(np.linspace(0.3, 0.8, students).tolist())
        return svg(ReachedFigure("x", "accuracy", ("T",), (values,), (0.5,), (0.6,))).count(b"<path")

    assert elements(60) - elements(20) == 40 and elements(1000) < 30


def test_every_figure_that_has_data_has_it_as_a_table_on_screen_and_not_on_paper():
    grade, backdrop = every_kind()
    html = page_html(student_page(grade, backdrop), "report.html", TEMPLATES)
    figures = re.findall(r"<figure.*?</figure>", html, re.DOTALL)
    without = [re.search(r'alt="([^"]*)"', figure)[1][:20] for figure in figures if "<details" not in figure]

    assert len(figures) > 20
    assert without == []
    assert "<details" not in ON_SCREEN.sub("", html)


def test_the_table_of_curves_has_the_means_of_the_trainings():
    measured = a_measurement(trainings=2)
    table = table_of(curves_figure(measured))
    first = [curve.val_accuracy[0] for curve in measured.curves]

    assert (table.columns[0], len(table.rows), table.rows[0][0]) == ("Epoch", 15, "1")
    assert table.rows[0][4] == f"{sum(first) / 2:.1%}" and table.rows[0][5] == "–"


def test_a_task_that_was_not_passed_and_says_nothing_still_has_a_step():
    task = a_task_grade("dense", Verdict.FAIL).model_copy(update={"advice": [], "remedy": "", "reason": "Too low."})
    page = student_page(a_grade().model_copy(update={"tasks": [task]}), a_backdrop())

    assert [step.text for step in page.steps] == ["Too low."]
