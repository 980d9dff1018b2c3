"""The command line: commands for people, and below `stage` one for each stage, as the workflow calls them.

Exit status 2 is wrong usage, 1 a failure.
"""

from netgrade.cli.group import main

__all__ = ["main"]
