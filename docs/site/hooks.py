"""What MkDocs calls while it builds the site: pages made from the repository, and links that work in both places."""

import json
import re
from pathlib import Path

import gallery
import links
import reference
from mkdocs.exceptions import PluginError
from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.files import File

from netgrade.cli import commands  # noqa: F401 - mkdocs-click lists what is loaded
from netgrade.cli import main as program

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "build" / "gallery"
PAGES = {"ARCHITECTURE.md": "explanation/architecture.md", "SECURITY.md": "explanation/security.md"}
"""Files of the repository that the site shows, and under which address."""

MADE = {
    "reference/assignment.md": reference.assignment_page,
    "reference/config.md": reference.course_page,
    "reference/networks.md": reference.networks_page,
    "reference/gallery.md": lambda: gallery.page(GALLERY),
}
"""What the rest of a page is made by."""

SOURCES = {address: name for name, address in PAGES.items()}
LOADED = re.compile(
    r"<(?:script|img|iframe|source|video)\b[^>]*\bsrc=[\"']?(?:https?:)?//|<link\b[^>]*\bhref=[\"']?https?://"
)
OUTSIDE = re.compile(r'<a\b[^>]*\bhref="(https?://[^"]+)"')
told = get_plugin_logger("netgrade")
outside: dict[str, set[str]] = {}


def on_files(files, config):
    """Add the files that lie outside `docs/`."""
    for name, address in PAGES.items():
        files.append(File.generated(config, address, content=(ROOT / name).read_text()))
    for path in sorted(GALLERY.glob("*")):
        files.append(File.generated(config, f"reference/gallery/{path.name}", abs_src_path=str(path)))
    outside.clear()
    return files


def on_page_markdown(markdown, page, config, files):
    """Add what is made of the code, and turn links to files of the repository into links of the site."""
    address = page.file.src_uri
    if make := MADE.get(address):
        markdown = f"{markdown}\n\n{make()}"
    return links.for_site(markdown, SOURCES.get(address, f"docs/{address}"), address, PAGES, ROOT)


def on_page_content(html, page, config, files):
    """Note which addresses outside the site a page links to."""
    for address in OUTSIDE.findall(html):
        outside.setdefault(address, set()).add(page.file.src_uri)
    return html


def on_post_page(output, page, config):
    """Stop where a page would load anything from another server, or the list of commands lacks one.

    The site reads without a network, and tells nobody that it is read.
    """
    if page.file.src_uri == "reference/commands.md":
        hidden = {name for name, command in program.commands.items() if command.hidden}
        if lacking := [name for name in program.commands if name not in hidden and f"netgrade-{name}" not in output]:
            raise PluginError(f"reference/commands.md lacks {', '.join(lacking)}")
    if found := LOADED.search(output):
        raise PluginError(f"{page.file.src_uri} loads something from another server: {found[0]}")
    return output


def on_post_build(config):
    """List the links that leave the site, which nobody checks here."""
    path = Path(config.site_dir).parent / "outside-links.json"
    path.write_text(json.dumps({address: sorted(pages) for address, pages in sorted(outside.items())}, indent=1))
    told.info(f"{len(outside)} addresses outside the site, not checked, are listed in {path.relative_to(ROOT)}")
