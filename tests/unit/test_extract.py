"""Running submissions in the real sandbox: what they declare, and what they cannot do."""

import io
import json
import subprocess
import textwrap
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import nbformat
import pytest

from netgrade.collect import collect, partition
from netgrade.datasets import prepare
from netgrade.extract import submission
from netgrade.extract.sandbox import backend_of
from netgrade.extract.sandbox.forked import Zygote
from netgrade.extract.submission import extract
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Status
from netgrade.objects.declaration import Declaration
from netgrade.store import load, save

KEY = b"k" * 32

TASKS = [
    {
        "id": name,
        "title": name,
        "kind": "classifier",
        "points": 1,
        "threshold": "accuracy > 45 %",
        "headings": [heading],
    }
    for name, heading in (("dense", "Fully connected classifier"), ("cnn", "CNN classifier"), ("own", "All together"))
]
QUESTION = {"id": "why", "title": "Why", "kind": "question", "points": 1, "headings": ["CNN classifier"],
            "answer_type": "text", "prompt": "Why?"}  # fmt: skip
NETWORK = {"id": "net", "title": "Net", "kind": "byhand", "points": 1, "headings": ["By hand"], "table": "or"}
RULES = Assignment.model_validate(
    {"id": "a", "title": "A", "dataset": "shapes10", "closing_headings": ["Extra"],
     "tasks": [*TASKS, QUESTION, NETWORK],
     "sandbox": {"wall_seconds": 60, "cpu_seconds": 60, "memory_mb": 3072, "output_mb": 2}}
)  # fmt: skip
HASTY = RULES.model_copy(update={"sandbox": RULES.sandbox.model_copy(update={"wall_seconds": 12, "cpu_seconds": 5})})
"""For what never ends by itself; a fork has Keras at hand."""

START = """
import numpy as np
from tensorflow.keras.datasets import shapes10
from tensorflow.keras.layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, Input
from tensorflow.keras.models import Model
from tensorflow.keras.optimizers import SGD
from tensorflow.keras.utils import to_categorical
(X_train, y_train), (X_test, y_test) = shapes10.load_data()
y_train_c, y_test_c = to_categorical(y_train), to_categorical(y_test)
X_train, X_test = X_train / 255, X_test / 255
"""
BUILD = """
x_in = Input((32, 32, 3))
x = Flatten()(x_in)
x = Dense({units}, activation="relu")(x)
x = Dense(10, activation="softmax")(x)
model = Model(x_in, x)
model.compile(optimizer=SGD(0.01), loss="categorical_crossentropy", metrics=["accuracy"])
"""
FIT = "history = model.fit(X_train, y_train_c, batch_size=32, epochs={epochs}, validation_split=0.2)"


@pytest.fixture(scope="session")
def dataset(tmp_path_factory):
    return prepare("shapes10", tmp_path_factory.mktemp("data"), None, download=False)


@pytest.fixture(scope="session")
def forks(dataset):
    """As the workflow runs submissions: forks of one zygote."""
    with closing(Zygote(submission.shown_files({dataset.name: dataset}, {}))) as zygote:
        yield replace(backend_of("bubblewrap"), run=zygote.run)


@pytest.fixture
def run(tmp_path, dataset, forks):
    """Hand in files by name, and extract them; `afresh`: in a Python of their own."""

    def hand_in(isolation="bubblewrap", afresh=False, backend=forks, rules=RULES, **files):
        place = tmp_path / "submissions" / "Ada"
        place.mkdir(parents=True)
        for name, content in files.items():
            path = place / name.replace("__", ".")
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content) if isinstance(content, bytes) else path.write_text(textwrap.dedent(content))
        [chunk] = partition(tmp_path / "submissions", KEY)
        [submission] = collect("a", chunk, tmp_path / "submissions", tmp_path / "places", KEY).submissions
        backend = None if afresh or isolation != "bubblewrap" else backend
        return extract(submission, rules, {dataset.name: dataset}, isolation, backend=backend)

    return hand_in


