"""What was seen inside a model stands in its section: shares by layer and epoch, norms before a divergence, speeds."""

from pathlib import Path

import pytest
from factories import a_backdrop, a_measurement, a_model, a_task_grade

from netgrade.objects.diagnosis import Diagnosis, StepNorms, UnitShares
from netgrade.objects.grade import Advice, Verdict
from netgrade.objects.measurement import Speed
from netgrade.objects.tasks import DiagnosisTask
from netgrade.report.drawing import svg
from netgrade.report.page import _environment
from netgrade.report.parts.inside import inside, speed_lines
from netgrade.report.sections import section_of

TEMPLATES = Path(__file__).parents[2] / "templates"
SILENT = [UnitShares(layer=1, kind="Conv2D", epochs=[0.02 * i for i in range(15)], final=0.28),
          UnitShares(layer=6, kind="Dense", epochs=[0.6] * 15, final=0.61)]  # fmt: skip
STEPS = [
    StepNorms(step=7 + i, loss=2.0 * 3**i, norm=3.0 * 4**i, layers={1: 1.0 * 4**i, 6: 2.5 * 4**i}) for i in range(8)
]
BROKEN = StepNorms(step=15, loss=None, norm=None, layers={1: None, 6: None})
TASK = DiagnosisTask(id="ill", title="Dying units", points=2, kind="diagnosis", expects="dying_relu", prompt="Show it.")


def looked(seed=2026, **changes):
    usual = {"seed": seed, "chance": 0.1, "untrained_accuracy": 0.112, "sample": 500, "validation_images": 100}
    return Diagnosis(**usual | changes)


def rendered(section):
    environment = _environment(TEMPLATES)
    parts = environment.get_template("parts.html").module
    return environment.get_template(f"kinds/{section.kind}.html").render(section=section, parts=parts)


def test_shares_are_means_over_trainings():
    found = inside(a_model(), a_measurement().model_copy(update={"diagnoses": [
        looked(1, silent=SILENT), looked(2, silent=[row.model_copy(update={"final": 0.0}) for row in SILENT])
    ]}))  # fmt: skip

    assert (found.units.layers, found.units.final) == (
        ("layer_1: silent units", "layer_6: silent units"), pytest.approx((0.14, 0.305))
    )  # fmt: skip
    assert "images (means over trainings)" in found.units_caption
    assert "11.2%" in found.sentence and "guessing gives 10.0%" in found.sentence
    assert "layer_6 silent units 30.5%" in found.units.alt


def test_a_sound_network_is_one_sentence():
    whole = [row.model_copy(update={"epochs": [0.0], "final": 0.0}) for row in SILENT]
    found = inside(a_model(), a_measurement().model_copy(update={"diagnoses": [looked(silent=whole)]}))

    assert found.units is None
    assert "fires for some image" in found.sentence


def test_records_without_a_diagnosis_show_nothing():
    assert inside(a_model(), a_measurement()) is None


def test_the_steps_before_a_divergence_are_told():
    ill = a_measurement().model_copy(update={"diagnoses": [looked(last_steps=[*STEPS, BROKEN])]})
    found = inside(a_model(), ill)

    assert found.steps[-1].step == "15" and found.steps[-1].loss == "not finite"
    assert found.steps[-2].largest == "layer_6 (4.1e+04)"
    assert "3 at step 7" in found.norms.alt and "at step 15 the loss was not finite" in found.norms.alt


@pytest.mark.parametrize("changes", [{"silent": SILENT}, {"last_steps": [*STEPS, BROKEN]}])
def test_figures_are_drawn_with_their_names_as_text(changes):
    found = inside(a_model(), a_measurement().model_copy(update={"diagnoses": [looked(**changes)]}))

    drawn = svg(found.units or found.norms).decode()
    assert "<text" in drawn and "layer_6" in drawn


def test_a_diagnosis_shows_what_was_asked_and_the_evidence():
    graded = a_task_grade("ill", Verdict.PASS).model_copy(update={
        "advice": [Advice(what="Revive `layer_6`.", why="61% fire for none.")],
        "measurement": a_measurement().model_copy(update={"diagnoses": [looked(silent=SILENT)]}),
    })  # fmt: skip
    page = rendered(section_of(TASK, graded, a_backdrop()))

    for said in ("Show it.", "ReLU units that fire for no image", "Revive <code>layer_6</code>.", "61.0%",
                 "Inside the model", "Learning curves", "How fast"):  # fmt: skip
        assert said in page


def test_a_classifier_shows_it_too():
    graded = a_task_grade("cnn").model_copy(
        update={"measurement": a_measurement().model_copy(update={"diagnoses": [looked(silent=SILENT)]})}
    )
    backdrop = a_backdrop()
    page = rendered(section_of(backdrop.assignment.classifiers[1], graded, backdrop))

    assert "Inside the model" in page and "61.0%" in page and "How fast" in page


def test_speeds_name_batches_and_who_else_was_at_work():
    speed = Speed(seed=1, train_seconds=3, examples_per_second=8123.4, inferences_per_second=23456, device="cpu: X",
                  timed_epochs=14, batch_size=64, inference_batch=250, others_busy=1.26)  # fmt: skip
    alone, unknown = speed.model_copy(update={"others_busy": 0.01}), speed.model_copy(update={"others_busy": None})
    lines = speed_lines([speed, alone, unknown])

    assert (lines[0].training, lines[0].batch, lines[0].epochs, lines[0].inference_batch) == (
        "8,123",
        "64",
        "14",
        "250",
    )
    assert [line.others for line in lines] == ["1.3 cores", "none", "–"]
