import io
import re
import shutil
import subprocess
from base64 import b64encode

import matplotlib
import numpy as np
import pytest
from PIL import Image

from netgrade.report.drawing.compact import compact
from netgrade.report.drawing.style import STYLE, axes_with
from netgrade.report.paper import write_pdf


@pytest.fixture(scope="module")
def chart() -> bytes:
    """What matplotlib writes of lines, marks that repeat, dashes, clips, an image and turned text."""
    with matplotlib.rc_context(STYLE):
        canvas, axes = axes_with(3, 2, left=0.5, bottom=0.5)
        axes.plot([0, 1, 2], [0, 3, 1], linestyle=(0, (4, 1.5)), marker="D", label="validation")
        axes.scatter([0.5, 1.5], [2, 2.5], s=[6, 40], color="#b4560f", alpha=0.5)
        axes.imshow(np.eye(3), extent=(1, 2, 0, 1), cmap="Blues", interpolation="nearest")
        axes.set_xticks([0, 1, 2], ["disc", "ring & co", "<hourglass>"], rotation=90)
        axes.legend()
        with io.BytesIO() as file:
            canvas.savefig(file, format="svg", metadata={"Date": None})
            return file.getvalue()


def pixels(svg: bytes, folder, name: str) -> np.ndarray:
    """The picture as the PDF shows it."""
    page = f'<title>x</title><img alt="x" src="data:image/svg+xml;base64,{b64encode(svg).decode()}">'
    write_pdf(page, folder / f"{name}.pdf")
    subprocess.run(["pdftoppm", "-png", "-singlefile", f"{name}.pdf", name], cwd=folder, check=True)
    return np.asarray(Image.open(folder / f"{name}.png"))


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="needs pdftoppm, of poppler-utils, to look at a PDF")
def test_a_compact_chart_looks_the_same(chart, tmp_path):
    before, after = pixels(chart, tmp_path, "before"), pixels(compact(chart), tmp_path, "after")
    assert before.std() > 5  # it is no empty page
    assert np.array_equal(before, after)


def test_it_has_half_the_elements_and_every_word(chart):
    def elements(svg: bytes) -> int:
        return len(re.findall(rb"<[a-zA-Z]", svg))

    def words(svg: bytes) -> list[bytes]:
        return re.findall(rb">([^<>\s][^<>]*)</text>", svg)

    assert elements(compact(chart)) < 0.6 * elements(chart)
    assert words(compact(chart)) == words(chart)
