"""All commands for people. Jobs of the workflow start sooner without them."""

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
    schema,
    selfcheck,
    status,
)