def notebook(*cells):
    """Markdown where a cell starts with `#` and a blank or with `**`; code otherwise."""
    made = [
        nbformat.v4.new_markdown_cell(cell) if cell.startswith(("# ", "## ", "**"))
        else nbformat.v4.new_code_cell(cell)
        for cell in cells
    ]  # fmt: skip
    return nbformat.writes(nbformat.v4.new_notebook(cells=made))


def kinds(model):
    return [layer["class_name"] for layer in model.architecture["config"]["layers"]]


def remarks(declaration, task):
    return " ".join(declaration.models[task].cautions)


SCRIPT = """
    import keras
    TRAINING = {"dense": {"batch_size": 64, "epochs": 7}}
    ANSWERS = {"why": "because"}

    def build_dense():
        model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(), keras.layers.Dense(10)])
        model.compile(optimizer="adam", loss=keras.losses.CategoricalCrossentropy(from_logits=True))
        return model
"""


@pytest.mark.parametrize("afresh", [False, True])
def test_a_script_declares_its_models(run, afresh):
    declaration = run(afresh=afresh, model__py=SCRIPT)
    model = declaration.models["dense"]

    assert declaration.status is Status.OK
    assert kinds(model) == ["InputLayer", "Flatten", "Dense"]
    assert (model.epochs, model.batch_size, model.optimizer["class_name"]) == (7, 64, "Adam")
    assert (model.loss, model.loss_config["from_logits"]) == ("categorical_crossentropy", True)
    assert declaration.answers["why"].text == "because"


def test_plain_yaml_goes_before_code(run):
    declaration = run(model__py=SCRIPT, answers__yaml="why: in the file\nwhat: unknown\n")

    assert declaration.answers["why"].text == "in the file"
    assert "no task is called `what`" in declaration.cautions[0]


LAYERS = """
import numpy as np
ANSWERS = {"net": [{"weights": np.array([[1, 1]]), "bias": [np.float32(-0.5)], "activation": "step"}]}
"""


@pytest.mark.parametrize(
    "files",
    [
        {"model__py": LAYERS},
        {"lab__ipynb": notebook("## By hand", "**Answer:** see the code", LAYERS)},
        {"answers__yaml": "net:\n- weights: [[1, 1]]\n  bias: [-0.5]\n  activation: step\n"},
    ],
    ids=["script", "notebook", "yaml"],
)
def test_a_network_by_hand_keeps_its_form(run, files):
    """Whichever way it is handed in, its layers are read from the same text."""
    expected = [{"weights": [[1, 1]], "bias": [-0.5], "activation": "step"}]

    assert expected == json.loads(run(**files).answers["net"].text)


def test_a_notebook_is_tied_to_its_tasks_by_the_headings(run):
    cells = [
        "# 1. Loading", START,
        "## 2. Fully connected classifier", BUILD.format(units=20), FIT.format(epochs=3),
        "print(model.evaluate(X_test, y_test_c)[1], history.history['val_accuracy'][-1])",
        "## 3. CNN classifier", BUILD.format(units=30), FIT.format(epochs=4),
        "**Answer:** It sees neighbours.",
        "# Extra", BUILD.format(units=40), FIT.format(epochs=9),
    ]  # fmt: skip
    declaration = run(lab__ipynb=notebook(*cells))

    assert {task: model.epochs for task, model in declaration.models.items()} == {"dense": 3, "cnn": 4}
    assert not any(model.cautions for model in declaration.models.values())
    assert declaration.models["cnn"].transform.scale == pytest.approx([1 / 255] * 3)
    assert declaration.models["cnn"].validation_fraction == pytest.approx(0.2)
    assert declaration.answers["why"].text == "It sees neighbours."


