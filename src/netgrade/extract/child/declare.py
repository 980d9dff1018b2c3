"""Declare: from what was recorded to one declaration for each task."""

import traceback
from pathlib import Path
from typing import Any

from netgrade.extract.child.recorder import Fit, Recorder


def declare(recorder: Recorder, fit: Fit, epochs: float | None, cautions: list[str]) -> dict[str, Any]:
    """One task's declaration from its last fit."""
    try:
        described = recorder.describe(fit)
    except NotImplementedError as error:
        return failed(str(error), "A person looks at this model.", fit.place.where, status="fault")
    except Exception as error:
        return failed(str(error), "Build the model with Keras's own layers and compile it.", fit.place.where)
    notes = fit.declared.pop("cautions") + cautions
    return described | fit.declared | {"status": "ok", "epochs": epochs, "source": fit.place.where, "cautions": notes}


def failed(what: str, remedy: str = "", source: str = "", status: str = "failed") -> dict[str, Any]:
    """A task that could not be declared."""
    return {"status": status, "cause": {"what": what, "remedy": remedy}, "source": source}


def where(error: BaseException, folder: Path) -> str:
    """`model.py, line 12`: the last line of the submission that an error passed through."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).name}, line {error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(folder)]
    return f"{Path(own[-1].filename).name}, line {own[-1].lineno}" if own else "the submission"


def sentence(error: BaseException) -> str:
    """`NameError: name 'x' is not defined`, on one line."""
    # What Python adds to a syntax error, a made-up file name and a line, is told elsewhere.
    text = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())
    # Python 3.13 has errors of its own for what others call a syntax error.
    name = next(kind.__name__ for kind in type(error).__mro__ if not kind.__name__.startswith("_"))
    return f"{name}: {text}"[:400]
