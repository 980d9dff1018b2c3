"""Schema: what an assignment may say, as a JSON Schema by which editors complete and check it while it is written."""

import json
from pathlib import Path

from netgrade.objects.assignment import Assignment
from netgrade.store import write_text

SCHEMA = "assignment.schema.json"
MODELINE = f"# yaml-language-server: $schema=../{SCHEMA}\n"
"""By this line at the top of `assignments/<id>/assignment.yaml`, editors find the schema, one folder above."""


def schema_text() -> str:
    """The JSON Schema (draft 2020-12) of an assignment, made from the very classes that read it.

    What they check across fields, such as that a task refers to another, no schema can say: `netgrade` still does.
    """
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Assignment.model_json_schema()}
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def write_schema(folder: Path) -> Path:
    """Write the schema into the folder of all assignments, in place of an older one."""
    path = folder / SCHEMA
    write_text(path, schema_text())
    return path