def test_the_slips_of_real_notebooks(run):
    """Old arguments, a layer without effect, several fits, and a fit that meets the model of another section."""
    old = BUILD.replace("SGD(0.01)", "SGD(lr=0.01, decay=1e-6, momentum=0.9, nesterov=True)")
    old = old.replace('metrics=["accuracy"]', 'metrics="accuracy"')
    cells = [
        START,
        "## 2. Fully connected classifier", old.format(units=20), FIT.format(epochs=3), FIT.format(epochs=2),
        "## 3. CNN classifier",
        BUILD.format(units=8).replace("x = Flatten()(x_in)", "x = Conv2D(4, 3)(x_in)\nx = Flatten()(x_in)"),
        "from keras.callbacks import ModelCheckpoint\nsaved = ModelCheckpoint('best.hdf5', save_best_only=True)",
        FIT.format(epochs=4).replace("epochs", "callbacks=[saved], epochs"),
        "## 5. All together", BUILD.format(units=9).replace("Dense(9", "Dennse(9"), FIT.format(epochs=6),
        "# Extra", "x = Dense(10)(",
    ]  # fmt: skip
    declaration = run(lab__ipynb=notebook(*cells))
    dense = declaration.models["dense"]

    assert dense.epochs == 5
    assert "fitted 2 times" in remarks(declaration, "dense")
    assert dense.optimizer["config"]["decay"] == pytest.approx(1e-6)
    assert "conv2d has no effect" in remarks(declaration, "cnn")
    assert declaration.models["cnn"].callbacks[0]["class_name"] == "ModelCheckpoint"
    assert declaration.models["own"].status is Status.INVALID
    assert "NameError: name 'Dennse' is not defined" in declaration.models["own"].cause.what
    assert "SyntaxError" in declaration.cautions[0]


def test_a_notebook_from_elsewhere(run):
    """Magics, modules that were not handed in, old paths, headings in bold, and a model that cannot be described."""
    cells = [
        "%matplotlib inline\n!nvidia-smi\nimport lab_helpers\nfrom lab_helpers.plots import show\n" + START,
        "from google.colab import drive\ndrive.mount('/content')",
        "# **2. Fully connected classifier**", BUILD.format(units=20).replace("SGD", "tf.keras.optimizers.legacy.SGD")
        .replace("x_in = ", "import tensorflow as tf\nx_in = "), FIT.format(epochs=3), "show(history)",
        "model.load_weights('best.weights.h5')",
        "# 3. CNN classifier",
        "from tensorflow.keras.layers.experimental.preprocessing import RandomFlip\n"
        + BUILD.format(units=30).replace("x = Flatten()(x_in)", "x = Flatten()(RandomFlip('horizontal')(x_in))"),
        FIT.format(epochs=4), "**<font color='green'>Answer:</font>** Filters.",
        "# 5. All together",
        "class Net(Model):\n    def call(self, x):\n        return x\nmodel = Net()\nmodel.compile('sgd', 'mse')",
        FIT.format(epochs=1),
    ]  # fmt: skip
    declaration = run(lab__ipynb=notebook(*cells))

    assert {task: model.epochs for task, model in declaration.models.items()} == {"dense": 3, "cnn": 4, "own": None}
    assert "RandomFlip" in kinds(declaration.models["cnn"])
    assert not remarks(declaration, "dense")
    assert declaration.answers["why"].text == "Filters."
    assert declaration.models["own"].status is Status.FAULT
    assert [caution.split()[2] for caution in declaration.cautions] == [
        "lab_helpers", "lab_helpers.plots", "google.colab"
    ]  # fmt: skip


def test_how_a_submission_is_run_prints_nothing(run):
    """A student would take it for a fault of their own."""
    assert run(model__py=SCRIPT).output == ""


def test_a_notebook_of_too_many_cells_is_not_read(run):
    assert "more than 2000 cells" in run(lab__ipynb=notebook(*["1"] * 2001)).cautions[0]


