"""What may go goes, by kind and size; what a submission or a bundle names stays, and everything where it is unclear."""

import pytest
from course import ASSIGNMENT
from factories import a_grade
from train_case import convolutional, dense

from netgrade.audit import evidence_of, plan_evidence, write_bundle
from netgrade.clean import remove, waste
from netgrade.collect import PSEUDONYMS, pseudonym_key
from netgrade.errors import NetgradeError
from netgrade.objects.assignment import Course
from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import Declaration
from netgrade.objects.plan import CheckedModel, CheckedSubmission, CheckedSubmissions
from netgrade.objects.submission import Submission
from netgrade.spec import load_assignment
from netgrade.store import save

COURSE = Course.model_validate({"title": "T", "assignments": [{"id": "tiny", "submissions": "submissions"}]})
HANDED_IN, CHANGED, APPEALED = convolutional(), dense(), dense(epochs=9)
SEES = """\
  - {id: confuse, title: D, kind: sees, points: 1, model_of: dense}
"""


def checked(plan):
    models = {"dense": CheckedModel(plan=plan.digest)}
    return CheckedSubmission(slug="s" + "0" * 11, submission="a" * 64, isolation="none", models=models)


@pytest.fixture
def root(tmp_path):
    """One student with a plan; trainings of it, of a plan from before, and of one that a bundle rests on."""
    (tmp_path / "submissions/Ada").mkdir(parents=True)
    (tmp_path / "assignments/tiny").mkdir(parents=True)
    (tmp_path / "assignments/tiny/assignment.yaml").write_text(ASSIGNMENT)
    for chunk in ("reference", "c00"):
        found = CheckedSubmissions(
            assignment="tiny", chunk=chunk, submissions=[checked(HANDED_IN)], plans={HANDED_IN.digest: HANDED_IN}
        )  # fmt: skip
        save(tmp_path / f"results/check/tiny/{chunk}.json", found)
    for plan in (HANDED_IN, CHANGED, APPEALED):
        place = record(tmp_path, plan)
        place.mkdir(parents=True)
        for name in ("record.json", "outputs.npz", "weights.npz", "weights.json"):
            (place / name).write_bytes(bytes(100))
    (tmp_path / "results/logs").mkdir()
    (tmp_path / "results/logs/x.log").write_text("done")
    (tmp_path / "results/.part-1.json").write_text("{")
    appealed(tmp_path)
    pseudonym_key(tmp_path / PSEUDONYMS)
    return tmp_path


def record(root, plan):
    return root / "results/store/records" / plan.digest[:2] / plan.digest / "dddddddddddd-2026"


def appealed(root, more=""):
    """A bundle as `audit` writes it, of a plan that is not handed in any more."""
    path = root / "rules.yaml"
    path.write_text(ASSIGNMENT + more)
    plans = {APPEALED.digest: plan_evidence(APPEALED, [], Dataset(name="patterns"), root)}
    submission = Submission(slug="s" + "0" * 11, folder="x", digest="a" * 64)
    declaration = Declaration(slug="s" + "0" * 11, submission="a" * 64, isolation="none")
    rules = load_assignment(path)
    evidence = evidence_of(submission, declaration, checked(APPEALED), plans, rules, [], a_grade(), {})
    path.unlink()
    write_bundle(root / "results/store/bundles/tiny/s00000000000.json", evidence)


def found(root):
    return [(one.size, {str(path.relative_to(root)) for path in one.paths}) for one in waste(COURSE, root)]


def files(root):
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def weights(root, *plans):
    return {str(record(root, p).relative_to(root) / n) for p in plans for n in ("weights.npz", "weights.json")}


def test_what_nothing_needs_is_found_with_its_size_and_removed(root):
    stale = record(root, CHANGED).parent.relative_to(root)
    expected = [
        (400, {str(stale)}), (400, weights(root, HANDED_IN, APPEALED)), (1, {"results/.part-1.json"}),
        (4, {"results/logs"}),
    ]  # fmt: skip
    before = files(root)

    assert found(root) == expected
    assert files(root) == before
    remove(waste(COURSE, root))
    gone = {name for name in before if name.startswith(str(stale))} | {"results/.part-1.json", "results/logs/x.log"}
    assert before - files(root) == gone | weights(root, HANDED_IN, APPEALED)
    assert [paths for _, paths in found(root)] == [set(), set(), set(), set()]


def test_weights_that_a_task_looks_at_stay(root):
    path = root / "assignments/tiny/assignment.yaml"
    path.write_text(ASSIGNMENT + "    sees: true\n")

    assert found(root)[1] == (200, weights(root, APPEALED))
    path.unlink()  # whether a task of an assignment looks at them is not known any more
    assert found(root)[1] == (200, weights(root, APPEALED))


def test_weights_that_points_rest_on_stay(root):
    appealed(root, SEES)

    assert found(root)[1] == (200, weights(root, HANDED_IN))


@pytest.mark.parametrize(
    ("path", "told"),
    [("results/check/tiny/c00.json", "not checked yet"), ("results/check/tiny/reference.json", "not checked yet")],
)
def test_nothing_is_removed_before_everything_was_checked(root, path, told):
    (root / path).unlink()
    with pytest.raises(NetgradeError, match=told):
        waste(COURSE, root)


@pytest.mark.parametrize("path", ["results/check/tiny/c00.json", "results/store/bundles/tiny/s00000000000.json"])
def test_nothing_is_removed_by_a_file_that_cannot_be_read(root, path):
    (root / path).write_text("{}")
    with pytest.raises(NetgradeError, match="edited or damaged"):
        waste(COURSE, root)


def test_trainings_that_courses_share_are_left_to_them(root, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "store"
    (root / "results/store").rename(elsewhere)
    (root / "results/store").symlink_to(elsewhere)
    with pytest.raises(NetgradeError, match="another course may need them"):
        waste(COURSE, root)


def test_what_a_link_leads_to_stays(root):
    (root / "kept").mkdir()
    (root / "kept/file").touch()
    (root / "results/.part-2").symlink_to(root / "kept")
    remove(waste(COURSE, root))

    assert (root / "kept/file").exists()
    assert not (root / "results/.part-2").is_symlink()
