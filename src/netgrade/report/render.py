"""Rendering: a page becomes HTML and a tagged PDF."""

import logging
import re
from pathlib import Path

from netgrade.garbage import passing
from netgrade.report.drawing.dark import for_screen
from netgrade.report.page import Page, page_html
from netgrade.report.paper import write_pdf
from netgrade.store import replacing, write_text

logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it warns of screen-only CSS
logging.getLogger("fontTools").setLevel(logging.ERROR)

ON_SCREEN = re.compile(
    r'<details class="data">.*?</details>|<span class="bar w\d+"></span>|<script>.*?</script>', re.DOTALL
)
"""What is left out on paper. Data of figures, which open on a click, would be most of the pages."""


def render(page: Page, template: str, templates: Path, folder: Path, stem: str, script: str = "") -> None:
    """Write `folder/<stem>.html` and `.pdf`; each appears only when it is complete."""
    with passing():  # looking for garbage in the middle of it takes a third of the time
        html = page_html(page, template, templates, script)
    with passing(), replacing(folder / f"{stem}.pdf") as part:
        write_pdf(ON_SCREEN.sub("", html), part)
    write_text(folder / f"{stem}.html", for_screen(html))
