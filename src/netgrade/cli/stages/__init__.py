"""The commands of the stages, as the workflow calls them: `netgrade stage <name>`."""

from netgrade.cli.stages import audits, chain, pages, rounds, style  # noqa: F401 - each adds its own
