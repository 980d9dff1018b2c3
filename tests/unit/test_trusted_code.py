"""Nothing of a student's is unpickled, imported, rendered unescaped or loaded by Keras outside the sandbox."""

from pathlib import Path

import keras
import pytest
from trusted_code import Finding, in_python, in_template, in_workflow

from netgrade.checking.arguments import constraint, initializer, regularizer
from netgrade.checking.layers import LAYERS
from netgrade.checking.training import CALLBACKS, LOSSES, OPTIMIZERS, SCHEDULES
from netgrade.objects.layers import ALLOWED_LAYERS
from netgrade.objects.plan import Layer

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "netgrade"
SANDBOXED = SOURCE / "extract" / "child"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
WORKFLOW = [ROOT / "Snakefile", *sorted((ROOT / "workflow").rglob("*.smk"))]

BY_NAME = "getattr by a name that is data"
REVIEWED = {
    ("datasets/readers.py", "", "pickle"): "CIFAR-10 is published as pickles; the instructor names where they lie.",
    ("datasets/readers.py", "", "pickle.Unpickler"): "It refuses every name but the five that rebuild an array.",
    ("datasets/readers.py", "", "tarfile"): "CIFAR-10 is published as a tar, and nothing is unpacked to disk.",
    ("datasets/readers.py", "read", "tarfile"): "As above: the instructor's file.",
    ("datasets/readers.py", "read", "tarfile.open"): "As above: six members are read into memory by their names.",
    ("untrusted.py", "open_zip", "zipfile.ZipFile"): "The one reader of zips; it holds the limits.",
    ("lms/archive.py", "zipped", "zipfile.ZipFile"): "It writes a zip of our own reports, and reads none.",
    ("untrusted.py", "read_json", "json.loads"): "The one reader of JSON; it holds the limits.",
    ("extract/sandbox/podman.py", "_allowed_calls", "json.loads"): "Podman's own list of system calls.",
    ("extract/sandbox/forked.py", "", "tarfile"): "A submission is packed into one for the sandbox, and none is read.",
    ("extract/sandbox/forked.py", "_packed", "tarfile"): "As above.",
    ("extract/sandbox/forked.py", "_packed", "tarfile.open"): "As above.",
    ("extract/zygote/keeper.py", "", "tarfile"): "In the sandbox: the tar that was packed for it.",
    ("extract/zygote/keeper.py", "_shut_in", "tarfile"): "As above.",
    ("extract/zygote/keeper.py", "_shut_in", "tarfile.open"): "As above.",
    ("extract/zygote/keeper.py", "_shut_in", ".archive.extractall"): "As above, without any privilege.",
    ("extract/zygote/keeper.py", "_made", "json.load"): "What bubblewrap tells of the sandbox that it has made.",
    ("extract/zygote/job.py", "read", "json.loads"): "The supervisor's own message.",
    ("extract/zygote/keeper.py", "_shut_in", BY_NAME): "The names of six limits, from the supervisor.",
    ("extract/zygote/__main__.py", "main", "importlib.import_module"): "The names of a few modules, written above it.",
    **{
        ("extract/zygote/program.py", *place): "What the sandbox is for: it runs in a fork that has been shut in."
        for place in (
            ("", "runpy"),
            ("run", "runpy"),
            ("run", "runpy.run_module"),
            ("run", "runpy.run_path"),
            ("run", "exec"),
            ("run", "compile"),
        )
    },
    ("audit.py", "_before", "json.loads"): "Our own bundle, of a version whose form is no longer known.",
    ("forget.py", "_plans_in", "json.loads"): "As above.",
    ("train/optimizers.py", "make_optimizer", BY_NAME): "Keras's class for one of the optimizers that plans may name.",
    ("train/optimizers.py", "_handle", BY_NAME): "The slots of the optimizers that are written there.",
    ("running.py", "_holds", "json.loads"): "Snakemake's own notes on its jobs.",
    ("train/checkpoint.py", "load_checkpoint", "json.loads"): "Written by the trainer, and read back by it.",
    ("pictures.py", "read_picture", "PIL.Image.open"): "Students' files in the sandbox; outside, our own PNGs.",
    ("report/page.py", "", "markupsafe.Markup"): "For the stylesheet, below.",
    ("report/page.py", "page_html", "markupsafe.Markup"): "The stylesheet and the script are the instructor's.",
    (
        "report/page.py",
        "_sentence",
        "markupsafe.Markup",
    ): "Our own sentence; its fields are escaped as they are filled in.",
    ("report/page.py", "_sentence_of", "markupsafe.Markup"): "The same, of a number of things.",
    ("report/parts/curves.py", "curves_figure", BY_NAME): "The names of four curves, written beside it.",
    ("measure/plan.py", "_speed", BY_NAME): "The names of a few fields, written beside it.",
    ("report/sections/clock.py", "_curves", BY_NAME): "The names of four curves, written beside it.",
    ("checking/submission.py", "_training_changes", BY_NAME): "The names of seven fields, written beside it.",
    ("public.py", "_shown", BY_NAME): "The instructor's own assignment, by names of the list above it.",
    ("public.py", "_is_said", BY_NAME): "As above.",
    ("history.py", "steps_csv", BY_NAME): "The names of columns, written beside it.",
    (
        "desk.py",
        "_save",
        "json.loads",
    ): "From the teacher's own page, which knows the token; two texts are taken of it.",
    ("cli/grade.py", "grade", "os.execve"): "Snakemake, with what the teacher typed.",
    ("cli/group.py", "", "importlib.import_module"): "One of two modules, both named there.",
    ("cli/group.py", "get_command", "importlib.import_module"): "As above.",
    ("cli/group.py", "list_commands", "importlib.import_module"): "As above.",
    ("spec.py", "_threshold_problems", BY_NAME): "The names of two fields, written beside it.",
    ("train/build.py", "_add", BY_NAME): "A plan holds the names of ALLOWED_LAYERS and no other.",
    ("train/build.py", "build_optimizer", BY_NAME): "The names of OPTIMIZERS and SCHEDULES; see the test below.",
    ("train/build.py", "build_loss", "keras.losses.get"): "The names of LOSSES; see the test below.",
    ("train/heads.py", "_function", "keras.losses.get"): "As above.",
    ("train/engine.py", "_short_import", "sys.modules"): "Five names written beside it, hidden during one import.",
    ("train/engine.py", "_short_import", "sys.modules.update"): "As above.",
    ("train/callbacks.py", "_made", BY_NAME): "The names of CALLBACKS; see the test below.",
}
"""Module, function, and what was found there: why it is safe."""

