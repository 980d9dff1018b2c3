"""Images of students: how they are read, what is measured of them, and what they earn."""

import base64
import re

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from netgrade.errors import UnreadableError
from netgrade.extract.child.pictures import pictures_of
from netgrade.extract.pictures import read_pictures
from netgrade.kinds import Evidence, grade_task
from netgrade.objects.assignment import Assignment, Seeds
from netgrade.objects.base import Cause, Status
from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import Declaration
from netgrade.objects.grade import Verdict
from netgrade.objects.picture import CheckMeasure, FeatureNetwork, StyleMeasurement
from netgrade.objects.plan import CheckedSubmission
from netgrade.objects.tasks import StyleTask
from netgrade.pictures import png_of, read_picture
from netgrade.store import sha256_file
from netgrade.style import given_pictures, measure_styles
from netgrade.style.measures import difference, gram, sharpness
from netgrade.train import feature_network

SLUG = "s0123456789a"
CHECKS = [
    {"measure": "style_distance", "of": ["result", "style"], "relative_to": "content", "below": 0.5, "points": 2},
    {"measure": "identical", "of": ["once", "again"], "points": 1},
    {"measure": "difference", "of": ["once", "content"]},
]


def a_task(**changes):
    fields = {"id": "art", "title": "Art", "kind": "style", "points": 3, "checks": CHECKS,
              "given": {"content": "content.png", "style": "style.png"},
              "hand_in": ["result", "once", "again"]}  # fmt: skip
    return StyleTask.model_validate(fields | changes)


def an_assignment(task):
    return Assignment(id="a", title="A", dataset="shapes10", tasks=[task])


def noise(seed, height=24, width=32):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype("uint8")


def flat(value, height=24, width=32):
    return np.full((height, width, 3), value, "uint8")


def handed_out(tmp_path, given=None, functions=None, hand_in=("result",)):
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    asked = {"art": {"given": given or {}, "hand_in": list(hand_in)}}
    return pictures_of(asked, tmp_path, files, functions or {}).get("art")


# Reading hostile files.


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x89PNG\r\n\x1a\nnothing", "no PNG or JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG or JPEG"),
        (png_of(np.zeros((8, 64, 3), "uint8")), "fewer than 16"),
    ],
)
def test_a_file_that_is_no_image_has_its_cause(tmp_path, content, why):
    (tmp_path / "art").mkdir()
    (tmp_path / "art/result.png").write_bytes(content)

    assert why in handed_out(tmp_path)["failed"]["result"]["what"]


def test_a_gif_under_another_name_is_not_read(tmp_path):
    Image.fromarray(noise(1)).save(tmp_path / "result.png", "GIF")

    with pytest.raises(UnreadableError, match="no PNG or JPEG"):
        read_picture(tmp_path / "result.png")


def test_pixels_are_counted_before_they_are_unpacked(tmp_path):
    """25 million pixels fit into a few thousand bytes, and 400 million into 50,000."""
    for side, why in ((5_000, "5000 x 5000 pixels"), (20_000, "more than 16 million pixels")):
        Image.new("1", (side, side)).save(tmp_path / "bomb.png")

        with pytest.raises(UnreadableError, match=why):
            read_picture(tmp_path / "bomb.png")


def test_transparent_parts_are_white(tmp_path):
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(tmp_path / "a.png")

    assert read_picture(tmp_path / "a.png").min() == 255


# What comes out of the sandbox.


def test_images_come_out_as_they_were_handed_in(tmp_path):
    (tmp_path / "style").mkdir()
    Image.fromarray(noise(2)).save(tmp_path / "style/Result.PNG")
    task = a_task()

    found = read_pictures({"art": handed_out(tmp_path)}, an_assignment(task), tmp_path / "kept")["art"]

    picture = found.found["result"]
    assert (picture.width, picture.height, picture.source) == (32, 24, "style/Result.PNG")
    assert (read_picture(tmp_path / "kept" / f"{picture.file}.png") == noise(2)).all()


def test_a_large_image_is_scaled_down_and_keeps_its_size(tmp_path):
    (tmp_path / "art").mkdir()
    Image.fromarray(noise(3, 400, 800)).save(tmp_path / "art/result.png")

    found = read_pictures({"art": handed_out(tmp_path)}, an_assignment(a_task()), tmp_path / "kept")["art"]

    picture = found.found["result"]
    assert (picture.width, picture.height) == (800, 400)
    assert read_picture(tmp_path / "kept" / f"{picture.file}.png").shape == (192, 384, 3)


