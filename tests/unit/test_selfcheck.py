"""What students are told of their own work, by the functions that grade it."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
import yaml
from click.testing import CliRunner
from pydantic import ValidationError

from netgrade.checking import check
from netgrade.cli import main
from netgrade.datasets import held_out, prepare, without_test
from netgrade.datasets.described import described
from netgrade.errors import NetgradeError
from netgrade.extract.sandbox.own import OWN_MACHINE
from netgrade.extract.submission import extract
from netgrade.kinds.readings import reading_of
from netgrade.objects.assignment import Course
from netgrade.objects.base import Status
from netgrade.objects.selfcheck import State
from netgrade.objects.tasks import QuestionTask
from netgrade.selfcheck.cell import check_in_cell, place_of
from netgrade.selfcheck.gather import gather
from netgrade.selfcheck.show import as_text
from netgrade.selfcheck.work import find_rules, laid_out, look_at_files, run_code
from netgrade.spec import load_assignment

RULES = {
    "id": "lab", "title": "A lab", "dataset": "moons", "sandbox": {"wall_seconds": 60},
    "tasks": [
        {"id": "net", "title": "A network", "kind": "classifier", "points": 3, "headings": ["A network"],
         "threshold": "accuracy >= 80 %", "limits": {"epochs": 25}},
        {"id": "other", "title": "Another", "kind": "classifier", "points": 2, "headings": ["Another"],
         "threshold": "accuracy >= 80 %"},
        {"id": "size", "title": "Its size", "kind": "question", "points": 1, "headings": ["Its size"],
         "prompt": "How many parameters?", "answer_type": "number"},
        {"id": "why", "title": "Why", "kind": "question", "points": 1, "prompt": "Why?", "answer_type": "text"},
    ],
}  # fmt: skip

SAVED = {
    "class_name": "Sequential",
    "config": {"name": "net", "layers": [
        {"class_name": "InputLayer", "config": {"batch_shape": [None, 2], "name": "in"}},
        {"class_name": "Dense", "config": {"name": "out", "units": 2, "activation": "softmax"}},
    ]},
    "compile_config": {"optimizer": {"class_name": "SGD", "config": {"learning_rate": 0.1}},
                       "loss": "sparse_categorical_crossentropy"},
}  # fmt: skip

FIT = """\
import keras
from netgrade.datasets.moons import load_data
(x, y), _ = load_data()
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(8, activation="relu"),
                          keras.layers.Dense(2, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, batch_size=32, epochs={epochs})
"""
OTHER = """\
import keras
TRAINING = {"other": {"epochs": 2, "batch_size": 50}}
def build_other():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model
"""


def a_notebook(folder, epochs=25, answer="42", more=()):
    """Both ways to mark a section: a fit below a heading, and an answer."""
    text, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    cells = [text("# Lab"), text("## A network"), code(FIT.format(epochs=epochs)), text("## Its size"),
             text(f"**Answer:** {answer}"), *map(code, more)]  # fmt: skip
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "lab.ipynb")
    return folder / "lab.ipynb"


def a_saved_model(folder):
    with zipfile.ZipFile(folder / "net.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(SAVED))
    (folder / "training.yaml").write_text("net: {epochs: 1, batch_size: 32}\n")


@pytest.fixture
def work(tmp_path):
    """A folder as a student has it."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "rules.yaml").write_text(yaml.safe_dump(RULES))
    (folder / "answers.yaml").write_text("why: Because the moons bend.\n")
    a_notebook(folder)
    return folder


@pytest.fixture(scope="module")
def moons(tmp_path_factory):
    return {"moons": without_test(prepare("moons", tmp_path_factory.mktemp("data"), None, download=False))}


def states(result):
    return {task.task: task.state for task in result.tasks}


def test_files_tell_what_is_found_without_running_them(work):
    with laid_out(work, find_rules(work, None)) as one:
        result = look_at_files(one)

    assert not result.ran
    found, missing = State.READY, State.MISSING
    assert states(result) == {"net": found, "other": missing, "size": found, "why": found}
    assert {task.task: task.where for task in result.tasks} == {
        "net": "cell 3", "other": "", "size": "cell 5", "why": "answers.yaml"}  # fmt: skip
    assert "read as 42" in as_text(result)
    assert "Define build_other()" in as_text(result)


def test_a_saved_model_has_its_layers_before_anything_runs(work):
    a_saved_model(work)
    with laid_out(work, work / "rules.yaml") as one:
        net = next(task for task in look_at_files(one).tasks if task.task == "net")

    assert net.told == "6 parameters in 2 layers"
    assert [row.output_shape for row in net.models["net"].model.rows] == [(2,), (2,)]


