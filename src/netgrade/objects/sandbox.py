"""SandboxTest: which promises of the sandbox were tried on this machine, and whether they held."""

from pydantic import Field

from netgrade.objects.base import Noun


class SandboxTest(Noun):
    """One self-test. Student code runs only where every promise held."""

    backend: str = Field(description="With its version, e.g. `bubblewrap 0.8.0`.")
    kernel: str = Field(description="e.g. `Linux 6.1.0-18-amd64`.")
    held: dict[str, str] = Field(description="Promise, and what was seen when it was tried.")
    broken: dict[str, str] = Field(default_factory=dict, description="The same for promises that did not hold.")