def test_what_is_done_to_the_data_is_seen(run):
    cells = [
        START,
        "## 2. Fully connected classifier", BUILD.format(units=20),
        "mean, std = X_train.mean(axis=(0, 1, 2)), X_train.std(axis=(0, 1, 2))",
        "X, V = (X_train - mean) / std, (X_test - mean) / std",
        "model.fit(X, y_train_c, epochs=3, validation_data=(V, y_test_c))",
        "## 3. CNN classifier", BUILD.format(units=30),
        "from sklearn.model_selection import train_test_split",
        "a, b, c, d = train_test_split(X_train, y_train_c, test_size=0.25, random_state=1)",
        "model.fit(a, c, epochs=4, validation_data=(b, d))",
        "## 5. All together", BUILD.format(units=9), "model.fit(X_train, np.roll(y_train_c, 1, axis=1), epochs=2)",
    ]  # fmt: skip
    declaration = run(lab__ipynb=notebook(*cells))
    dense = declaration.models["dense"]

    assert "Validated on the test set" in remarks(declaration, "dense")
    assert len(set(dense.transform.scale)) == 3
    assert all(0.01 < scale < 0.05 for scale in dense.transform.scale)
    assert declaration.models["cnn"].validation_fraction == pytest.approx(0.25)
    assert declaration.models["own"].transform is None
    assert "labels given to fit are not those" in remarks(declaration, "own")


def test_a_saved_model_is_read_and_never_loaded(run, tmp_path):
    import keras

    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(), keras.layers.Dense(10)])
    model.compile(optimizer="adam", loss="mse")
    model.save(tmp_path / "own.keras")
    saved = (tmp_path / "own.keras").read_bytes()
    declaration = run(own__keras=saved, training__yaml="own: {epochs: 3, batch_size: 16}")
    own = declaration.models["own"]

    assert declaration.seconds == 0
    assert (own.epochs, own.batch_size, own.optimizer["class_name"]) == (3, 16, "Adam")


def saved_model(config, compression=zipfile.ZIP_DEFLATED):
    """A `.keras` file that holds `config` and nothing else."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        archive.writestr("config.json", config)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 not a zip",
        saved_model("{" * 10),
        saved_model('{"a":' * 300 + "1" + "}" * 300),
        saved_model(" " * 2**23),
        saved_model(" " * 2**23, zipfile.ZIP_BZIP2),
        saved_model("[" + "[]," * 10**6 + "1]"),
    ],
)
def test_a_damaged_saved_model_is_invalid(run, content):
    own = run(own__keras=content).models["own"]

    assert own.status is Status.INVALID
    assert "no .keras file that can be read" in own.cause.what


@pytest.mark.parametrize(
    "answers",
    ['why: "\\uD800"', "why: 0x" + "f" * 9000, "why: !!bool maybe", "why: " + "[" * 199_000, "? 0x" + "f" * 9000],
)
def test_strange_yaml_stops_nobody(run, tmp_path, answers):
    """Whatever it holds, the declaration can be saved and loaded again."""
    declaration = run(answers__yaml=answers, training__yaml=answers.replace("why", "own"))
    save(tmp_path / "x.json", declaration)

    assert load(tmp_path / "x.json", Declaration) == declaration


STRANGE_RESULT = """
    import json, os
    from netgrade.extract.child.reading import RESULT_FD
    TRAINING = {}
    deep = 1
    for _ in range(DEPTH):
        deep = [deep]
    architecture = {"\\ud800": deep, "large": 10**4000, "none": float("nan")}
    answers = {"why": {"text": "half a sign: \\ud83d", "source": "x"}}
    result = {"models": {"dense": {"architecture": architecture}}, "answers": answers, "cautions": [], "training": {}}
    os.write(RESULT_FD, json.dumps(result).encode())
    os._exit(0)
