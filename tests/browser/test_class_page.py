"""The table of everyone is sorted and filtered in Chromium, under the page's own policy."""

import pytest
from every_kind import LONG, TEMPLATES, a_class
from factories import a_backdrop, a_grade

from netgrade.objects.grade import Verdict
from netgrade.report import render_class

DENSE = 2
"""The column of the first task."""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Twelve students; the last one's first task failed without any measurement, and everyone else's passed."""
    folder = tmp_path_factory.mktemp("class")
    grades, backdrop = a_class()
    tasks = grades[-1].tasks
    failed = tasks[0].model_copy(update={"verdict": Verdict.FAIL, "points": None, "measurement": None})
    grades[-1] = grades[-1].model_copy(update={"tasks": [failed, *tasks[1:]]})
    render_class(grades, backdrop, {grade.slug: f"{grade.slug}/report.html" for grade in grades}, folder, TEMPLATES)
    return folder / "class.html"


@pytest.fixture
def page(look, path):
    return look(path)


def shown(page):
    """The numbers of the students in the table, from above; the long name is the second's."""
    names = page.locator("#students tbody tr:visible bdi").all_inner_texts()
    return [int(name.removeprefix("Student ")) if name.startswith("Student") else 1 for name in names]


def test_columns_are_sorted_either_way_and_say_so(page):
    heads = page.locator("#students thead th")
    points = heads.nth(1).get_by_role("button")
    points.click()
    rising, told = shown(page), heads.nth(1).get_attribute("aria-sort")
    points.press("Enter")

    assert (rising, told) == ([*range(11, -1, -1)], "ascending")
    assert (shown(page), heads.nth(1).get_attribute("aria-sort")) == ([*range(12)], "descending")
    assert page.locator("#students [aria-sort]").count() == 1


def test_names_are_sorted_as_people_count_and_what_is_not_known_stands_last(page):
    heads = page.locator("#students thead th")
    heads.nth(0).get_by_role("button").click()
    assert shown(page) == [1, 0, *range(2, 12)]
    for _ in range(2):
        heads.nth(DENSE).get_by_role("button").click()
        assert shown(page)[-1] == 11


def test_filters_work_together_and_are_told(page):
    told = page.get_by_role("status")
    assert told.inner_text() == "12 students."

    page.get_by_label("State").select_option("late")
    assert (shown(page), told.inner_text()) == ([0, 3, 6, 9], "4 of 12 students.")
    page.get_by_label("Name").fill("student 9")
    assert shown(page) == [9]
    page.get_by_role("button", name="Show everyone").click()
    assert (len(shown(page)), told.inner_text()) == (12, "12 students.")
    page.get_by_label("Name").fill(LONG[5:20].upper())
    assert shown(page) == [1]


@pytest.mark.parametrize(
    ("state", "task", "left"), [("f", "any", 12), ("f", "0", 1), ("p", "every", 0), ("p", "0", 11), ("q", "6", 12)]
)
def test_a_state_is_looked_for_in_one_task_or_all(page, state, task, left):
    page.get_by_label("State").select_option(state)
    page.locator("#task").select_option(task)

    assert len(shown(page)) == left


def test_every_row_leads_to_the_report(page):
    links = page.locator("main th[scope=row] a").evaluate_all("all => all.map((one) => one.getAttribute('href'))")

    assert links and all(link.partition("/report.html")[1] for link in links)
    assert page.locator("tbody th[scope=row] bdi:not(:has(a))").count() == 0


def test_a_large_class_is_laid_out_as_the_reader_scrolls(look, tmp_path):
    """Sorting, filters and the count speak of everyone all the same."""
    bare = a_grade().model_copy(update={"tasks": []})
    grades = [bare.model_copy(update={"slug": f"s{n:011d}", "points": n % 90 / 10}) for n in range(130)]
    names = {grade.slug: f"Student {n}" for n, grade in enumerate(grades)}
    render_class(grades, a_backdrop(names), {}, tmp_path, TEMPLATES)
    page = look(tmp_path / "class.html")
    box, rows = page.locator(".tall"), page.locator("#students tbody tr")

    assert (rows.count(), page.get_by_role("status").inner_text()) == (
        50, "130 students; beyond 50 they follow as you scroll.",
    )  # fmt: skip
    for _ in range(2):
        box.evaluate("box => box.scrollTo(0, box.scrollHeight)")
        page.wait_for_timeout(200)
    assert (rows.count(), shown(page)) == (130, [*range(130)])
    page.locator("#students thead button").nth(1).click()
    assert shown(page)[:4] == [0, 90, 1, 91]
    page.get_by_label("Name").fill("129")
    assert shown(page) == [129]
