"""The command line: one command a stage, as the workflow calls them, and a few for people.

Exit status 2 is wrong usage, 1 a failure.
"""

from netgrade.cli import audits, cleaning, explain, lms, marking, pages, people, stages, style  # noqa: F401 - each adds its own
from netgrade.cli.group import main

__all__ = ["main"]
