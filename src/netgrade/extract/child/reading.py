"""Reading: take the request, run the submission, write what it asked for to descriptor 3."""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np

import netgrade
from netgrade.extract.child import compat
from netgrade.extract.child.declare import failed, sentence
from netgrade.extract.child.headings import Headings
from netgrade.extract.child.images import Images, hand_out
from netgrade.extract.child.notebook import defined_in_notebooks, run_notebook
from netgrade.extract.child.pictures import pictures_of
from netgrade.extract.child.points import Points
from netgrade.extract.child.recorder import Recorder, dumps
from netgrade.extract.child.scripts import run_scripts
from netgrade.extract.child.variants import Tasks

RESULT_FD = 3
COPY = Path("/tmp/submission")


def main() -> None:
    """Run one submission."""
    request = json.load(sys.stdin)
    # Forks of one zygote would all draw the same.
    np.random.seed()
    folder = _working_copy(Path(request["submission"]))
    asked = request["datasets"].items()
    datasets = {name: _data_set(name, Path(it["folder"]), it["test_images"]) for name, it in asked}
    recorder = Recorder(datasets, request["dataset_of"])
    recorder.install()
    compat.install()
    hand_out(datasets)
    netgrade.check = _no_check
    sys.path.insert(0, str(folder))
    os.chdir(folder)
    result = dumps(_run(folder, request, recorder))
    with os.fdopen(RESULT_FD, "wb") as pipe:
        pipe.write(result)
    sys.stdout.flush()
    # Threads and atexit functions of the submission have nothing to add.
    os._exit(0)


def _no_check(*_: Any, **__: Any) -> None:
    """Starter notebooks end with a call of it; what it would say is what comes out of this run."""
    print("check() does nothing while a notebook is read by the grader.")


def _run(folder: Path, request: dict[str, Any], recorder: Recorder) -> dict[str, Any]:
    tasks = Tasks(list(request["headings"]), list(request["dataset_of"]), request["sweeps"])
    # Only what was listed as handed in: hidden folders keep older versions of notebooks.
    files = [folder / name for name in request["files"]]
    found = run_scripts([path for path in files if path.suffix == ".py"], tasks, recorder)
    headings = Headings(request["headings"], request["closing"], request["markers"])
    unread: dict[str, Any] = {}
    for path in files:
        if path.suffix != ".ipynb":
            continue
        os.chdir(path.parent)
        sys.path.insert(0, str(path.parent))
        try:
            read = run_notebook(path, headings, tasks, recorder)
        except (Exception, SystemExit) as error:
            what = f"{path.name} is no notebook that can be read: {sentence(error)}"
            unread = {task: failed(what, "Open it in Jupyter and save it anew.", path.name) for task in tasks.models}
            found["cautions"].append(what)
            continue
        # A file with build functions says plainly what it means; a notebook fills in the rest.
        found["models"] = read["models"] | found["models"]
        found["answers"] = read["answers"] | found["answers"]
        found["cautions"] += read["cautions"]
    functions = defined_in_notebooks(request["pictures"]) | found.pop("functions")
    found["pictures"] = pictures_of(request["pictures"], folder, files, functions)
    # A task that no other file has may well be in the one that could not be read.
    return found | {"models": unread | found["models"], "keras": keras.__version__}


def _data_set(name: str, folder: Path, test_images: int) -> Images:
    """The training split as pictures, or as points where it has none."""
    kind = Points if np.load(folder / "train_images.npy", mmap_mode="r").ndim == 2 else Images
    return kind(name, folder, test_images)


def _working_copy(submission: Path) -> Path:
    """Student code may write beside itself; what it writes stays in memory and is forgotten."""
    if submission != Path("/submission"):
        return submission
    # A fork of the zygote is handed a copy already.
    if not COPY.exists():
        shutil.copytree(submission, COPY, symlinks=True, copy_function=shutil.copyfile)
    return COPY
