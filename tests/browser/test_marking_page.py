"""The marking page in a real browser: by keyboard alone, to a file of overrides, under its own policy."""

import base64
import hashlib
import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from factories import a_grade, an_assignment

from netgrade.report.marking import write_marking_sheet

TEMPLATES = Path(__file__).parents[2] / "templates"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium: sudo apt-get install -y chromium")

KEYS = """
const [first, second] = document.querySelectorAll("input.points");
const type = (field, text) => { field.focus(); field.value = text; field.dispatchEvent(new Event("input")); };
const press = (key, more) => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
type(first, "1,5");
type(first.closest("article").querySelector(".comment input"), 'half, "why"?');
press("Enter");
const next = document.activeElement === second;
press("Enter", { shiftKey: true });
const back = document.activeElement === first;
type(second, "99");
const seen = [next, back, second.getAttribute("aria-invalid"), document.getElementById("state").textContent];
type(second, "1");
// A download would keep a browser without windows waiting.
HTMLAnchorElement.prototype.click = function () { seen.push(this.download, this.href.slice(0, 5)); };
press("s", { ctrlKey: true });
seen.push(document.getElementById("state").textContent, document.getElementById("marks").value);
document.body.dataset.seen = JSON.stringify(seen);
"""


@pytest.fixture
def page(tmp_path):
    """The page of one student: a borderline model of 4 points, and a free text of one."""
    path = tmp_path / "marking.html"
    write_marking_sheet([a_grade()], an_assignment(), {}, TEMPLATES, tmp_path / "marking.csv", path)
    return path


def browse(page, tmp_path):
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", "--v=0", "--dump-dom", page.as_uri(),
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)


def test_marks_are_filled_in_by_keyboard(page, tmp_path):
    """The keys are pressed by a second script, which the page's policy is told of."""
    digest = base64.b64encode(hashlib.sha256(KEYS.encode()).digest()).decode()
    text = page.read_text(encoding="utf-8")
    page.write_text(
        re.sub(r"script-src ", f"script-src 'sha256-{digest}' ", text).replace(
            "</main>", f"<script>{KEYS}</script></main>"
        )
    )
    done = browse(page, tmp_path)
    seen = html.unescape(re.search(r'data-seen="([^"]*)"', done.stdout)[1])
    slug = a_grade().slug

    assert seen == (
        '[true,true,"true","1 of 2 marked; 1 will not be saved as they are; not saved yet.",'
        '"marks.csv","blob:","2 of 2 marked.",'
        f'"student,task,points,comment\\n{slug},dropout,1.5,\\"half, \\"\\"why\\"\\"?\\"\\n{slug},batch_size,1,\\n"]'
    )


def test_the_page_obeys_its_policy_and_a_second_script_does_not_run(page, tmp_path):
    silent = browse(page, tmp_path)
    page.write_text(page.read_text().replace("</main>", "<script>document.body.dataset.seen = 'ran'</script></main>"))
    smuggled = browse(page, tmp_path)

    assert "Content Security Policy" not in silent.stderr and "CONSOLE" not in silent.stderr
    assert "0 of 2 marked." in silent.stdout
    assert "data-seen" not in smuggled.stdout and "Content Security Policy" in smuggled.stderr
