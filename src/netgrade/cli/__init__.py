"""The command line: commands for people, and below `stage` one for each stage, as the workflow calls them.

Exit status 2 is wrong usage, 1 a failure.
"""

from netgrade.cli import (  # noqa: F401 - each adds its own
    cleaning,
    completion,
    explain,
    grade,
    handout,
    history,
    lms,
    mark,
    people,
    preview,
    selfcheck,
    stages,
    status,
)
from netgrade.cli.group import main

__all__ = ["main"]
