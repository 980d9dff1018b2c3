"""A new course: a folder that grades at once, with an example to change into one's own."""

import json
import shutil
from pathlib import Path

from netgrade.errors import NetgradeError
from netgrade.store import replacing_folder

EXAMPLE = "example"
STUDENT = "Example, Eva"

SNAKEFILE = '''\
"""The workflow of netgrade, as it is installed. Rules of your own may stand below."""

from netgrade.newcourse import workflow_folder


include: workflow_folder() / "Snakefile"


# What a file that is included makes by itself, this one has to ask for.
rule course:
    default_target: True
    input:
        wanted,
'''

CONFIG = """\
# What `netgrade grade` grades: assignments by their folder below assignments/, and where the submissions lie.
# Further keys: `data: FOLDER` is looked into first for data sets; `download: false` forbids downloads;
# `anonymous: true` hides names; an assignment may have `overrides: FILE.csv` (`netgrade mark` makes it), and where the
# submissions are a system's download, `lms: {{system: moodle, attempt: last, zone: UTC}}`.
title: {title}
assignments:
  - id: example
    submissions: submissions/example
"""

ASSIGNMENT = """\
# A small assignment that grades in a minute. `netgrade new-assignment my-lab` writes one with everything there is.
id: example
title: A first classifier
dataset: shapes10              # drawn by netgrade: 32 x 32 pixels, three colours, ten classes
seeds: {first: 1, step: 1, most: 3}
tasks:
  - id: dense
    title: Fully connected classifier
    kind: classifier
    points: 4
    headings: [Fully connected classifier]
    threshold: accuracy > 20 %
    partial_credit: {zero_at: 0.10}
    limits: {epochs: 10}
  - id: shape
    title: The shape of an image
    kind: question
    points: 1
    answer_type: shape
    prompt: What is the shape of one training image?
    answer: [32, 32, 3]
  - id: overfitting
    title: What overfitting is
    kind: question
    points: 2
    answer_type: text
    prompt: How do you see from the learning curves that a network overfits?
    answer: The validation loss rises while the training loss goes on falling.
    rubric: ["1 point: compares training with validation", "1 point: says which of them rises or falls"]
"""

MODEL = '''\
"""{about}"""

import keras
from keras import layers

TRAINING = {{"dense": {{"batch_size": 64, "epochs": {epochs}}}}}


def build_dense():
    """{network}"""
    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Flatten(),
            layers.Dense({units}, activation="elu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    adam = keras.optimizers.Adam(learning_rate=0.001)
    model.compile(optimizer=adam, loss="categorical_crossentropy", metrics=["accuracy"])
    return model
'''

IGNORED = """\
# What a run makes. results/pseudonyms holds the key to every pseudonym: it belongs into no repository.
/results/
/reports/
/.snakemake/
"""


def workflow_folder() -> Path:
    """Where netgrade's Snakefile and rules lie: beside the package in a checkout, inside of it in a wheel."""
    here = Path(__file__).parent
    places = (here / "course", here.parents[1])
    found = next((place for place in places if (place / "Snakefile").is_file()), None)
    if found is None:
        raise NetgradeError("netgrade's Snakefile is not where it was installed", "Install netgrade again.")
    return found


def new_course(folder: Path) -> Path:
    """Write the course into `folder`, which must not be there yet. Raises NetgradeError where it is."""
    if folder.exists():
        raise NetgradeError(f"{folder} exists already", "Choose another name.")
    files = {
        "Snakefile": SNAKEFILE,
        "config.yaml": CONFIG.format(title=json.dumps(folder.name, ensure_ascii=False)),
        ".gitignore": IGNORED,
        f"assignments/{EXAMPLE}/assignment.yaml": ASSIGNMENT,
        f"reference_models/{EXAMPLE}/dense.py": MODEL.format(
            about="Reference for the fully connected task.", network="One hidden layer is enough.", units=64, epochs=5
        ),
        f"reference_models/{EXAMPLE}/answers.yaml": "shape: (32, 32, 3)\noverfitting: See the model answer.\n",
        f"submissions/{EXAMPLE}/{STUDENT}/model.py": MODEL.format(
            about="What a student may hand in.", network="A small network.", units=48, epochs=5
        ),
        f"submissions/{EXAMPLE}/{STUDENT}/answers.yaml": "shape: (32, 32, 3)\noverfitting: The curves go apart.\n",
    }
    with replacing_folder(folder) as part:
        for name, text in files.items():
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            (part / name).write_text(text, encoding="utf-8")
        # Settings of this course's machine, to be changed; the rules themselves stay where they were installed.
        shutil.copytree(workflow_folder() / "profiles", part / "profiles")
    return folder
