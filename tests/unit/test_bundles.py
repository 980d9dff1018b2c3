"""Bundles: what another version of netgrade left is kept, and grading goes on; what was altered stops it."""

import hashlib
import json

import pytest
from factories import a_grade, an_assignment

from netgrade.audit import bundles_aside, write_bundle
from netgrade.errors import NetgradeError
from netgrade.forget import _plans_in
from netgrade.objects.bundle import Bundle, Evidence, PlanEvidence
from netgrade.objects.declaration import InputTransform
from netgrade.objects.plan import CheckedSubmission, Layer, Optimizer, Plan
from netgrade.objects.submission import Submission
from netgrade.store import load

PLAN = Plan(
    dataset="mnist", layers=(Layer(kind="InputLayer", arguments={"shape": [2]}, inputs=()),), output=0,
    optimizer=Optimizer(kind="SGD", arguments={"learning_rate": 0.1}), loss="mean_squared_error", batch_size=1,
    epochs=1, validation_fraction=0.1, transform=InputTransform(scale=[1.0], offset=[0.0]),
)  # fmt: skip


def evidence(points=11.7):
    grade = a_grade().model_copy(update={"points": points})
    return Evidence(
        netgrade="1.0", code={}, assignment=an_assignment(), sandbox=None, declaration="d" * 64, overrides=[],
        grade=grade, submission=Submission(slug=grade.slug, digest="0" * 64, folder="/nowhere", files=[]),
        checked=CheckedSubmission(slug=grade.slug, submission="0" * 64, isolation="none"),
        plans={PLAN.digest: PlanEvidence(plan=PLAN, data="e" * 64, records=[])},
    )  # fmt: skip


@pytest.fixture
def bundle(tmp_path):
    path = tmp_path / "s00000000000.json"
    write_bundle(path, evidence())
    return path


def as_another_version_wrote_it(path):
    """The same bundle with a field that this version does not know, whole under its digest."""
    content = json.loads(path.read_bytes())["content"]
    content["schema_version"], content["evidence"]["weather"] = 7, "fair"
    text = json.dumps(content).encode()
    head = f'{{"sha256": "{hashlib.sha256(text).hexdigest()}", "content":\n'.encode()
    path.write_bytes(head + text + b"\n}\n")
    return path.read_bytes()


def test_a_bundle_of_another_version_is_kept_and_grading_goes_on(bundle):
    old = as_another_version_wrote_it(bundle)
    first = write_bundle(bundle, evidence(points=12))
    again = write_bundle(bundle, evidence(points=13))
    [aside] = bundles_aside(bundle)

    assert aside.read_bytes() == old
    assert aside.name.startswith("s00000000000.v7-")
    assert [change.why for change in again.history] == [
        [f"first graded by this version of netgrade; the history until then is in {aside.name}"], ["graded anew"],
    ]  # fmt: skip
    assert again.history[1].replaces == first.digest
    assert load(bundle, Bundle) == again


def test_every_version_left_behind_is_kept(bundle):
    as_another_version_wrote_it(bundle)
    write_bundle(bundle, evidence(points=12))
    as_another_version_wrote_it(bundle)
    write_bundle(bundle, evidence(points=13))

    assert len(bundles_aside(bundle)) == 2


def test_an_altered_bundle_is_no_other_version(bundle):
    bundle.write_text(bundle.read_text().replace("11.7", "22.0"))
    altered = bundle.read_bytes()

    with pytest.raises(NetgradeError, match="edited or damaged"):
        write_bundle(bundle, evidence())
    assert bundle.read_bytes() == altered
    assert not bundles_aside(bundle)


def test_the_trainings_of_a_student_are_found_in_bundles_of_every_version(bundle):
    """So that `forget` leaves none behind."""
    assert _plans_in(bundle) == {PLAN.digest}
    as_another_version_wrote_it(bundle)
    assert _plans_in(bundle) == {PLAN.digest}
