"""How fluid the class page is in Chromium: loading, sorting, filtering, scrolling; and how large it is.

    python benchmarks/class_page.py --students 100 1000

Grades are made up; the page, its script and its policy are the real ones. An interaction is timed from the event to the
end of the frame that shows its result, the median and the worst of the repeats; scrolling, by the frames it takes.
Beside it stands the same page with a script that lays out all rows at once, and how many times faster the page is
(medians).
"""

import argparse
import platform
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
from playwright.sync_api import Page, sync_playwright
from tabulate import tabulate

from netgrade.machine import cpu_name
from netgrade.objects.assignment import Assignment
from netgrade.objects.grade import Grade, TaskGrade, Verdict
from netgrade.objects.measurement import Curve, Interval, Measurement, SeedMeasure, Speed
from netgrade.objects.plan import CheckedModel
from netgrade.report import Backdrop
from netgrade.report.classroom import class_page
from netgrade.report.page import page_html

TEMPLATES = Path(__file__).parents[1] / "templates"
TASKS = ("dense", "cnn", "dropout", "batchnorm", "own")
EPOCHS, REPEATS = 15, 15
STAGED = "const STEP = 50;"
"""How the script says how many rows it lays out at once."""

THRESHOLD = 0.52
RULES = Assignment.model_validate({"id": "made-up", "title": "A class that nobody handed in", "dataset": "shapes10",
    "tasks": [{"id": task, "title": f"Model {task}", "kind": "classifier", "points": 4,
               "threshold": f"accuracy > {THRESHOLD:.0%}".replace("%", " %")} for task in TASKS]})  # fmt: skip

TIMED = """async (act) => {
  const start = performance.now();
  new Function(act)();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""
SCROLLED = """async () => {
  const box = document.querySelector(".tall"), times = [];
  let last = await new Promise(requestAnimationFrame);
  for (let step = 0; step < 600 && box.scrollTop + box.clientHeight < box.scrollHeight - 1; step++) {
    box.scrollTop += 120;
    const now = await new Promise(requestAnimationFrame);
    times.push(now - last);
    last = now;
  }
  return times;
}"""
FILL = """const field = document.getElementById("{}");
field.value = "{}";
field.dispatchEvent(new Event("input"));"""
SORT = "document.querySelectorAll('#students thead button')[{}].click()"


def main() -> None:
    """Print one table a size of class."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, nargs="+", default=[100, 1000])
    options = parser.parse_args()
    print(f"{cpu_name()}, Python {platform.python_version()}; {REPEATS} repeats")
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for students in options.students:
            path, whole = (Path(folder, f"{name}-{students}.html") for name in ("class", "whole"))
            seconds = write_pages(students, path, whole)
            page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
            found, plain = measured(page, path), measured(page, whole)
            rows = [(name, *_told(times), *_told(plain[name]), f"{median(plain[name]) / median(times):.1f}")
                    for name, times in found.items()]  # fmt: skip
            print(f"\n{students:,} students, {len(TASKS)} tasks, Chromium {browser.version}: ", end="")
            print(f"{seconds:.1f} s of CPU to make it, {path.stat().st_size / 1e6:.2f} MB\n")
            heads = ("ms", "median", "worst", "all at once: median", "worst", "times faster")
            print(tabulate(rows, heads, tablefmt="github", disable_numparse=True))
            page.close()
        browser.close()