REVIEWED_MARKUP = {"marking.html": {"<script"}, "class.html": {"<script"}}
"""These two are the teacher's own; their one script is ours, and their policy admits that by digest alone."""


def test_trusted_code_holds_nothing_that_could_run_a_students_data():
    """Each finding was looked at, and each that was looked at is still there."""
    modules = [path for path in SOURCE.rglob("*.py") if not path.is_relative_to(SANDBOXED)]
    found = {(p.relative_to(SOURCE).as_posix(), *finding) for p in modules for finding in in_python(p.read_text())}

    assert len(modules) > 50
    assert found == set(REVIEWED)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_escape_everything_and_load_nothing(path):
    assert in_template(path.read_text()) == REVIEWED_MARKUP.get(path.name, set())


@pytest.mark.parametrize("path", WORKFLOW, ids=lambda path: path.name)
def test_the_workflow_starts_commands_and_no_code_of_its_own(path):
    assert not in_workflow(path.read_text())


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import pickle", "pickle"),
        ("import numpy, joblib as j", "joblib"),
        ("from dill import loads", "dill.loads"),
        ("import shelve", "shelve"),
        ("import marshal", "marshal"),
        ("import cloudpickle", "cloudpickle"),
        ("import runpy", "runpy"),
        ("import tarfile", "tarfile"),
        ("import nbformat", "nbformat"),
        ("import h5py", "h5py"),
        ("from IPython.core import interactiveshell", "IPython.core.interactiveshell"),
        ("def f(x):\n    import pickle as p\n    return p.loads(x)", "pickle.loads"),
        ("eval('1')", "eval"),
        ("run = exec", "exec"),
        ("import builtins\nbuiltins.eval('1')", "eval"),
        ("compile('1', '', 'exec')", "compile"),
        ("__import__('os')", "__import__"),
        ("import importlib\nimportlib.import_module(name)", "importlib.import_module"),
        ("from importlib import import_module as load\nload(name)", "importlib.import_module"),
        ("import sys\nsys.path.insert(0, folder)", "sys.path"),
        ("import os\nos.system('ls')", "os.system"),
        ("from os import execvp\nexecvp('ls', [])", "os.execvp"),
        ("import subprocess\nsubprocess.run('ls', shell=True)", "shell=True"),
        ("import subprocess\nsubprocess.run('ls', shell=yes)", "shell=True"),
        ("import numpy as np\nnp.load(path)", "numpy.load without allow_pickle=False"),
        ("import numpy as np\nnp.load(path, allow_pickle=True)", "numpy.load without allow_pickle=False"),
        ("from numpy import load\nload(path, allow_pickle=may)", "numpy.load without allow_pickle=False"),
        ("import pandas as pd\npd.read_pickle(path)", "pandas.read_pickle"),
        ("import keras\nkeras.models.load_model(path)", "keras.models.load_model"),
        ("from keras.models import model_from_json", "keras.models.model_from_json"),
        ("from keras.saving import deserialize_keras_object", "keras.saving.deserialize_keras_object"),
        ("import keras\nkeras.layers.deserialize(config)", "keras.layers.deserialize"),
        ("import keras\nkeras.Sequential.from_config(config)", "keras.Sequential.from_config"),
        ("kind.from_config(config)", ".kind.from_config"),
        ("model.load_weights(path)", ".model.load_weights"),
        ("import keras\nkeras.layers.Lambda(f)", "keras.layers.Lambda"),
        ("import keras\nkeras.activations.get(name)", "keras.activations.get"),
        ("import keras\ngetattr(keras.layers, name)()", BY_NAME),
        ("from tensorflow import keras", "tensorflow.keras"),
        ("import yaml\nyaml.load(text, yaml.Loader)", "yaml.load without SafeLoader"),
        ("import yaml\nyaml.load(text, Loader=kind)", "yaml.load without SafeLoader"),
        ("import yaml\nyaml.load(text, Loader=yaml.CSafeLoader)", "yaml.load"),
        ("import yaml\nyaml.safe_load(text)", "yaml.safe_load"),
        ("from yaml import unsafe_load", "yaml.unsafe_load"),
        ("import json\njson.loads(text)", "json.loads"),
        ("from zipfile import ZipFile\nZipFile(path)", "zipfile.ZipFile"),
        ("archive.extractall(folder)", ".archive.extractall"),
        ("archive.extract(name)", ".archive.extract"),
        ("import shutil\nshutil.unpack_archive(path)", "shutil.unpack_archive"),
        ("from tempfile import mktemp", "tempfile.mktemp"),
        ("from PIL import Image\nImage.open(path)", "PIL.Image.open"),
        ("import jinja2\njinja2.Environment()", "jinja2.Environment without autoescape"),
        ("from jinja2 import Environment as E\nE(autoescape=False)", "jinja2.Environment without autoescape"),
        ("environment.from_string(text)", ".environment.from_string"),
        ("from markupsafe import Markup\nMarkup(text)", "markupsafe.Markup"),
        ("from weasyprint import HTML\nHTML(string=text)", "weasyprint.HTML without url_fetcher"),
        ("from os import *", "os.*"),
    ],
)
def test_each_danger_is_found(source, name):
    assert name in {finding.name for finding in in_python(source)}


