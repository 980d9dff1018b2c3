"""Do what the instructor's tutorial says: write its files and run its commands, so that its outputs can be compared.

    python docs/site/tutorial.py WORK

WORK is a new folder, in which `netgrade new-course` makes the course, and everything after the tutorial's section on
setting up is done; but for marking, which is a person's, and whose table is written instead. What each command printed
goes to the terminal. A few minutes on two cores.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorials" / "instructor.md"
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
PERSON = "netgrade mark "
"""A command that waits for a person."""


class Block(NamedTuple):
    """A piece of code on a page."""

    language: str
    title: str
    content: str


def blocks(text: str) -> Iterator[Block]:
    """The pieces of code in a Markdown text, in their order."""
    return (Block(match[1], match[2] or "", match[3]) for match in BLOCK.finditer(text))


def write(block: Block, folder: Path) -> None:
    """Write the file that a block with a title shows."""
    path = folder / block.title
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.content)


def main() -> int:
    """Go through the page, after its section on setting up."""
    work = Path(sys.argv[1])
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run(["netgrade", "new-course", work], env=environment, check=True)
    for block in blocks(PAGE.read_text().partition("\n## Write the assignment\n")[2]):
        if block.title:
            write(block, work)
        elif block.language == "sh" and not block.content.startswith(PERSON):
            print(f"$ {block.content.strip()}", flush=True)
            subprocess.run(["bash", "-euc", block.content], cwd=work, env=environment, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
