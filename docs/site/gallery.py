"""Pages of the sample course's reports as small images, for the gallery.

    python docs/site/gallery.py

Run in the repository after `snakemake --cores all`; `make gallery` does both. The images go to build/gallery, which the
next `make docs` shows.
"""

import csv
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
MOST_BYTES = 150_000
WIDTH = 1000
"""Of an image, in pixels."""

SHOWN = {
    "Lindqvist, Sara": "everything right, in one Python file",
    "Öberg, Måns": "a notebook with every slip that notebooks have",
    "Nguyen, Linh": "a saved model, and three of the eight tasks",
}
"""Students of the sample course, all of them made up, and what each handed in."""

EMPTY = """\
No reports were at hand when this site was built. `make gallery` grades the sample course, which takes a few minutes on
two cores, and makes the images; `make docs` then shows them here.
"""


def page(folder: Path) -> str:
    """The gallery as Markdown; without images, a sentence on how to make them."""
    index = folder / "gallery.json"
    if not index.is_file():
        return EMPTY
    parts = []
    for one in json.loads(index.read_text()):
        links = " · ".join(f"[{name}](gallery/{file})" for name, file in one["files"].items())
        images = "\n".join(
            f"[![{one['title']}, page {number}](gallery/{name}){{ loading=lazy }}](gallery/{name})"
            for number, name in enumerate(one["images"], 1)
        )
        parts.append(f"## {one['title']}\n\n{one['about']} {links}\n\n{images}\n")
    return "\n".join(parts)


def main() -> int:
    """Make the images from reports/quickstart."""
    reports, target = ROOT / "reports", ROOT / "build" / "gallery"
    if not (reports / "quickstart/class.pdf").is_file():
        print("reports/quickstart has no reports; `make gallery` makes them first.", file=sys.stderr)
        return 1
    if not shutil.which("pdftoppm"):
        print("pdftoppm is missing: install Debian's poppler-utils.", file=sys.stderr)
        return 1
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with (reports / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        slugs = {row["student"]: row["slug"] for row in csv.DictReader(file) if row["assignment"] == "quickstart"}
    # The class page links to every report, of which only some are shown: no copy of its files.
    index = [shown("class", "The class", "Who needs a person comes first.", reports / "quickstart/class", target, ())]
    for number, (student, about) in enumerate(SHOWN.items(), 1):
        source = reports / "quickstart" / slugs[student] / "report"
        index.append(shown(f"report-{number}", student, f"Handed in: {about}.", source, target))
    (target / "gallery.json").write_text(json.dumps(index, ensure_ascii=False, indent=1))
    print(f"Wrote {len(list(target.glob('*.webp')))} images into {target.relative_to(ROOT)}; `make docs` shows them.")
    return 0


def shown(
    name: str, title: str, about: str, source: Path, target: Path, copied: tuple[str, ...] = ("html", "pdf")
) -> dict[str, object]:
    """One report: copies of its files, and its first pages as images."""
    files = {suffix.upper(): f"{name}.{suffix}" for suffix in copied}
    for file in files.values():
        shutil.copyfile(source.with_suffix(Path(file).suffix), target / file)
    images = pictures(source.with_suffix(".pdf"), target, name)
    return {"title": title, "about": about, "files": files, "images": images}


def pictures(pdf: Path, target: Path, name: str, pages: int = 4) -> list[str]:
    """The first pages of a PDF as WebP in `target`; their names. None is larger than MOST_BYTES."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-png", "-l", str(pages), "-scale-to-x", str(WIDTH), "-scale-to-y", "-1"]
        subprocess.run([*command, str(pdf), f"{folder}/page"], check=True)
        return [_small(path, target / f"{name}-{n}.webp") for n, path in enumerate(sorted(Path(folder).glob("*")), 1)]


def _small(path: Path, target: Path) -> str:
    for quality in range(80, 0, -20):
        with Image.open(path) as image:
            image.save(target, quality=quality)
        if target.stat().st_size <= MOST_BYTES:
            return target.name
    raise SystemExit(f"{target} stays larger than {MOST_BYTES:,} bytes")


if __name__ == "__main__":
    sys.exit(main())
