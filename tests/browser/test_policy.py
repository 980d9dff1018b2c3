"""In a real browser, the policy of a page stops what a template would have let through, and hinders nothing else."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from counting import counting
from factories import a_backdrop, a_grade

from netgrade.report import render_class, render_student

TEMPLATES = Path(__file__).parents[2] / "templates"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
VIOLATION = "Content Security Policy"

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium: sudo apt-get install -y chromium")

FETCHED = ["image", "frame", "object", "embed", "video", "script", "style", "import", "background", "font"]
SMUGGLED = """
<script>document.body.dataset.script = "ran"</script>
<img src="data:image/png;base64,AAAA" onerror="document.body.dataset.handler = 'ran'">
<iframe src="javascript:parent.document.body.dataset.address = 'ran'"></iframe>
<style>body { background: url(ADDRESS/background); font-family: smuggled }
@font-face { font-family: smuggled; src: url(ADDRESS/font) }</style>
<style>@import url(ADDRESS/import);</style>
<link rel="stylesheet" href="ADDRESS/style"><script src="ADDRESS/script"></script>
<img src="ADDRESS/image"><iframe src="ADDRESS/frame"></iframe><object data="ADDRESS/object"></object>
<embed src="ADDRESS/embed"><video src="ADDRESS/video"></video>
"""
"""What would run, and what would be fetched, if a template forgot to escape."""


class Seen(NamedTuple):
    """What a browser made of a page."""

    body: str  # the opening tag, with what a script left there
    log: str


@pytest.fixture
def browse(tmp_path):
    """Open a page in a browser of its own."""

    def look(page):
        command = [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", "--v=0", "--dump-dom", page.as_uri(),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        return Seen(re.search(r"<body[^>]*>", done.stdout)[0], done.stderr)

    return look


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A student's page, with figures and pictures, and the page of the class."""
    folder = tmp_path_factory.mktemp("pages")
    images = np.zeros((200, 32, 32, 3), dtype=np.uint8)
    render_student(a_grade(), a_backdrop(images={"shapes10": images}), folder, TEMPLATES)
    render_class([a_grade()], a_backdrop(), {}, folder, TEMPLATES)
    return folder


@pytest.fixture
def smuggled(pages, tmp_path):
    """Write a page with what no template would let through, with or without the policy."""

    def write(address, policy):
        html = (pages / "report.html").read_text()
        assert POLICY.search(html)
        html = html.replace("</main>", f"{SMUGGLED.replace('ADDRESS', address)}</main>")
        page = tmp_path / "page.html"
        page.write_text(html if policy else POLICY.sub("", html))
        return page

    return write


def test_without_the_policy_what_was_smuggled_in_runs(browse, smuggled):
    """So that the next test can fail."""
    with counting() as server:
        seen = browse(smuggled(server.address, policy=False))

    assert all(f'data-{name}="ran"' in seen.body for name in ("script", "handler", "address"))
    assert {f"/{name}" for name in FETCHED} == set(server.asked)


def test_with_the_policy_nothing_runs_and_nothing_is_fetched(browse, smuggled):
    with counting() as server:
        seen = browse(smuggled(server.address, policy=True))

    assert seen.body == '<body class="report">'
    assert not server.asked
    assert VIOLATION in seen.log


@pytest.mark.parametrize("name", ["report.html", "class.html"])
def test_a_page_obeys_its_own_policy(browse, pages, name):
    """Its stylesheet and its figures are admitted: the console is silent."""
    log = browse(pages / name).log

    assert VIOLATION not in log and "Refused to" not in log and "CONSOLE" not in log
