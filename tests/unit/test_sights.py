"""What a trained network sees: from kept weights, as pictures, for test images and drawings; trouble is told."""

import re
import shutil

import numpy as np
import pytest
from test_train import Silence
from train_case import CLASSES, SHAPE, convolutional, make_dataset, plan_of

from netgrade.language import speaking
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Cause, Status
from netgrade.objects.plan import CheckedModel, CheckedSubmission, Layer, Optimizer
from netgrade.objects.sight import Drawing, Pixels
from netgrade.phrases import retold_cause
from netgrade.relevance import part_digest
from netgrade.report.parts.seen import seen_view
from netgrade.store import load_record, record_folder, save
from netgrade.train import see, sights, train, weights
from netgrade.train.build import build_model
from netgrade.train.maps import saliency
from netgrade.train.pictures import channel_strip, filter_strip, pixels_of, unit_grid
from netgrade.train.sights import most_confused
from netgrade.train.weights import restore_weights

SEEDS = [1, 2]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return make_dataset(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def store(tmp_path_factory, dataset):
    """Two trainings of a small convolutional network."""
    folder = tmp_path_factory.mktemp("records")
    for seed in SEEDS:
        assert train(PLAN, seed, dataset, folder, Silence(), looked_at=True).ok
    return folder


PLAN = convolutional(epochs=1)


def looked(dataset, store, sees=True, plan=PLAN, drawings=(), seeds=SEEDS, model=None, drawn=True, progress=None):
    """What the task `cnn` sees, and the task `confuse`, for which something is `drawn`."""
    tasks = [
        {"id": "cnn", "title": "C", "kind": "classifier", "points": 1, "threshold": "50 %", "sees": sees},
        {"id": "confuse", "title": "D", "kind": "sees", "points": 1, "model_of": "cnn"},
    ]
    tasks = tasks if drawn else tasks[:1]
    rules = Assignment.model_validate({"id": "a", "title": "A", "dataset": dataset.name, "tasks": tasks})
    checked = CheckedSubmission(
        slug="s" + "0" * 11, submission="a" * 64, isolation="none",
        models={"cnn": model or CheckedModel(plan=plan.digest)},
        drawings={"confuse": list(drawings)},
    )  # fmt: skip
    plans, trained = {plan.digest: plan}, {plan.digest: list(seeds)}
    return see(checked, rules, plans, trained, {dataset.name: dataset}, store, progress)


def test_kept_weights_give_what_the_training_gave(dataset, store):
    folder = record_folder(store, PLAN.digest, dataset.digest, 1)
    model = build_model(PLAN)
    restore_weights(folder, model)
    images = np.load(f"{dataset.folder}/test_images.npy")[:20]

    outputs = model([images.astype(np.float32) / 255], training=False).numpy()

    known = np.load(folder / "outputs.npz", allow_pickle=False)["probabilities"][:20]
    assert outputs == pytest.approx(known.astype(np.float64), abs=2e-3)


def test_weights_of_a_large_network_are_not_kept_and_that_is_told(dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "MOST_VALUES", 100)
    record = train(PLAN, 1, dataset, tmp_path, Silence(), looked_at=True)
    before = (record_folder(tmp_path, PLAN.digest, dataset.digest, 1) / "record.json").stat().st_mtime_ns

    seen = looked(dataset, tmp_path, seeds=[1], progress=Silence())["cnn"]

    folder = record_folder(tmp_path, PLAN.digest, dataset.digest, 1)
    assert record.ok and (folder / "record.json").stat().st_mtime_ns == before
    assert not list(folder.glob("weights*"))
    assert seen.status is Status.FAULT and "weights of this training were not kept" in seen.cause.what


def test_weights_that_are_asked_for_later_come_from_the_same_training_again(dataset, tmp_path):
    """The record stays as it is, since others rest on it; the second time there is nothing to do."""
    train(PLAN, 1, dataset, tmp_path, Silence())
    folder = record_folder(tmp_path, PLAN.digest, dataset.digest, 1)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    without = looked(dataset, tmp_path, seeds=[1])["cnn"]

    for _ in range(2):
        seen = looked(dataset, tmp_path, seeds=[1], progress=Silence())["cnn"]
        times = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    again = train(PLAN, 1, dataset, tmp_path, Silence(), looked_at=True)

    assert "weights of this training were not kept" in without.cause.what
    assert before == {name: (folder / name).read_bytes() for name in before}
    assert set(times) == {*before, "weights.npz", "weights.json"}
    assert times == {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert (seen.status, seen.notes, again.ok) == (Status.OK, [], True)


def test_large_weights_go_once_they_were_looked_at_and_what_was_seen_stays(dataset, store, tmp_path, monkeypatch):
    """Nobody trains for the same look; for another image both trainings are repeated, and the records stay."""
    shutil.copytree(store, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(sights, "MOST_KEPT", 100)
    folders = [record_folder(tmp_path, PLAN.digest, dataset.digest, seed) for seed in SEEDS]
    records = [(folder / "record.json").read_bytes() for folder in folders]

    first = looked(dataset, tmp_path, drawn=False, progress=Silence())["cnn"]
    gone = [list(folder.glob("weights*")) for folder in folders]
    same = looked(dataset, tmp_path, drawn=False)["cnn"]
    without = looked(dataset, tmp_path, {"images": [3]}, drawn=False)["cnn"]
    other = looked(dataset, tmp_path, {"images": [3]}, drawn=False, progress=Silence())["cnn"]

    assert first.ok and first.seeds == SEEDS and gone == [[], []]
    assert same == first
    assert "weights of this training were not kept" in without.cause.what
    assert (other.sights[0].name, len(other.sights[0].taken_for)) == ("test image 3", 2)
    assert records == [(folder / "record.json").read_bytes() for folder in folders]


def test_small_weights_and_those_that_drawings_need_stay(dataset, store, tmp_path, monkeypatch):
    shutil.copytree(store, tmp_path, dirs_exist_ok=True)
    looked(dataset, tmp_path, drawn=False)
    monkeypatch.setattr(sights, "MOST_KEPT", 100)
    looked(dataset, tmp_path)

    assert len(list(tmp_path.rglob("weights.npz"))) == 2


def test_a_repeated_training_that_came_out_otherwise_is_told(dataset, store, tmp_path):
    """As on another machine: here the weights of another seed stand in the place of the second training's."""
    folder = record_folder(tmp_path, PLAN.digest, dataset.digest, 1)
    shutil.copytree(record_folder(store, PLAN.digest, dataset.digest, 1), folder)
    shutil.copytree(record_folder(store, PLAN.digest, dataset.digest, 2), folder / "again")
    (folder / "weights.json").unlink()

    weights.adopt_weights(folder)
    seen = looked(dataset, tmp_path, seeds=[1])["cnn"]
    (note,) = seen.notes

    assert "was trained again with the same seed" in note
    with speaking("sv"):
        (swedish,) = seen_view(seen).notes
    assert re.fullmatch(r"Nätverket tränades om med samma frö .* med upp till \d,\d\d från de uppmätta\.", swedish)
    assert not (folder / "again").exists()


def test_damaged_weights_are_not_looked_at(dataset, store, tmp_path):
    folder = record_folder(tmp_path, PLAN.digest, dataset.digest, 1)
    shutil.copytree(record_folder(store, PLAN.digest, dataset.digest, 1), folder)
    (folder / "weights.npz").write_bytes(b"damaged")

    assert looked(dataset, tmp_path, seeds=[1])["cnn"].status is Status.FAULT
    assert weights.lacks_weights(folder, load_record(folder))


def test_the_image_that_confuses_most_is_shown_from_input_to_probabilities(dataset, store):
    """A layer's picture holds its channels; probabilities are those of the first training, classes those of each."""
    seen = looked(dataset, store)["cnn"]
    sight = seen.sights[0]

    folder = record_folder(store, PLAN.digest, dataset.digest, 1)
    index = most_confused(folder)
    known = np.load(folder / "outputs.npz", allow_pickle=False)["probabilities"][index].astype(float)
    two = np.sort(np.load(folder / "outputs.npz", allow_pickle=False)["probabilities"].astype(float), axis=1)[:, -2:]
    assert (seen.seeds, sight.name) == (SEEDS, f"test image {index}")
    assert known.max() - np.sort(known)[-2] == pytest.approx((two[:, 1] - two[:, 0]).min())
    assert list(sight.probabilities.values()) == pytest.approx(known, abs=2e-3)
    assert sight.taken_for[0] == max(sight.probabilities, key=sight.probabilities.get) and len(sight.taken_for) == 2
    assert [(maps.kind, maps.shape) for maps in sight.layers] == [("Conv2D", (6, 6, 8))]
    assert sight.layers[0].channels == list(range(8))
    assert (sight.saliency.height, sight.saliency.width) == SHAPE[:2]
    assert (seen.filters.shown, seen.filters.all, seen.filters.shape) == (8, 8, (3, 3, 3))
    for filter_ in seen.filters.numbers:
        assert len(filter_.weights) == 27 and np.linalg.norm(filter_.weights) == pytest.approx(filter_.norm, rel=1e-3)
        bounds = min(filter_.weights), max(filter_.weights)
        assert bounds == pytest.approx((filter_.least, filter_.greatest), rel=1e-3)


def test_chosen_images_are_shown_and_missing_ones_told(dataset, store):
    seen = looked(dataset, store, sees={"images": [3, 500, 3]})["cnn"]

    images = np.load(f"{dataset.folder}/test_images.npy")
    assert [sight.name for sight in seen.sights] == ["test image 3"]
    assert seen.sights[0].picture.raw == images[3].tobytes()
    assert seen.notes == ["There is no test image 500: the last one is 199."]
    with speaking("de"):
        assert seen_view(seen).notes == ("Es gibt kein Testbild 500: Das letzte ist 199.",)


def test_drawings_are_classified_by_every_training(dataset, store):
    """One of the test images, drawn again; a grey one counts in all three channels; another size is told."""
    image = np.load(f"{dataset.folder}/test_images.npy")[7]
    drawings = [
        Drawing(name="drawing-1", pixels=pixels_of(image)),
        Drawing(name="drawing-2", pixels=pixels_of(image[..., :1])),
        Drawing(name="drawing-3", pixels=pixels_of(np.zeros((9, 8, 1), np.uint8))),
        Drawing(name="drawing-4", status=Status.INVALID, cause=Cause(what="no PNG")),
    ]
    shown = looked(dataset, store, drawings=drawings)["confuse"].sights

    names = dataset.classes
    for seed, taken_for in zip(SEEDS, shown[0].taken_for, strict=True):
        folder = record_folder(store, PLAN.digest, dataset.digest, seed)
        known = np.load(folder / "outputs.npz", allow_pickle=False)["probabilities"][7]
        assert taken_for == names[int(known.argmax())]
    assert shown[1].picture.raw == np.repeat(image[..., :1], 3, axis=2).tobytes() and len(shown[1].taken_for) == 2
    assert shown[2].cause.what == "drawing-3.png has 8 × 9 pixels; the images of patterns have 8 × 8."
    with speaking("nl"):
        spoken = retold_cause(shown[2].cause)
    assert spoken.what == "drawing-3.png heeft 8 × 9 pixels; de beelden van patterns hebben 8 × 8."
    assert spoken.remedy == "Gebruik de tekenpagina."
    assert (shown[3].status, shown[3].cause.what) == (Status.INVALID, "no PNG")
    assert not shown[2].taken_for and not shown[3].taken_for


def test_asking_to_see_changes_no_measurement_and_no_grading(dataset):
    """Submissions are read anew, for drawings; training finds its records, and repeats one only for its weights."""
    stages = ("extract", "check", "train", "measure", "see", "grade", "report")
    task = {"id": "cnn", "title": "C", "kind": "classifier", "points": 1, "threshold": "50 %"}
    rules = [
        Assignment.model_validate({"id": "a", "title": "A", "dataset": dataset.name, "tasks": [task | {"sees": sees}]})
        for sees in (False, True, {"drawings": True})
    ]
    plain, images, drawings = [{stage: part_digest(one, stage) for stage in stages} for one in rules]

    for before, after in ((plain, images), (images, drawings)):
        assert {stage for stage in stages if before[stage] != after[stage]} == {"extract", "train", "see", "report"}


def test_nothing_is_shown_where_no_network_was_to_be_trained(dataset, store):
    assert looked(dataset, store, model=CheckedModel(status=Status.INVALID)) == {}
    assert "confuse" not in looked(dataset, store)


def test_a_damaged_record_is_a_fault_and_a_divergence_a_failure(dataset, store, tmp_path):
    """Neither is an exception, so that the other students are not stopped."""
    missing = looked(dataset, tmp_path)["cnn"]
    folder = record_folder(store, PLAN.digest, dataset.digest, 1)
    elsewhere = record_folder(tmp_path, PLAN.digest, dataset.digest, 1)
    changed = {"status": Status.FAILED, "diverged_at": 3, "cause": Cause(what="not finite"), "files": {}}
    save(elsewhere / "record.json", load_record(folder).model_copy(update=changed))

    diverged = looked(dataset, tmp_path, seeds=[1])["cnn"]

    assert missing.status is Status.FAULT and "is missing" in missing.cause.what
    assert (diverged.status, diverged.cause.what) == (Status.FAILED, "not finite")


def test_saliency_of_a_linear_network_is_its_weights():
    """The gradient of a linear score by the pixels is known: weight times scale, whatever softmax follows."""
    plan = plan_of(("Flatten", {}), ("Dense", {"units": CLASSES, "activation": "softmax"}))
    model = build_model(plan)
    kernel = model.get_weights()[0][:, 2].reshape(SHAPE)

    found = saliency(plan, model, np.full(SHAPE, 90, np.uint8), 2)

    assert found == pytest.approx(np.abs(kernel / 255).max(axis=-1), rel=1e-4)


def test_saliency_stops_before_a_softmax_layer():
    layers = ("Flatten", {}), ("Dense", {"units": CLASSES}), ("Softmax", {})
    plan = plan_of(*layers, optimizer=Optimizer(kind="SGD", arguments={"learning_rate": 0.1}))
    assert isinstance(plan.layers[-1], Layer)
    model = build_model(plan)

    found = saliency(plan, model, np.full(SHAPE, 90, np.uint8), 0)

    kernel = model.get_weights()[0][:, 0].reshape(SHAPE)
    assert found == pytest.approx(np.abs(kernel / 255).max(axis=-1), rel=1e-4)


def test_a_strip_holds_the_channels_that_differ_most():
    values = np.zeros((32, 32, 12), np.float32)
    values[0, 0, [1, 3, 5, 7, 8, 9, 10, 11]] = [1, 2, 3, 4, 5, 6, 7, 8]

    channels, picture = channel_strip(values)

    assert channels == [1, 3, 5, 7, 8, 9, 10, 11]
    assert (picture.height, picture.width) == (32, 8 * 32 + 7 * 2)
    assert np.frombuffer(picture.raw, np.uint8).reshape(32, -1)[0, -32] == 24  # the greatest value is dark


def test_large_maps_and_many_units_stay_within_limits():
    channels, strip = channel_strip(np.random.default_rng(0).random((500, 300, 2), np.float32))
    _, cells = unit_grid(np.arange(1000, dtype=np.float32))
    filters = filter_strip(np.ones((3, 3, 7, 2), np.float32))

    assert channels == [0, 1] and max(strip.height, strip.width) <= 130
    assert (cells.height, cells.width) == (8, 32)
    assert filters.channels == 1


def test_pixels_hold_what_their_sizes_say():
    with pytest.raises(ValueError, match="as many bytes"):
        Pixels(height=2, width=2, channels=1, data="AAAA")
    with pytest.raises(ValueError, match="no base64"):
        Pixels(height=2, width=2, channels=1, data="!!!")