@pytest.mark.parametrize(
    "change",
    [
        {"rows": 10**9},
        {"rows": -1},
        {"rows": True},
        {"columns": "32"},
        {"rgb": "!!"},
        {"rgb": base64.b64encode(b"short").decode()},
        {"width": 10**7},
        {"width": "wide"},
    ],
)
def test_an_image_of_another_form_than_it_claims_is_no_image(tmp_path, change):
    (tmp_path / "art").mkdir()
    Image.fromarray(noise(2)).save(tmp_path / "art/result.png")
    raw = handed_out(tmp_path)
    raw["found"]["result"] |= change

    found = read_pictures({"art": raw}, an_assignment(a_task()), tmp_path / "kept")["art"]

    assert found.found == {}
    assert "could not be read" in found.failed["result"].what


@pytest.mark.parametrize("raw", [[], {"art": 3}, {"art": {"found": [], "failed": {}}}])
def test_a_result_of_another_form_is_refused(raw):
    with pytest.raises(UnreadableError):
        read_pictures(raw, an_assignment(a_task()), None)


def test_names_that_were_not_asked_for_are_left_out(tmp_path):
    raw = {"art": {"found": {"../../x": {}}, "failed": {"other": {"what": "x"}}}}

    assert read_pictures(raw, an_assignment(a_task()), tmp_path)["art"].found == {}


# Code that makes images.


def given_folder(tmp_path):
    folder = tmp_path / "given"
    folder.mkdir()
    for name, pixels in {"content": noise(5), "style": flat(40), "style_b": flat(200)}.items():
        Image.fromarray(pixels).save(folder / f"{name}.png")
    return {name: str(folder / f"{name}.png") for name in ("content", "style", "style_b")}


def test_a_function_is_called_as_the_names_of_the_images_say(tmp_path):
    """Half the content and half the style: each pass halves what was there before."""
    names = ["once", "again", "second_pass", "a_then_b", "b_alone", "chain_1", "chain_2", "chain_3"]
    given = given_folder(tmp_path)

    raw = handed_out(tmp_path, given, {"art": lambda content, style: content / 2 + style / 2}, names)

    found = {
        n: np.frombuffer(base64.b64decode(p["rgb"]), "uint8").reshape(24, 32, 3).mean() for n, p in raw["found"].items()
    }
    start = noise(5).mean()
    once, b_alone = start / 2 + 20, start / 2 + 100
    wanted = {"once": once, "again": once, "second_pass": once / 2 + 20, "a_then_b": once / 2 + 100, "b_alone": b_alone,
              "chain_1": once, "chain_2": once / 2 + 100, "chain_3": (once / 2 + 100) / 2 + 20}  # fmt: skip
    assert found == pytest.approx(wanted, abs=0.6)
    assert raw["found"]["once"]["pixels"] == raw["found"]["again"]["pixels"]


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (lambda content, style: content[..., 0], r"shape \(height, width, 3\), found \(24, 32\)"),
        (lambda content, style: content * np.nan, "not finite"),
        (lambda content, style: content * 255, "values from 0 to 1"),
        (lambda content, style: "done", "expected an array of numbers, found str"),
        (lambda content, style: 1 / 0, "ZeroDivisionError"),
        (lambda content, style: exit(), "SystemExit"),
    ],
)
def test_what_is_no_image_is_told_by_its_reason(tmp_path, function, why):
    raw = handed_out(tmp_path, given_folder(tmp_path), {"art": function})

    assert raw["found"] == {}
    assert re.search(why, raw["failed"]["result"]["what"])


# Measures.


def test_gram_matrices_forget_places():
    features = np.random.default_rng(0).random((6, 8, 5)).astype("float32")

    assert gram(features) == pytest.approx(gram(features[::-1, ::-1]), rel=1e-5)
    assert gram(features).shape == (5, 5)


