"""Saved models: read a `.keras` file as the description it holds. It is never loaded: that could run code."""

import zipfile
from pathlib import Path
from typing import Any

from netgrade.errors import PlanError
from netgrade.extract.untrusted import read_json

MOST_CONFIG = 4 * 2**20


def read_saved(path: Path) -> dict[str, Any]:
    """Architecture, optimizer and loss in a `.keras` file. Raises PlanError where it cannot be read."""
    config = _config(path)
    compiled = config.get("compile_config")
    if not isinstance(compiled, dict) or not isinstance(compiled.get("optimizer"), dict):
        raise PlanError(f"{path.name} holds no compiled model.", "Compile the model before saving it.")
    loss = compiled.get("loss")
    options: Any = {}
    if isinstance(loss, dict):
        options, loss = loss.get("config"), loss.get("class_name")
    return {
        "architecture": {"class_name": config.get("class_name"), "config": config.get("config")},
        "optimizer": {
            "class_name": compiled["optimizer"].get("class_name"),
            "config": compiled["optimizer"].get("config"),
        },
        "loss": _snake(str(loss)),
        "loss_config": options if isinstance(options, dict) else {},
    }


def _config(path: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(path) as archive, archive.open("config.json") as file:
            content = file.read(MOST_CONFIG + 1)
        if len(content) > MOST_CONFIG:
            raise PlanError(f"The description in {path.name} is larger than {MOST_CONFIG >> 20} MB.")
        config = read_json(content)
    except PlanError:
        raise
    # zipfile raises what it meets in a damaged file: BadZipFile, zlib.error, EOFError, struct.error and more.
    except Exception as error:
        raise PlanError(
            f"{path.name} is no .keras file that can be read: {error}.", "Save it with model.save('own.keras')."
        ) from error
    if not isinstance(config, dict):
        raise PlanError(f"{path.name} holds no description of a model.")
    return config


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))
