"""One submission whose code is not run: what the sandbox would say is made up."""

from dataclasses import replace
from unittest.mock import patch

from netgrade.extract import submission as stage
from netgrade.extract.sandbox import Run, backend_of
from netgrade.objects.assignment import Assignment
from netgrade.objects.dataset import Dataset
from netgrade.objects.submission import Submission, SubmittedFile

CLASSIFIER = {"title": "Net", "kind": "classifier", "points": 4, "threshold": "accuracy >= 62 %"}
RULES = Assignment.model_validate({
    "id": "lab", "title": "Lab", "dataset": "shapes10",
    "tasks": [
        CLASSIFIER | {"id": "cnn", "limits": {"fewer_parameters_than": "own"}},
        CLASSIFIER | {"id": "more", "difference": {"compared_with": "cnn", "may_add": ["Dropout"]}},
        CLASSIFIER | {"id": "own", "limits": {"epochs": 25}},
        {"id": "size", "title": "Size", "kind": "question", "points": 1, "answer_type": "number", "prompt": "How many?",
         "answer": 608, "tolerance": 0.5},
        {"id": "why", "title": "Why", "kind": "question", "points": 1, "answer_type": "text", "prompt": "Why?"},
    ],
})  # fmt: skip
DATA = Dataset(
    name="shapes10", title="shapes10", classes=[str(i) for i in range(10)], shape=(32, 32, 3), train_images=6000,
    test_images=4000, folder="/nowhere", hidden_labels="/nowhere", digest="0" * 64, labels_digest="0" * 64,
)  # fmt: skip


def hand_in(folder, **files):
    """Write files, and list them as `collect` does."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    listed = [SubmittedFile(path=path.name, sha256="0" * 64, size=1) for path in sorted(folder.iterdir())]
    return Submission(slug="s00000000000", folder=str(folder), files=listed, digest="0" * 64)


def extract(submission, result=b""):
    """Extract a submission in whose sandbox `result` came out."""
    run = Run(result=result, output="", seconds=1.0, timed_out=False, too_much_output=False, out_of_memory=False,
              ended=True, exit_code=0)  # fmt: skip
    backend = replace(backend_of("bubblewrap"), run=lambda *_: run)
    with patch.object(stage, "backend_of", lambda _: backend):
        return stage.extract(submission, RULES, {DATA.name: DATA}, "bubblewrap")
