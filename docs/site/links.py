"""Links that work on a forge, where files lie as in the repository, and in the site."""

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path

LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s#]+)(#[^)\s]*)?\)")


def for_site(markdown: str, source: str, address: str, pages: Mapping[str, str], root: Path) -> str:
    """The same text with every link to a file of the repository turned into one of the site.

    `source` is where the text lies in the repository, `address` where in the site, and `pages` gives the address of
    files that lie outside `docs/`. What the site does not show, such as code, keeps its words and loses its link.
    """

    def turned(match: re.Match[str]) -> str:
        words, target, anchor = match[1], match[2], match[3] or ""
        if "://" in target or target.startswith("mailto:"):
            return match[0]
        named = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        found = pages.get(named) or (named.removeprefix("docs/") if named.startswith("docs/") else None)
        if found is None:
            return words if (root / named).exists() else match[0]
        return f"[{words}]({posixpath.relpath(found, posixpath.dirname(address) or '.')}{anchor})"

    return LINK.sub(turned, markdown)
