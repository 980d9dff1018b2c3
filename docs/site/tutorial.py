"""Do what the instructor's tutorial says: write its files and run its commands, so that its outputs can be compared.

    python docs/site/tutorial.py WORK

WORK is a new folder. It gets the parts of the repository that a course needs, and everything after the tutorial's
section on setting up is done in it; what each command printed goes to the terminal. A few minutes on two cores.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorials" / "instructor.md"
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
COURSE = ("Snakefile", "workflow", "profiles", "templates")


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
    work.mkdir(parents=True)
    for name in COURSE:
        place = ROOT / name
        (shutil.copytree if place.is_dir() else shutil.copyfile)(place, work / name)
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for block in blocks(PAGE.read_text().partition("\n## Write the assignment\n")[2]):
        if block.title:
            write(block, work)
        elif block.language == "sh":
            print(f"$ {block.content.strip()}", flush=True)
            subprocess.run(["bash", "-euc", block.content], cwd=work, env=environment, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
