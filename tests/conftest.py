"""The order of the tests: what takes minutes starts first, so that no process is left alone with it at the end."""

from pathlib import Path

import pytest

LONGEST = ("attacks", "crash", "cluster", "workflow")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort by folder; within one, tests stay as they were."""
    here = Path(__file__).parent
    folders = [item.path.relative_to(here).parts[0] for item in items]
    places = [LONGEST.index(folder) if folder in LONGEST else len(LONGEST) for folder in folders]
    items[:] = [item for _, item in sorted(zip(places, items, strict=True), key=lambda pair: pair[0])]