def test_a_finding_names_its_function():
    assert in_python("def f():\n    def g():\n        eval('1')") == {Finding("g", "eval")}


@pytest.mark.parametrize(
    "source",
    [
        "import re\nre.compile('a')",
        "model.compile(optimizer='sgd')",
        "import numpy as np\nnp.load(path, allow_pickle=False)",
        "from netgrade.extract.submission import extract\nextract(submission)",
        "getattr(thing, 'name', None)",
        "import subprocess\nsubprocess.run(['ls'], shell=False)",
        "code = 1\nprint(code)",
    ],
)
def test_what_is_harmless_is_not_found(source):
    assert not in_python(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ answer | safe }}",
        "{{ answer | markdown }}",
        "{% autoescape false %}{{ answer }}{% endautoescape %}",
        "{% do run() %}",
        "<script>alert(1)</script>",
        "<iframe></iframe>",
        "<link rel=stylesheet>",
        "<p class={{ name }}>",
        '<p onclick="x">',
        '<p style="x">',
    ],
)
def test_each_danger_in_a_template_is_found(source):
    assert in_template(source)


@pytest.mark.parametrize(
    "source",
    [
        "rule a:\n    run:\n        print(1)\n",
        'rule a:\n    script: "a.py"\n',
        'rule a:\n    params: x=eval("1")\n    shell: "ls"\n',
        "import pickle\n",
        'rule a:\n    shell: "ls"\n\n\ndef f():\n    exec("1")\n',
    ],
)
def test_each_danger_in_the_workflow_is_found(source):
    assert in_workflow(source)


def test_the_names_that_a_plan_may_hold_are_what_they_seem():
    """Each leads to a class of Keras's of the right kind, and none to one that runs what it is given."""
    schedules = keras.optimizers.schedules

    assert set(LAYERS) == ALLOWED_LAYERS
    assert all(issubclass(getattr(keras.layers, name), keras.layers.Layer) for name in ALLOWED_LAYERS - {"InputLayer"})
    assert ALLOWED_LAYERS.isdisjoint({"Lambda", "TorchModuleWrapper", "TFSMLayer", "JaxLayer", "FlaxLayer", "Wrapper"})
    assert all(issubclass(getattr(keras.optimizers, name), keras.optimizers.Optimizer) for name in OPTIMIZERS)
    assert all(issubclass(getattr(schedules, name), schedules.LearningRateSchedule) for name in SCHEDULES)
    assert all(issubclass(getattr(keras.callbacks, name), keras.callbacks.Callback) for name in CALLBACKS)
    assert all(getattr(keras.losses, name) is keras.losses.get(name) for name in LOSSES)


def test_a_plan_with_another_layer_cannot_be_loaded():
    """Not even where somebody changed the file between two stages."""
    with pytest.raises(ValueError, match="no plan may hold a Lambda layer"):
        Layer(kind="Lambda", arguments={}, inputs=())


@pytest.mark.parametrize(("parse", "name"), [(initializer, "HeNormal"), (regularizer, "L2"), (constraint, "MaxNorm")])
def test_what_keras_is_handed_as_a_configuration_names_no_module(parse, name):
    """Keras would import the module and build whatever the registered name stands for."""
    config = {"seed": {"class_name": "__lambda__", "config": {"value": "AAAA"}}, "max_value": None}
    given = {"module": "os", "registered_name": "x>y", "class_name": name, "config": config, "build_config": {}}

    assert parse(given) == {"class_name": name, "config": {}}
