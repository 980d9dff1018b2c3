"""The coverage page lists every task of the real assignments, and no other."""

from pathlib import Path

import yaml

from netgrade.spec import load_assignment

ROOT = Path(__file__).parents[2]


def test_every_task_of_the_real_assignments_is_a_row():
    rows = [row for part in yaml.safe_load((ROOT / "docs/coverage/rows.yaml").read_text()) for row in part["rows"]]
    listed = {(row["assignment"], row["task"], row["kind"].split()[0]) for row in rows}
    names = {path.name for path in (ROOT / "assignments").iterdir()} - {"quickstart"}
    tasks = {
        (name, task.id, task.kind)
        for name in names
        for task in load_assignment(ROOT / "assignments" / name / "assignment.yaml").tasks
    }

    assert listed == tasks
    assert len(listed) == len(rows)
