"""A course is made smaller, and nothing runs again for it."""

import shutil

from test_audit import bundle_of, netgrade

from netgrade.running import alone


def test_a_cleaned_course_is_up_to_date_and_verified(course):
    """A training of a plan that is gone, and one of a run that was killed, leave; the rest is as it was."""
    records = course.folder / "results/store/records"
    known = next(iter(records.glob("??/*")))
    stale = records / "ff" / ("f" * 64)
    shutil.copytree(known, stale)
    (known / ".part-outputs.npz").touch()
    before = course.records()
    listed = netgrade(course, "clean")

    assert listed[0] == 0 and "Nothing was removed" in listed[1], listed[1]
    assert course.records() == before
    assert netgrade(course, "clean", "--yes")[0] == 0
    assert before.keys() - course.records().keys() == {path for path in before if stale in path.parents}
    assert not list(records.rglob(".part-*")) and not (course.folder / "results/logs").exists()
    assert not course.planned()
    assert netgrade(course, "verify", bundle_of(course, "Ada"))[0] == 0


def test_nothing_is_cleaned_while_a_run_is_at_work(course):
    with alone(course.folder):
        status, output = netgrade(course, "clean", "--yes")

    assert status == 1 and "Another run is at work" in output
    assert (course.folder / "results/logs").exists()