"""


@pytest.mark.parametrize("depth", ["10", "250"])
def test_a_strange_result_stops_nobody(run, tmp_path, depth):
    """What leaves the sandbox may be nested deeper than files are read, and hold characters that no file can."""
    declaration = run(model__py=STRANGE_RESULT.replace("DEPTH", depth))
    save(tmp_path / "x.json", declaration)

    assert load(tmp_path / "x.json", Declaration) == declaration
    assert not declaration.ok if depth == "250" else declaration.answers["why"].text == "half a sign: ?"


def test_a_file_that_raises_names_its_line(run):
    declaration = run(model__py='TRAINING = {}\nsize = settings["size"]\n\ndef build_dense():\n    pass\n')

    assert declaration.models["dense"].status is Status.FAILED
    assert declaration.models["dense"].cause.what == "model.py, line 2: NameError: name 'settings' is not defined"


WRONG_SETTINGS = """
    import keras
    falling = keras.callbacks.LearningRateScheduler(lambda epoch: 1 / 0)
    TRAINING = {"dense": {"epochs": 7}, "cnn": {"epochs": "many"}, "own": {"epochs": 2, "callbacks": falling}}
    ANSWERS = {"why": 10**5000}

    def build_dense():
        model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(), keras.layers.Dense(10)])
        model.compile(optimizer="adam", loss="mse")
        return model

    build_cnn = build_own = build_dense
"""


def test_wrong_settings_spoil_their_own_task_alone(run):
    declaration = run(model__py=WRONG_SETTINGS)
    cnn, own = (declaration.models[task].cause.what for task in ("cnn", "own"))

    assert declaration.models["dense"].epochs == 7
    assert cnn == "model.py: build_cnn: `epochs` is 'many', not usable: Input should be a valid number."
    assert own == "model.py, line 3: ZeroDivisionError: division by zero"
    assert declaration.answers["why"].text == "(int that cannot be shown)"


def test_a_notebook_that_cannot_be_read_hides_no_other_file(run):
    declaration = run(model__py=SCRIPT, lab__ipynb='{"cells": [', odd__ipynb='{"cells": 5, "nbformat": 4}')

    assert declaration.models["dense"].epochs == 7
    assert declaration.models["cnn"].status is Status.FAILED
    assert "odd.ipynb is no notebook that can be read: " in declaration.models["cnn"].cause.what
    assert "lab.ipynb is no notebook that can be read: " in declaration.cautions[0]


def test_hidden_folders_are_not_handed_in(run):
    """Jupyter keeps an older version of the notebook in one."""
    old = notebook(START, "## 3. CNN classifier", BUILD.format(units=30), FIT.format(epochs=4))
    declaration = run(**{".ipynb_checkpoints/lab__ipynb": old, "model__py": SCRIPT, "folder__py/model__py": "x = 1"})

    assert set(declaration.models) == {"dense"}


def test_code_that_never_ends_is_stopped(run):
    declaration = run(rules=HASTY, model__py="TRAINING = {}\nwhile True:\n    pass\n")

    assert declaration.status is Status.TIMEOUT
    assert declaration.seconds < HASTY.sandbox.wall_seconds + 10


def test_code_that_prints_without_end_is_stopped(run):
    declaration = run(model__py="TRAINING = {}\nwhile True:\n    print('x' * 1000)\n")

    assert declaration.status is Status.FAILED
    assert "printed or wrote more than 2 MB" in declaration.cause.what


def test_code_that_ends_the_program_is_no_success(run):
    declaration = run(model__py="import os\nTRAINING = {}\nos._exit(0)\n")

    assert declaration.status is Status.FAILED
    assert not declaration.models


def test_code_that_something_else_killed_runs_once_more(run, forks):
    """The kernel does so where memory is short; it must not cost the student anything."""
    runs = []

    def first_killed(*arguments):
        runs.append(forks.run(*arguments))
        return replace(runs[0], result=b'{"half', exit_code=137) if len(runs) == 1 else runs[-1]

    declaration = run(backend=replace(forks, run=first_killed), model__py=SCRIPT)

    assert declaration.status is Status.OK
    assert len(runs) == 2


def test_memory_is_limited(run):
    declaration = run(model__py="TRAINING = {}\nhoard = [bytearray(2**28) for _ in range(40)]\n")

    assert declaration.models == {}
    assert "MemoryError" in " ".join(declaration.cautions)


MULTIPLY = """
    import os
    TRAINING = {}
    made = 0
    try:
        while made < 1000:
            if os.fork() == 0:
                os.execv("/usr/bin/sleep", ["sleep", "7654321"])
            made += 1
    except OSError:
        pass
    try:
        open("/tmp/large", "wb").write(b"x" * 2**26)
        size = "unlimited"
    except OSError:
        size = "limited"
    ANSWERS = {"why": f"{made} {size}"}