def test_sharpness_falls_when_an_image_is_blurred():
    sharp = noise(7)
    blurred = ((sharp.astype(int) + np.roll(sharp, 1, 0) + np.roll(sharp, 1, 1)) // 3).astype("uint8")

    assert sharpness(flat(99)) == pytest.approx(0, abs=1e-9)
    assert 0 < sharpness(blurred) < sharpness(sharp) / 2


def test_difference_is_a_share_of_the_whole_range():
    assert difference(flat(0), flat(255)) == 1
    assert difference(flat(51), flat(0)) == pytest.approx(0.2)


def a_network(folder):
    """One convolution that averages colours, one after a pooling."""
    rng = np.random.default_rng(0)
    kernels = [rng.normal(size=(3, 3, 3, 6)).astype("float32"), rng.normal(size=(3, 3, 6, 8)).astype("float32")]
    path = folder / "network.npz"
    biases = {"bias_00": np.zeros(6, "float32"), "bias_01": np.zeros(8, "float32")}
    np.savez(path, kernel_00=kernels[0], kernel_01=kernels[1], **biases,
             poolings=np.array([0, 1]), style=np.array([0, 1]), content=np.array(1), scale=np.array(1 / 255),
             offset=np.zeros(3))  # fmt: skip
    return FeatureNetwork(name="shapes10", title="a network", weights=str(path), digest=sha256_file(path))


def measured(tmp_path, images, network=None, task=None):
    """What the stage makes of these images, with noise as content and stripes as style."""
    task = task or a_task()
    stripes = np.where(np.arange(32)[None, :, None] % 8 < 4, noise(8) // 4, 255 - noise(9) // 4).astype("uint8")
    (tmp_path / "in").mkdir()
    (tmp_path / "student/art").mkdir(parents=True)
    for name, pixels in {"content": noise(5) // 3 + 80, "style": stripes}.items():
        Image.fromarray(pixels).save(tmp_path / f"in/{name}.png")
    for name, pixels in images(stripes).items():
        Image.fromarray(pixels).save(tmp_path / f"student/art/{name}.png")
    raw = handed_out(tmp_path / "student", hand_in=task.hand_in)
    assignment, kept = an_assignment(task), tmp_path / "kept"
    pictures = read_pictures({"art": raw} if raw else {}, assignment, kept / SLUG)
    declaration = Declaration(slug=SLUG, submission="0" * 64, isolation="none", pictures=pictures)
    given = given_pictures({"art": {name: tmp_path / f"in/{name}.png" for name in task.given}}, kept / "given")
    return measure_styles(declaration, assignment, given, {"shapes10": network or a_network(tmp_path)}, kept, "v").get(
        "art"
    )


def test_a_copy_of_the_style_has_no_distance_from_it(tmp_path):
    found = measured(tmp_path, lambda style: {"result": style, "once": noise(1), "again": noise(1)})

    assert [check.status for check in found.checks] == [Status.OK] * 3
    assert found.checks[0].value == pytest.approx(0, abs=1e-9)
    assert found.checks[1].value == 0
    assert 0 < found.checks[2].value < 1


def test_one_pixel_is_enough_to_differ(tmp_path):
    other = noise(1)
    other[3, 4, 0] ^= 1

    found = measured(tmp_path, lambda style: {"result": style, "once": noise(1), "again": other})

    assert found.checks[1].value == pytest.approx(1 / (24 * 32))


def test_the_content_itself_is_as_far_from_the_style_as_the_content(tmp_path):
    found = measured(tmp_path, lambda style: {"result": noise(5) // 3 + 80})

    assert found.checks[0].value == pytest.approx(1)
    assert found.checks[1].status is Status.SKIPPED
    assert "`once` was not handed in" in found.checks[1].cause.what


def test_a_network_that_is_missing_or_changed_is_nobodys_zero(tmp_path):
    network = a_network(tmp_path)
    (tmp_path / "network.npz").write_bytes(b"other")

    found = measured(tmp_path, lambda style: {"result": style}, network)

    assert {check.status for check in found.checks} == {Status.FAULT}
    assert graded(found).verdict is Verdict.PERSON


def test_features_are_those_of_keras(tmp_path):
    keras = pytest.importorskip("keras")
    from netgrade.style.features import load_network

    network = load_network(a_network(tmp_path))
    image = keras.Input((23, 30, 3))
    first = keras.layers.Conv2D(6, 3, padding="same", activation="relu")
    second = keras.layers.Conv2D(8, 3, padding="same", activation="relu")
    hidden = first(image)
    model = keras.Model(image, [hidden, second(keras.layers.MaxPooling2D()(hidden))])
    first.set_weights([network.kernels[0], network.biases[0]])
    second.set_weights([network.kernels[1], network.biases[1]])

    pixels = noise(4, 23, 30)
    wanted = model(pixels[None].astype("float32") / 255)

    for ours, theirs in zip(network.features(pixels), wanted, strict=True):
        assert ours == pytest.approx(np.array(theirs)[0], rel=1e-3, abs=1e-3)


def test_vgg19_is_read_as_keras_keeps_it(tmp_path, monkeypatch):
    """Its own layers, with weights that were drawn: what Keras answers to an image is what is measured with."""
    keras, h5py = pytest.importorskip("keras"), pytest.importorskip("h5py")
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group

    from netgrade.style.features import load_network

    drawn = keras.applications.VGG19(include_top=False, weights=None)
    (tmp_path / "models").mkdir()
    with h5py.File(tmp_path / "models/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5", "w") as file:
        save_weights_to_hdf5_group(file, drawn)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    found = feature_network("vgg19", Dataset(name="shapes10"), False, tmp_path / "vgg.npz", None)
    pixels = noise(4, 40, 36)
    names = ("block1_conv1", "block2_conv1", "block4_conv2", "block5_conv1")
    model = keras.Model(drawn.inputs, [drawn.get_layer(name).output for name in names])
    wanted = model(keras.applications.vgg19.preprocess_input(pixels[None].astype("float32")))

    assert found.ok, found.cause
    ours = load_network(found).features(pixels)
    for index, theirs in zip((0, 2, 9, 12), wanted, strict=True):
        assert ours[index] == pytest.approx(np.array(theirs)[0], rel=1e-3, abs=1e-3)


def test_vgg19_is_not_downloaded_where_the_course_forbids_it(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))

    found = feature_network("vgg19", Dataset(name="shapes10"), False, tmp_path / "vgg.npz", None)

    assert found.status is Status.FAULT
    assert str(tmp_path) in found.cause.what
    assert not (tmp_path / "vgg.npz").exists()


# Grades.


def graded(found, task=None, status=Status.OK, pictured=("art",)):
    cause = None if status is Status.OK else Cause(what="It failed.")
    checked = CheckedSubmission(
        slug=SLUG, submission="0" * 64, isolation="none", status=status, cause=cause, pictured=list(pictured)
    )
    styles = {"art": found} if found else {}
    return grade_task(task or a_task(), Evidence(checked, {}, Seeds(), styles=styles))


def figures(*values):
    return StyleMeasurement(checks=[CheckMeasure(value=value) for value in values])


def test_points_follow_the_checks():
    assert (graded(figures(0.4, 0, 0.5)).verdict, graded(figures(0.4, 0, 0.5)).points) == (Verdict.PASS, 3)
    assert (graded(figures(0.6, 0, 0.5)).verdict, graded(figures(0.6, 0, 0.5)).points) == (Verdict.FAIL, 1)
    assert graded(figures(0.5, 0.1, 0.5)).points == 0


def test_what_no_check_measures_a_person_gives():
    grade = graded(figures(0.4, 0, 0.5), a_task(points=4))

    assert (grade.verdict, grade.points) == (Verdict.PERSON, None)
    assert "1 of 4 points are a person's to give" in grade.reason


def test_a_figure_that_is_not_known_needs_a_person():
    fault = CheckMeasure(status=Status.FAULT, cause=Cause(what="No disk."))
    found = StyleMeasurement(checks=[CheckMeasure(value=0.4), fault, CheckMeasure(value=1)])

    assert (graded(found).verdict, graded(found).points, graded(found).reason) == (Verdict.PERSON, None, "No disk.")
    assert graded(figures(0.4, 0)).verdict is Verdict.PERSON


def test_an_image_that_is_missing_or_no_image_earns_nothing():
    missing = CheckMeasure(status=Status.SKIPPED, cause=Cause(what="The image `again` was not handed in."))
    found = StyleMeasurement(checks=[CheckMeasure(value=0.4), missing, CheckMeasure(value=1)])

    assert (graded(found).verdict, graded(found).points) == (Verdict.FAIL, 2)
    assert "`again` was not handed in" in graded(found).reason


def test_without_images_the_submission_says_why():
    assert graded(None, pictured=()).verdict is Verdict.NOTHING
    assert graded(None).verdict is Verdict.PERSON
    assert (graded(None, status=Status.TIMEOUT).verdict, graded(None, status=Status.TIMEOUT).points) == (
        Verdict.FAIL,
        0,
    )
    assert graded(None, status=Status.FAULT).points is None


# The assignment file.


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"points": 2}, "the checks give 3 points"),
        ({"given": {"content": "/etc/passwd"}}, "below the assignment's folder"),
        ({"given": {"content": "../x.png"}}, "below the assignment's folder"),
        ({"given": {"result": "x.png"}}, "must differ"),
        ({"checks": [{"measure": "size", "of": ["nothing"]}]}, "neither `given` nor `hand_in`"),
        ({"checks": [{"measure": "identical", "of": ["once"]}]}, "is measured of 2 images"),
        ({"checks": [{"measure": "identical", "of": ["once", "again"], "below": 1}]}, "has no bound"),
        ({"checks": [{"measure": "size", "of": ["once"], "points": 1}]}, "need a bound"),
        ({"checks": [{"measure": "size", "of": ["once"], "relative_to": "result"}]}, "no meaning"),
    ],
)
def test_a_mistake_in_the_task_is_told(changes, why):
    with pytest.raises(ValidationError, match=why):
        a_task(**changes)
