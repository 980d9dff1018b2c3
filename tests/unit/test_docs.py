"""The documentation says what is so: its commands exist, its examples are read, and its reference has every field."""

import re
import shutil
import sys
from pathlib import Path

import click
import pytest

from netgrade.cli import main
from netgrade.spec import KINDS, load_assignment, load_course

ROOT = Path(__file__).parents[2]
SITE = ROOT / "docs" / "site"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("assignments/*/README.md")])
CODE = re.compile(r"^```sh\n(.*?)^```$|`([^`\n]+)`", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module", autouse=True)
def scripts():
    """What makes the site is imported as MkDocs does: by the names of files in one folder."""
    sys.path.insert(0, str(SITE))
    yield
    sys.path.remove(str(SITE))


def lines_of_code(page):
    """What a reader would type, without comments."""
    found = [match[1] or match[2] for match in CODE.finditer(page.read_text())]
    return [line.partition("#")[0].strip() for part in found for line in part.splitlines()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_on_a_page_exists(page):
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    context, wrong = click.Context(main), []
    for line in lines_of_code(page):
        program, *words = line.split() or [""]
        words = [word.strip("\"'`") for word in words[: words.index("--") if "--" in words else None]]
        if program == "make":
            wrong += [line for word in words if "=" not in word and word not in targets]
        if program == "netgrade" and words and not words[0].startswith("-"):
            command = main.get_command(context, words[0])
            known = {name for parameter in command.params for name in parameter.opts} if command else set()
            given = {word.partition("=")[0] for word in words if word.startswith("--")}
            wrong += [line] if command is None or (words[0] != "stage" and given - known - {"--help"}) else []
        if program == "python" and words and words[0].endswith(".py"):
            wrong += [] if (ROOT / words[0]).is_file() else [line]

    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_works_where_it_lies(page):
    import links

    targets = [match[2] for match in links.LINK.finditer(page.read_text()) if "://" not in match[2]]

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_task_has_an_example_that_is_read(kind):
    assignment = load_assignment(SITE / "examples" / f"{kind}.yaml")

    assert kind in {task.kind for task in assignment.tasks}


def test_the_example_of_a_course_is_read():
    assert load_course(SITE / "examples" / "config.yaml").assignments[0].lms.system == "moodle"


def test_the_reference_has_every_field_of_every_kind():
    import reference

    page = reference.assignment_page()
    sections = {part.partition("{ #")[2].partition(" }")[0]: part for part in re.split(r"^##+ ", page, flags=re.M)}
    common = page.partition("### Every task")[2].partition("\n## ")[0]
    for kind in reference.KINDS.values():
        listed = sections[kind.__name__.lower()] + common
        assert [name for name in kind.model_fields if f"| `{name}` |" not in listed] == []


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 20}, "whole number, at least 1, at most 20"),
        ({"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "null"}]}, "number, over 0"),
        ({"enum": ["pass", "fail"]}, "`pass` or `fail`"),
        ({"type": "array", "items": {"type": "string"}, "minItems": 2}, "list of: text, at least 2 of them"),
    ],
)
def test_what_a_field_may_be_is_said_in_words(schema, words):
    import reference

    assert reference.worded(schema) == words


def test_links_to_the_repository_become_links_of_the_site_or_words():
    import links

    text = "[a](../ARCHITECTURE.md#the-tree) [b](clusters.md) [c](../src/netgrade) [d](nothing.md) [e](https://x.org/)"
    pages = {"ARCHITECTURE.md": "explanation/architecture.md"}

    turned = links.for_site(text, "docs/seeds.md", "seeds.md", pages, ROOT)

    assert turned == (
        "[a](explanation/architecture.md#the-tree) [b](clusters.md) c [d](nothing.md) [e](https://x.org/)"
    )


def test_the_files_of_the_tutorial_are_what_netgrade_reads(tmp_path):
    import tutorial

    for block in tutorial.blocks(tutorial.PAGE.read_text()):
        if block.title:
            tutorial.write(block, tmp_path)
            if block.language == "python":
                compile(block.content, block.title, "exec")
    course = load_course(tmp_path / "config.yaml")
    for entry in course.assignments:
        assignment = load_assignment(tmp_path / "assignments" / entry.id / "assignment.yaml")
        written = "".join(path.read_text() for path in (tmp_path / "reference_models" / entry.id).iterdir())

        assert all(f"def build_{task.id}()" in written for task in assignment.model_tasks)
        assert (tmp_path / entry.submissions).is_dir()
        assert (tmp_path / entry.overrides).is_file()


def test_without_images_the_gallery_says_how_to_make_them(tmp_path):
    import gallery

    assert "make gallery" in gallery.page(tmp_path)


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="needs pdftoppm, of Debian's poppler-utils")
def test_the_gallery_shows_the_first_pages_of_a_report_as_small_images(tmp_path):
    import gallery
    from PIL import Image
    from weasyprint import HTML

    for suffix in ("html", "pdf"):
        (tmp_path / f"report.{suffix}").write_bytes(b"")
    HTML(string="<h1>One</h1><h1 style='break-before: page'>Two</h1>").write_pdf(tmp_path / "report.pdf")
    target = tmp_path / "gallery"
    target.mkdir()

    shown = gallery.shown("one", "A report", "Short.", tmp_path / "report", target)

    assert shown["images"] == ["one-1.webp", "one-2.webp"]
    for name in shown["images"]:
        assert (target / name).stat().st_size <= gallery.MOST_BYTES
        assert Image.open(target / name).width == gallery.WIDTH
