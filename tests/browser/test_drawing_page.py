"""The drawing page in a real browser: drawn with pointer and keys, kept, and downloaded as files that can be read."""

import base64
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from netgrade.errors import SpecError
from netgrade.handout import drawing_page

TEMPLATES = Path(__file__).parents[2] / "templates"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
HELPERS = """
const body = document.body.dataset, key = (name, more = {}) =>
  paper.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more }));
const point = (name, row, column) => {
  const box = paper.getBoundingClientRect(), cell = box.width / side;
  paper.dispatchEvent(new PointerEvent(name, { clientX: box.left + column * cell, clientY: box.top + row * cell }));
};
const click = (id) => at(id).click();
const fill = (id, value) => { at(id).value = value; at(id).dispatchEvent(new Event("input")); };
const cellsOf = () => cells.join(" ");
let files = 0;
URL.createObjectURL = (blob) => {
  const number = files++;
  blob.arrayBuffer().then((found) => { body[`file${number}`] = btoa(String.fromCharCode(...new Uint8Array(found))); });
  return "#";
};
"""

needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium: sudo apt-get install -y chromium")


@pytest.fixture
def page(tmp_path):
    return drawing_page(TEMPLATES, tmp_path / "draw.html")


@pytest.fixture
def browse(page, tmp_path):
    """Open the page, let a script use it as a student would, and return what it left on the body, and the log."""

    def look(script=""):
        opened = page
        if script:
            html = POLICY.sub("", page.read_text())
            opened = tmp_path / "driven.html"
            opened.write_text(html.replace("</body>", f"<script>{HELPERS}{script}</script></body>"))
        command = [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update", "--virtual-time-budget=3000",
            f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", "--v=0", "--dump-dom",
            opened.as_uri(),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        left = re.search(r"<body([^>]*)>", done.stdout)[1]
        return dict(re.findall(r'data-(\w+)="([^"]*)"', left)), done.stdout, done.stderr

    return look


def _grid(text, side=28):
    return np.array(text.split(), int).reshape(side, side)


def _picture(encoded):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))))


@needs_chromium
def test_the_page_obeys_its_own_policy_and_asks_for_nothing_else(browse, page):
    _, dom, log = browse()

    assert POLICY.search(page.read_text())
    assert "Content Security Policy" not in log and "CONSOLE" not in log
    assert 'width="448"' in dom and "http://" not in dom and "https://" not in dom


@needs_chromium
def test_a_stroke_is_drawn_with_a_pointer_and_taken_back(browse):
    left, _, _ = browse(
        'point("pointerdown", 4, 5); point("pointermove", 4, 20); point("pointerup", 4, 20); body.drawn = cellsOf();'
        'point("pointermove", 20, 20); body.lifted = cellsOf(); click("undo"); body.undone = cellsOf();'
    )
    drawn = _grid(left["drawn"])

    assert (drawn[3:5, 6:20] > 200).all() and not drawn[8:].any()
    assert left["lifted"] == left["drawn"]
    assert not _grid(left["undone"]).any()


@needs_chromium
def test_a_picture_is_drawn_with_keys_alone(browse):
    """Space puts the pen down, cursor keys draw, and a status says where it is."""
    left, _, _ = browse(
        'fill("width", "1"); key("ArrowUp", { shiftKey: true }); key(" ");'
        'for (let i = 0; i < 4; i++) key("ArrowRight");'
        'body.told = at("status").textContent; key(" "); key("ArrowDown", { shiftKey: true }); body.drawn = cellsOf();'
        'key("z", { ctrlKey: true }); body.undone = cellsOf();'
    )
    drawn = _grid(left["drawn"])

    assert left["told"] == "Row 10, column 19, pen down."
    assert (drawn[9, 14:19] == 255).all() and (drawn > 0).sum() == 5
    assert not _grid(left["undone"]).any()


@needs_chromium
def test_pictures_are_inverted_centred_and_cleared(browse):
    left, _, _ = browse(
        'fill("width", "1"); point("pointerdown", 2.5, 3.5); point("pointerup", 2.5, 3.5); click("centre");'
        'body.centred = cellsOf(); click("invert"); body.inverted = cellsOf();'
        'click("clear"); body.cleared = cellsOf();'
    )
    centred = _grid(left["centred"])

    assert [tuple(place) for place in np.argwhere(centred == 255)] == [(14, 14)]
    assert (_grid(left["inverted"]) == 255 - centred).all()
    assert not _grid(left["cleared"]).any()


@needs_chromium
def test_what_was_kept_is_a_zip_as_it_is_handed_in(browse):
    """PNGs that hold what was drawn, and the lines for answers.yaml, whatever was typed."""
    left, _, _ = browse(
        'fill("task", "confuse"); key("Enter"); fill("drawn", "4"); fill("taken", "it\'s: \\"6\\""); click("keep");'
        'fill("side", "32"); at("side").dispatchEvent(new Event("change")); point("pointerdown", 9, 9);'
        'fill("drawn", "cat"); fill("taken", "dog"); click("keep"); body.drawn = cellsOf(); click("zip"); click("png");'
    )
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(left["file0"])))
    lines = archive.read("confuse/lines-for-answers.txt").decode()

    assert archive.testzip() is None
    assert archive.namelist() == [f"confuse/{n}" for n in ("drawing-1.png", "drawing-2.png", "lines-for-answers.txt")]
    first, second = (_picture(base64.b64encode(archive.read(f"confuse/drawing-{n}.png"))) for n in (1, 2))
    assert first.shape == (28, 28) and first.max() == 255
    assert (second == _grid(left["drawn"], 32)).all()
    assert (_picture(left["file1"]) == second).all()
    assert yaml.safe_load(lines) == {"confuse": {
        "drawing-1": {"drawn": "4", "taken_for": 'it\'s: "6"'}, "drawing-2": {"drawn": "cat", "taken_for": "dog"},
    }}  # fmt: skip


@needs_chromium
def test_nothing_is_kept_without_saying_what_it_is(browse):
    left, _, _ = browse(
        'key("Enter"); click("keep"); body.first = at("status").textContent; body.answers = at("answers").value;'
        'fill("drawn", "1"); fill("taken", "7"); click("clear"); click("keep"); body.second = at("status").textContent;'
    )

    assert left["first"] == "Say what you drew, and what it will be taken for."
    assert (left["answers"], left["second"]) == ("", "The picture is empty.")


def test_every_control_has_a_name(page):
    html = page.read_text()
    named = set(re.findall(r'<label for="(\w+)"', html))
    controls = set(re.findall(r'<(?:input|select|textarea) id="(\w+)"', html))

    assert controls and controls == named
    assert re.search(r'<canvas id="paper"[^>]*tabindex="0"[^>]*aria-label="', html)


def test_a_page_is_not_written_over(page):
    with pytest.raises(SpecError, match="exists already"):
        drawing_page(TEMPLATES, page)
    with pytest.raises(SpecError, match=r"ends in `\.html`"):
        drawing_page(TEMPLATES, page.with_suffix(".txt"))
