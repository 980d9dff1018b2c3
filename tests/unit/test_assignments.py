"""The assignments in the repository: complete, readable, and met in form by their reference models."""

from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pytest
from clock_case import make_clocks

from netgrade.checking import check
from netgrade.collect import REFERENCE_CHUNK, collect
from netgrade.datasets import prepare
from netgrade.extract.child.headings import Headings
from netgrade.extract.sandbox import backend_of
from netgrade.extract.sandbox.forked import Zygote
from netgrade.extract.submission import extract, shown_files
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


@pytest.fixture(scope="module")
def datasets(tmp_path_factory):
    """Images of the right shape for every data set of the assignments, whatever they show; points of two classes."""
    colour = prepare("shapes10", tmp_path_factory.mktemp("data"), None, download=False)
    folder = tmp_path_factory.mktemp("grey")
    for part in ("train", "test"):
        images = np.load(Path(colour.folder, f"{part}_images.npy"))
        np.save(folder / f"{part}_images.npy", images[:, 2:30, 2:30, :1])
    np.save(folder / "train_labels.npy", np.load(Path(colour.folder, "train_labels.npy")))
    grey = colour.model_copy(update={"folder": str(folder), "shape": (28, 28, 1)})
    points = prepare("moons", tmp_path_factory.mktemp("points"), None, download=False)
    known = {"moons": points} | dict.fromkeys(GREY, grey)

    def of_the_right_shape(name):
        if name in CLOCKS:
            return make_clocks(tmp_path_factory.mktemp("clocks"), name)
        return known.get(name, colour).model_copy(update={"name": name})

    return {name: of_the_right_shape(name) for name in {n for one in NAMES for n in defined(one).datasets}}


@pytest.fixture(scope="module")
def read(datasets, tmp_path_factory):
    """Read and check an assignment's reference models; one process has loaded Keras for all of them."""
    with closing(Zygote(shown_files(datasets, {}))) as zygote:
        backend = replace(backend_of("bubblewrap"), run=zygote.run)

        def reading(name):
            assignment, models = defined(name), ROOT / "reference_models" / name
            place = tmp_path_factory.mktemp(name)
            [reference] = collect(name, REFERENCE_CHUNK, models, place, b"k" * 32).submissions
            data = {one: datasets[one] for one in assignment.datasets}
            declaration = extract(reference, assignment, data, "bubblewrap", backend=backend)
            return reference, data, declaration, *check(declaration, assignment, data)

        yield reading


def defined(name):
    return load_assignment(ROOT / "assignments" / name / "assignment.yaml")


@pytest.mark.parametrize("name", NAMES)
def test_the_starter_has_a_section_for_every_task(name):
    """Each model's heading or function is there, and each question with a heading has a place for its answer."""
    assignment = defined(name)
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
def test_the_reference_models_keep_every_rule(name, read):
    assignment = defined(name)
    reference, data, declaration, checked, plans = read(name)

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


def test_the_networks_of_the_original_report_have_their_exact_sizes(read):
    *_, checked, _ = read("tbmi26-deep-learning")

    assert checked.models["q2"].parameters == 12_523_266
    assert checked.models["q4"].parameters == checked.models["q5"].parameters == 81_834