"""


def test_processes_and_files_are_limited_and_end_with_the_run(run):
    made, size = run(model__py=MULTIPLY).answers["why"].text.split()
    alive = subprocess.run(["pgrep", "-f", "sleep 7654321"], capture_output=True, text=True, check=False)

    assert int(made) < RULES.sandbox.processes
    assert size == "limited"
    assert not alive.stdout


def test_a_fork_bomb_beside_it_hurts_no_other_submission(run, tmp_path, dataset, forks):
    """Processes are counted for each sandbox alone, though all of them run as the same user."""
    others = tmp_path / "others" / "Bob"
    others.mkdir(parents=True)
    bomb = (
        "import os, time\nTRAINING = {}\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass\n"
    )
    (others / "model.py").write_text(bomb)
    [chunk] = partition(tmp_path / "others", KEY)
    [hostile] = collect("a", chunk, tmp_path / "others", tmp_path / "places", KEY).submissions
    with ThreadPoolExecutor() as pool:
        attack = pool.submit(extract, hostile, HASTY, {dataset.name: dataset}, "bubblewrap", backend=forks)
        time.sleep(3)
        declaration = run(model__py=SCRIPT)

    assert declaration.models["dense"].epochs == 7
    assert not attack.result().models


REACH_OUT = """
    import os, socket
    from pathlib import Path
    TRAINING = {}
    found = {}

    def attempt(name, action):
        try:
            found[name] = str(action())[:80]
        except BaseException as error:
            found[name] = "refused"

    attempt("network", lambda: socket.create_connection(("1.1.1.1", 53), timeout=2))
    attempt("labels", lambda: list(Path("/").rglob("test_labels.npz"))[0])
    attempt("home", lambda: os.listdir(os.path.expanduser("~root"))[0])
    attempt("write", lambda: Path("/usr/bin/mine").write_text("x"))
    attempt("submission", lambda: Path("/submission/mine").write_text("x"))
    attempt("secret", lambda: os.environ["NETGRADE_SECRET"])
    attempt("parent", lambda: os.kill(os.getppid(), 9) if os.getppid() > 1 else 1 / 0)
    attempt("become root", lambda: os.setuid(0) if os.getuid() else 1 / 0)
    print(found)
    ANSWERS = {"why": str(found)}
"""


def test_the_sandbox_shuts_the_machine_out(run, monkeypatch):
    monkeypatch.setenv("NETGRADE_SECRET", "s3cret")
    found = run(model__py=REACH_OUT).answers["why"].text

    assert found == str(dict.fromkeys(
        ["network", "labels", "home", "write", "submission", "secret", "parent", "become root"], "refused"
    ))  # fmt: skip


def test_without_isolation_the_declaration_carries_it(run):
    """Only for instructors who allow it by name."""
    declaration = run(isolation="none", model__py=SCRIPT)

    assert declaration.isolation == "none"
    assert declaration.models["dense"].epochs == 7


def test_a_submission_is_read_in_podman(run, podman):
    declaration = run(isolation=podman.name, model__py=SCRIPT)

    assert declaration.isolation == "podman"
    assert declaration.models["dense"].epochs == 7


def test_nothing_handed_in_is_skipped(run):
    assert run(__gitkeep="").status is Status.SKIPPED
