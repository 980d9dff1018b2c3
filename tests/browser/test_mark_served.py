"""The marking page as `netgrade mark` serves it, in a real browser: saved at once, and nothing of others' is lost."""

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from factories import a_grade, an_assignment

from netgrade.desk import Desk, serve
from netgrade.report.marking import marking_rows, served_page

TEMPLATES = Path(__file__).parents[2] / "templates"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SLUG = a_grade().slug

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium: sudo apt-get install -y chromium")

KEYS = """
const type = (field, text) => { field.focus(); field.value = text; field.dispatchEvent(new Event("input")); };
const press = (key) => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const wait = (time) => new Promise((done) => setTimeout(done, time));
const inFile = async () => JSON.stringify(await (await fetch("marks")).json());
const elsewhere = (row, points, before) => fetch("marks", { method: "POST",
  headers: { "Content-Type": "application/json" }, body: JSON.stringify({ student: row.student, task: row.task,
  points, comment: "", before: { points: before, comment: "" } }) });
const seen = {};
(async () => {
  const [first, second] = rows;
  type(first.points, "1,5");
  press("Enter");
  await wait(300);
  seen.saved = [await inFile(), state.textContent, document.activeElement === second.points];
  type(second.points, "9");
  press("Enter");
  await wait(1000);
  seen.refused = [await inFile(), second.problem.textContent];
  type(second.points, "");
  await elsewhere(first, "2", "1.5");
  await wait(3500);
  seen.shown = [first.points.value, first.problem.textContent];
  await elsewhere(first, "3", "2");
  type(first.points, "4");
  await wait(1000);
  seen.asked = [await inFile(), first.points.value, first.problem.textContent, state.textContent];
  press("Enter");
  await wait(300);
  seen.mine = [await inFile(), state.textContent];
  document.body.dataset.seen = JSON.stringify(seen);
})();
"""


@pytest.fixture
def address(tmp_path, monkeypatch):
    """The page of one student, a borderline model of 4 points and a free text of one, with a script that types."""
    monkeypatch.chdir(tmp_path)
    marks, rules = tmp_path / "marks.csv", an_assignment()
    marks.write_text("student,task,points,comment\n")
    rows = marking_rows([a_grade()], rules, {})
    digest = base64.b64encode(hashlib.sha256(KEYS.encode()).digest()).decode()

    def page():
        text = served_page(rows, rules, TEMPLATES, "marks.csv", False)
        text = re.sub(r"script-src ", f"script-src 'sha256-{digest}' ", text)
        return text.replace("</main>", f"<script>{KEYS}</script></main>")

    desk = Desk(page, marks, {(row.student, row.task): float(row.most_points) for row in rows}, {}, None)
    server, address = serve(desk)
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield address
    server.shutdown()
    server.server_close()


def test_each_mark_is_saved_and_others_marks_are_asked_about(address, tmp_path):
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", "--v=0", "--virtual-time-budget=20000",
        "--dump-dom", address,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    found = re.search(r'data-seen="([^"]*)"', done.stdout)
    assert found, done.stderr[-2000:]
    seen = json.loads(html.unescape(found[1]))

    def marked(points):
        return json.dumps({f"{SLUG}/dropout": {"points": points, "comment": ""}}, separators=(",", ":"))

    assert seen["saved"] == [marked("1.5"), "1 of 2 marked; all saved.", True]
    assert seen["refused"] == [marked("1.5"), "Expected a number from 0 to 1."]
    assert seen["shown"] == ["2", "Changed in the file meanwhile; here it was 1.5."]
    assert seen["asked"] == [
        marked("3"), "4", "The file has 3 by now. Enter puts yours in its place, Escape takes that.",
        "1 of 2 marked; somebody else marked too: see below.",
    ]  # fmt: skip
    assert seen["mine"] == [marked("4"), "1 of 2 marked; all saved."]
    assert (tmp_path / "marks.csv").read_text() == f"student,task,points,comment\n{SLUG},dropout,4,\n"
    # The one answer that is no success is the question itself.
    assert "Content Security Policy" not in done.stderr