def test_looking_at_files_loads_no_engine(work):
    """In a Python of its own: here, other tests have loaded everything."""
    a_saved_model(work)
    code = f"""
import sys
import zipfile
from pathlib import Path
from netgrade.selfcheck.work import laid_out, look_at_files
place = Path({str(work)!r})
with laid_out(place, place / "rules.yaml") as one:
    look_at_files(one)
heavy = ("tensorflow", "keras", "jax", "torch", "IPython", "matplotlib", "weasyprint", "snakemake", "pandas")
print([name for name in heavy if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("epochs", "more", "told"),
    [
        (60, (), "cell 3, line 7: 60 epochs; the task allows at most 25."),
        (25, ("%matplotlib inline\n!pip list\nx = (",), ""),
        (25, ("if True\n    pass",), "cell 6, line 1: expected ':'."),
        ("epochs_of_mine(", (), "cell 3, line 7: '(' was never closed."),
    ],
)
def test_what_is_wrong_in_a_cell_is_told_with_its_line(work, epochs, more, told):
    a_notebook(work, epochs, more=more)
    with laid_out(work, work / "rules.yaml") as one:
        result = look_at_files(one)

    assert told in " ".join([*(task.told for task in result.tasks), *result.notes])
    if not told:
        assert not result.notes


def test_an_answer_that_nobody_can_read_is_told_before(work):
    a_notebook(work, answer="between 40 and 50")
    with laid_out(work / "lab.ipynb", work / "rules.yaml") as one:
        size = next(task for task in look_at_files(one).tasks if task.task == "size")

    assert size.state is State.MEND
    assert "between 40 and 50" in size.told
    assert size.remedy == "Write the number alone."


def test_only_what_the_grader_reads_is_handed_in(work):
    (work / "best.weights.h5").write_bytes(b"x" * 1000)
    (work / "net.keras").write_bytes(b"no model")
    (work / "mine.keras").write_bytes(b"no model")
    (work / "helper.py").write_text("x = 1\n")
    a_notebook(work).rename(work / "draft.ipynb")
    a_notebook(work)
    for hidden in (".ipynb_checkpoints", "env"):
        (work / hidden).mkdir()
        (work / hidden / "lab.py").write_text("x = 1\n")
    (work / "env" / "pyvenv.cfg").touch()
    (work / "link.py").symlink_to(work / "helper.py")
    with laid_out(work / "lab.ipynb", work / "rules.yaml") as one:
        files, left = [file.path for file in one.submission.files], {lo.path: lo.why for lo in one.gathered.left_out}

    assert files == ["answers.yaml", "helper.py", "lab.ipynb", "net.keras"]
    assert set(left) == {"best.weights.h5", "draft.ipynb", "link.py", "mine.keras", "rules.yaml"}
    assert left["mine.keras"] == "belongs to no task: a saved model is called net.keras"


def test_the_same_work_makes_the_same_zip(work):
    with laid_out(work, work / "rules.yaml") as one:
        first = one.packed
    for path in work.iterdir():
        path.write_bytes(path.read_bytes())
    with laid_out(work, work / "rules.yaml") as again:
        assert again.packed == first


def test_more_than_the_grader_takes_is_told_with_the_limit(work, monkeypatch):
    monkeypatch.setattr("netgrade.selfcheck.gather.MOST_FILES", 1)

    with pytest.raises(NetgradeError, match="takes 1 files and 200 MB"), laid_out(work, work / "rules.yaml"):
        pass


def test_a_student_sees_the_plans_of_the_grader(work, moons):
    """Here the code runs as it is, there in the sandbox; the outcome is one. The check in it does nothing."""
    a_notebook(work, more=("from netgrade import check\ncheck()",))
    (work / "other.py").write_text(OTHER)
    with laid_out(work, work / "rules.yaml") as one:
        seen = run_code(one, moons)
        declared = extract(one.submission, one.assignment, moons, "bubblewrap")
        checked, plans = check(declared, one.assignment, moons)

    assert seen.result.ran
    assert seen.plans == plans != {}
    assert seen.checked.models == checked.models
    assert seen.checked.answers == checked.answers
    assert not seen.result.notes
    found = {task.task: task for task in seen.result.tasks}
    assert found["net"].state is State.READY
    assert "25 epochs of at most 25 in batches of 32" in found["net"].models["net"].settings
    low, high = found["net"].models["net"].seconds
    assert 1 < low < high < 120
    assert found["other"].state is State.MEND
    assert "expected (2,), one for each class" in found["other"].told
    assert "without the grader's sandbox" in as_text(seen.result)


def test_a_student_trains_on_training_images_alone_and_the_page_says_that_it_is_no_grade(work, tmp_path, monkeypatch):
    """With a saved model, so that nothing has to be run before; far from a checkout and its templates."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (work / "lab.ipynb").unlink()
    a_saved_model(work)
    (work / "rules.yaml").write_text(yaml.safe_dump(RULES | {"scale": "smoke"}))
    done = CliRunner().invoke(main, ["check", str(work), "--train", "--json"])

    result = json.loads(done.stdout)
    page = Path(result["report"]).read_text()
    assert done.exit_code == 1  # one network is not there
    assert "Your own check, and no grade" in page
    assert "<strong>–</strong> of 7 points" in page
    assert "The networks were trained once" in page
    assert "A person has to look at" not in page
    assert result["tasks"][0]["models"]["net"]["expected_seconds"] > 0
    assert "In grading: a text of 4 words; a person marks it." in page
    [dataset] = (tmp_path / "cache").rglob("datasets/moons")
    assert sorted(path.name for path in dataset.iterdir()) == ["train_images.npy", "train_labels.npy"]


