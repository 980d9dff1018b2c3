"""Handout: pages that students get, each one file that works without a network."""

import base64
import hashlib
from pathlib import Path

from netgrade.errors import SpecError
from netgrade.store import write_text


def drawing_page(templates: Path, output: Path) -> Path:
    """Write the page on which test images are drawn.

    Its policy admits its own style and script, by their digests, and nothing else: no network, no other code. Raises
    SpecError where `output` is no page or exists already.
    """
    if output.suffix != ".html":
        raise SpecError(f"{output} is no page", "Choose a name that ends in `.html`.")
    if output.exists():
        raise SpecError(f"{output} exists already", "Choose another name, or remove that file.")
    folder = templates / "drawing"
    page, style, script = (
        (folder / name).read_text(encoding="utf-8") for name in ("page.html", "drawing.css", "drawing.js")
    )
    policy = (
        f"default-src 'none'; style-src '{_source(style)}'; script-src '{_source(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        "style": f"<style>{style}</style>",
        "script": f"<script>{script}</script>",
    }
    for name, part in parts.items():
        page = page.replace(f"<!-- {name} -->", part, 1)
    write_text(output, page)
    return output


def _source(content: str) -> str:
    """What a policy calls a style or script by: the digest of its text."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
