"""The assignments in the repository: complete, readable, and met in form by their reference models."""

from collections import Counter
from pathlib import Path

import nbformat
import numpy as np
import pytest
from clock_case import make_clocks

from netgrade.checking import check
from netgrade.collect import REFERENCE_CHUNK, collect
from netgrade.datasets import prepare
from netgrade.extract.child.headings import Headings
from netgrade.extract.submission import extract
from netgrade.objects.base import Status
from netgrade.objects.dataset import CLOCKS
from netgrade.objects.selfcheck import State
from netgrade.objects.tasks.sweep import split_id
from netgrade.public import RULES
from netgrade.selfcheck.looks import look_at
from netgrade.selfcheck.work import laid_out, look_at_files
from netgrade.spec import load_assignment

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.name for path in (ROOT / "assignments").iterdir())


GREY = ("mnist", "fashion_mnist")


@pytest.fixture(scope="session")
def drawn(tmp_path_factory):
    """Coloured images of 32 x 32 pixels, and grey ones of 28 x 28, in ten classes; points of two."""
    colour = prepare("shapes10", tmp_path_factory.mktemp("data"), None, download=False)
    folder = tmp_path_factory.mktemp("grey")
    for part in ("train", "test"):
        images = np.load(Path(colour.folder, f"{part}_images.npy"))
        np.save(folder / f"{part}_images.npy", images[:, 2:30, 2:30, :1])
    np.save(folder / "train_labels.npy", np.load(Path(colour.folder, "train_labels.npy")))
    points = prepare("moons", tmp_path_factory.mktemp("points"), None, download=False)
    return colour, colour.model_copy(update={"folder": str(folder), "shape": (28, 28, 1)}), points


@pytest.fixture
def datasets(drawn, tmp_path):
    """Images of the right shape for the data sets of an assignment, whatever they show."""
    colour, grey, points = drawn
    known = {"moons": points} | dict.fromkeys(GREY, grey)

    def of_the_right_shape(name):
        if name in CLOCKS:
            return make_clocks(tmp_path / name, name)
        return known.get(name, colour).model_copy(update={"name": name})

    return lambda assignment: {name: of_the_right_shape(name) for name in assignment.datasets}


@pytest.mark.parametrize("name", NAMES)
def test_the_starter_has_a_section_for_every_task(name):
    """Each model's heading or function is there, and each question with a heading has a place for its answer."""
    assignment = load_assignment(ROOT / "assignments" / name / "assignment.yaml")
    headings = Headings({task.id: task.headings for task in assignment.tasks}, assignment.closing_headings)
    notebook = nbformat.read(ROOT / "assignments" / name / "starter.ipynb", as_version=4)
    section, with_fit, with_answer = [], set(), set()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            section = headings.section_after(cell.source, section)
        with_fit |= set(section) if "model.fit" in cell.source or "def build_" in cell.source else set()
        with_answer |= set(section) if "**Answer:**" in cell.source else set()
        with_answer |= {task.id for task in assignment.tasks if f"**{getattr(task, 'label', None)}:**" in cell.source}

    assert with_fit >= {task.id for task in assignment.model_tasks}
    assert with_answer >= {task.id for task in assignment.tasks if task.kind == "question"}


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_models_keep_every_rule(name, datasets, tmp_path):
    assignment = load_assignment(ROOT / "assignments" / name / "assignment.yaml")
    [reference] = collect(name, REFERENCE_CHUNK, ROOT / "reference_models" / name, tmp_path, b"k" * 32).submissions
    data = datasets(assignment)
    declaration = extract(reference, assignment, data, "bubblewrap")
    checked, plans = check(declaration, assignment, data)

    rules = load_assignment(ROOT / "assignments" / name / RULES)
    looks = [look_at(task, reference, declaration, checked, plans, data) for task in rules.tasks]
    unanswered = {task.id for task in rules.tasks if task.kind == "question" and task.id not in checked.answers}
    # Without the images that an assignment gives, there are none in their style.
    left = unanswered | {task.id for task in rules.style_tasks if task.given}
    assert {look.task for look in looks if look.state is not State.READY} == left
    count = Counter(split_id(model)[0] for model in checked.models if "@" not in model)
    assert count == {task.id: getattr(task, "wanted", 1) for task in assignment.model_tasks}
    said = {task: answer.text for task, answer in checked.answers.items()}
    ill = {t.id for t in assignment.tasks if "invalid_stack" in (getattr(t, "expects", None), said.get(t.id))}
    assert {name for name, model in checked.models.items() if model.status is Status.INVALID} == ill
    assert all(model.ok for name, model in checked.models.items() if name not in ill)
    assert set(plans) == {model.plan for model in checked.models.values() if model.plan}


@pytest.mark.parametrize("name", NAMES)
def test_a_first_look_finds_every_task_of_the_reference_models(name):
    """Before anything runs, and with no more than students get."""
    with laid_out(ROOT / "reference_models" / name, ROOT / "assignments" / name / RULES) as work:
        looks = look_at_files(work).tasks
        answered = {file.path for file in work.submission.files} >= {"answers.yaml"}

    missing = {look.task for look in looks if look.state is not State.READY}
    assert missing == (set() if answered else {look.task for look in looks if look.kind == "question"})


def test_the_networks_of_the_original_report_have_their_exact_sizes(datasets, tmp_path):
    assignment = load_assignment(ROOT / "assignments/tbmi26-deep-learning/assignment.yaml")
    folder = ROOT / "reference_models/tbmi26-deep-learning"
    [reference] = collect(assignment.id, REFERENCE_CHUNK, folder, tmp_path, b"k" * 32).submissions
    data = datasets(assignment)
    models = check(extract(reference, assignment, data, "bubblewrap"), assignment, data)[0].models

    assert models["q2"].parameters == 12_523_266
    assert models["q4"].parameters == models["q5"].parameters == 81_834