def write_pages(students: int, path: Path, whole: Path) -> float:
    """Write both pages of a class, and return the seconds of CPU that the first took, its figures among them."""
    random = np.random.default_rng(0)
    grades = [a_grade(number, random) for number in range(students)]
    speeds = {f"{number:032x}{place:032x}": [Speed(seed=1, train_seconds=15.0, examples_per_second=8000.0,
              inferences_per_second=20_000.0, device="made up")]
              for number in range(students) for place in range(len(TASKS))}  # fmt: skip
    backdrop = Backdrop(
        RULES, a_grade(students, random), {g.slug: f"Student {n}" for n, g in enumerate(grades)}, speeds
    )
    start = time.process_time()
    shown = class_page(grades, backdrop, {grade.slug: f"{grade.slug}/report.html" for grade in grades})
    script = (TEMPLATES / "class.js").read_text()
    path.write_text(page_html(shown, "class.html", TEMPLATES, script))
    seconds = time.process_time() - start
    assert STAGED in script
    whole.write_text(page_html(shown, "class.html", TEMPLATES, script.replace(STAGED, f"const STEP = {students};")))
    return seconds


def a_grade(number: int, random: np.random.Generator) -> Grade:
    """One student's five models, each a design of its own."""
    tasks = [a_task(task, f"{number:032x}{place:032x}", random) for place, task in enumerate(TASKS)]
    return Grade(
        slug=f"s{number:011d}", submission="ab" * 32, assignment=RULES.id, isolation="bubblewrap", tasks=tasks,
        points=sum(task.points or 0 for task in tasks), most_points=20, complete=True,
        late_note="Handed in 1 day late: 10% of the points are taken off." if number % 9 == 0 else "",
    )  # fmt: skip


def a_task(task: str, plan: str, random: np.random.Generator) -> TaskGrade:
    """A network that reached something between 30 % and 80 %."""
    accuracy = float(random.uniform(0.3, 0.8))
    near = abs(accuracy - THRESHOLD) < 0.02
    verdict = Verdict.BORDERLINE if near else Verdict.PASS if accuracy > THRESHOLD else Verdict.FAIL
    rise = accuracy * (1 - np.exp(-np.arange(1, EPOCHS + 1) / random.uniform(2, 6))) + random.normal(0, 0.01, EPOCHS)
    curve = Curve(seed=1, loss=(2.3 - rise).tolist(), val_loss=(2.4 - rise).tolist(), accuracy=(rise + 0.05).tolist(),
                  val_accuracy=rise.tolist())  # fmt: skip
    seed = SeedMeasure(seed=1, test_accuracy=accuracy, train_accuracy=accuracy + 0.05, validation_accuracy=accuracy,
                       epochs_run=EPOCHS, best_epoch=None)  # fmt: skip
    measured = Measurement(plan=plan, dataset="shapes10", stand_in=True, images=10_000, accuracy=accuracy, seeds=[seed],
                           interval=Interval(low=accuracy - 0.02, high=accuracy + 0.02), curves=[curve])  # fmt: skip
    points = {Verdict.PASS: 4.0, Verdict.FAIL: 0.0}.get(verdict)
    return TaskGrade(task=task, verdict=verdict, points=points, most_points=4, reason=f"Test accuracy {accuracy:.1%}.",
                     model=CheckedModel(plan=plan), measurement=measured)  # fmt: skip


def measured(page: Page, path: Path) -> dict[str, list[float]]:
    """Loading, then each interaction, then scrolling, in milliseconds."""
    loads = []
    for _ in range(5):
        page.goto(path.as_uri())
        loads.append(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))
    acts = {
        "sort by name": [SORT.format(0)] * REPEATS,
        "sort by points": [SORT.format(1)] * REPEATS,
        "sort by a task": [SORT.format(3)] * REPEATS,
        "filter by text, a letter at a time": [FILL.format("name", "99"[:n]) for n in (1, 2, 1, 0)] * (REPEATS // 3),
        "filter by state": [FILL.format("state", state) for state in ("f", "b", "late", "")] * (REPEATS // 3),
    }
    found = {"load": loads}
    found |= {name: [page.evaluate(TIMED, act) for act in all_of] for name, all_of in acts.items()}
    return found | {"a frame while scrolling": page.evaluate(SCROLLED)}


def _told(times: list[float]) -> tuple[str, str]:
    return f"{median(times):.0f}", f"{max(times):.0f}"


if __name__ == "__main__":
    main()