def test_no_course_can_name_the_students_own_machine():
    course = {"title": "C", "assignments": [{"id": "a", "submissions": "s"}], "isolation": OWN_MACHINE}

    with pytest.raises(ValidationError):
        Course.model_validate(course)


def test_what_is_no_work_is_told(work):
    (work / "notes.txt").touch()

    with pytest.raises(NetgradeError, match="no notebook and no Python file"):
        gather(work / "notes.txt", load_assignment(work / "rules.yaml"))
    assert CliRunner().invoke(main, ["check", str(work / "nothing")]).exit_code == 2


def test_a_cell_checks_its_own_notebook(work, monkeypatch):
    """Where Jupyter says which one that is; else the folder, or what is named."""
    monkeypatch.chdir(work)
    assert place_of(".") == Path()
    monkeypatch.setenv("JPY_SESSION_NAME", str(work / "lab.ipynb"))
    assert place_of(".") == work / "lab.ipynb"
    assert place_of("other.py") == Path("other.py")


def test_a_cell_shows_a_table_and_loads_no_engine_itself(work):
    """The code runs in a process of its own."""
    code = """
import sys
from netgrade import check
shown = check("lab.ipynb")
print([name for name in ("tensorflow", "keras") if name in sys.modules], "lab.ipynb, as it was saved" in repr(shown))
print(shown._repr_html_())
"""
    environment = os.environ | {"XDG_CACHE_HOME": str(work / ".cache")}
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, cwd=work, env=environment, capture_output=True, text=True, check=True)

    assert "[] True" in done.stdout
    assert "What the grader will see" in done.stdout and "42 parameters in 3 layers" in done.stdout


def test_work_without_rules_is_wrong_in_one_sentence(tmp_path, capsys):
    (tmp_path / "lab.py").touch()
    done = CliRunner().invoke(main, ["check", str(tmp_path)])
    shown = check_in_cell(str(tmp_path), train=False)

    assert done.exit_code == 1
    assert "There is no rules.yaml beside" in done.stderr
    assert "There is no rules.yaml beside" in repr(shown)
    assert CliRunner().invoke(main, ["check", "--speed"]).exit_code == 2


def test_a_drawn_data_set_is_what_it_is_described_as(tmp_path):
    known, found = described("moons"), prepare("moons", tmp_path, None, download=False)

    for fact in ("classes", "shape", "train_images", "test_images"):
        assert getattr(known, fact) == getattr(found, fact)


@pytest.mark.parametrize(
    ("name", "shape", "train", "classes"),
    [("shapes10", (32, 32, 3), 6000, 10), ("clocks75", (75, 75, 1), 14_400, 720), ("mnist", (28, 28, 1), 60_000, 10)],
)
def test_what_takes_long_to_lay_out_is_described_at_once(name, shape, train, classes):
    known = described(name)

    assert (known.shape, known.train_images, len(known.classes)) == (shape, train, classes)


def test_an_unknown_data_set_is_no_exception():
    assert described("cats").status is Status.FAULT


def test_what_is_held_out_is_no_longer_trained_on(moons, tmp_path):
    public = held_out(moons["moons"], tmp_path, 0.2)

    assert (public.train_images, public.test_images) == (800, 200)
    assert public.digest != moons["moons"].digest


@pytest.mark.parametrize(
    ("asked", "answer", "clear", "told"),
    [
        ({"answer_type": "number", "unit": "s"}, "5 s", True, "read as 5 s"),
        ({"answer_type": "number", "unit": "s"}, "5", False, "no single number"),
        ({"answer_type": "shape"}, "(28, 28)", True, "read as the shape (28, 28)"),
        ({"answer_type": "shape"}, "large", False, "no single shape"),
        ({"answer_type": "matrix"}, "[[1, 2], [3, 4]]", True, "read as 2×2"),
        ({"answer_type": "matrix"}, "none of them", False, "no matrices"),
        ({"answer_type": "choice", "choices": {"a": "yes", "b": "no"}}, "b", True, "read as b"),
        ({"answer_type": "choice", "choices": {"a": "yes", "b": "no"}}, "perhaps", False, "no choice"),
        ({"answer_type": "formula"}, "(W - F)/S + 1", True, "read as a formula of F, S, W"),
        ({"answer_type": "formula"}, "W -", False, "no formula"),
        ({"answer_type": "short"}, "Keras 3", True, "read as “Keras 3”"),
        ({"answer_type": "text"}, "Two words", True, "a text of 2 words"),
        ({"answer_type": "short"}, "long " * 300, False, "longer than the 1,000 characters"),
    ],
)
def test_an_answer_is_read_as_in_grading(asked, answer, clear, told):
    task = QuestionTask.model_validate(
        {"id": "q", "title": "Q", "kind": "question", "points": 1, "prompt": "?"} | asked
    )
    reading = reading_of(task, answer)

    assert reading.clear is clear
    assert told in reading.told
