"""Files of a student: whatever they hold gives a result with its cause, and never stops the others."""

import io
import json
import re
import zipfile

import pytest
import yaml
from cases import TEXTS, damaged, holds, is_sound, spoiled
from hypothesis import strategies as st
from networks import saved
from submission import DATA, RULES, extract, hand_in
from test_files import with_snippets

from netgrade.checking import check
from netgrade.collect import collect, partition, slug_of
from netgrade.documents import printable
from netgrade.kinds import Evidence, grade_task
from netgrade.objects.assignment import Seeds
from netgrade.objects.base import Status
from netgrade.objects.declaration import Answer
from netgrade.objects.grade import Verdict
from netgrade.objects.plan import CheckedSubmission
from netgrade.objects.tasks import QuestionTask


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("submissions")


def sound(declaration):
    """Every task of a declaration can be checked and graded, without any training."""
    assert is_sound(declaration)
    checked, plans = check(declaration, RULES, {DATA.name: DATA})
    assert is_sound(checked) and all(map(is_sound, [*checked.models.values(), *plans.values()]))
    assert all(is_sound(grade_task(task, Evidence(checked, {}, Seeds()))) for task in RULES.tasks)
    return checked


def archive(**members):
    """A zip in memory."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in members.items():
            made.writestr(name.replace("__", "."), text)
    return content.getvalue()


ANSWERS = {"size": 608, "why": "because"}
TRAINING = {"cnn": {"epochs": 5, "batch_size": 32, "validation_split": 0.2}, "own": {"epochs": 5}}
SAVED = archive(config__json=json.dumps(saved()))


def written(document):
    """The document spoiled as data, as text, and as bytes."""
    text = yaml.safe_dump(document, sort_keys=False)
    return spoiled(document).map(yaml.safe_dump) | with_snippets(text) | damaged(text.encode())


@holds(answers=written(ANSWERS))
def test_answers(folder, answers):
    content = answers if isinstance(answers, bytes) else answers.encode(errors="surrogatepass")
    found = extract(hand_in(folder / "answers", answers__yaml=content, own__keras=SAVED))
    sound(found)

    assert found.status is Status.OK
    assert found.models["own"].cause is None


@holds(training=written(TRAINING))
def test_training_settings(folder, training):
    """The model may be invalid; its cause then names the file and the field."""
    content = training if isinstance(training, bytes) else training.encode(errors="surrogatepass")
    found = extract(hand_in(folder / "training", training__yaml=content, answers__yaml=b"why: so", own__keras=SAVED))
    sound(found)

    assert found.answers["why"].text == "so"
    own = found.models["own"]
    assert own.ok or re.match(r"training\.yaml: own: `(epochs|batch_size|validation_split)`", own.cause.what)


@holds(config=spoiled(saved()))
def test_a_saved_model_that_describes_anything(folder, config):
    content = archive(config__json=json.dumps(config))
    found = extract(hand_in(folder / "keras", own__keras=content, training__yaml=b"own: {epochs: 5}"))

    assert sound(found).models["own"].plan or found.models["own"].cause or found.models["own"].ok


@holds(content=damaged(SAVED) | st.binary(max_size=100))
def test_a_saved_model_of_any_bytes(folder, content):
    found = extract(hand_in(folder / "damaged", own__keras=content, cnn__keras=SAVED))
    sound(found)

    assert found.models["cnn"].ok
    assert found.models["own"].ok or "own.keras" in found.models["own"].cause.what


KEY = b"k" * 32
WORK = archive(**{"work/a__py": "x = 1", "work/answers__yaml": "why: so", "lab__ipynb": "{}" * 50})


@holds(content=damaged(WORK) | st.binary(max_size=60))
def test_a_zip_of_any_bytes(folder, content):
    students = folder / "zips"
    students.mkdir(exist_ok=True)
    (students / "Ada.zip").write_bytes(content)
    (students / "Bob.zip").write_bytes(WORK)
    chunks = partition(students, KEY)
    found = {s.slug: s for c in chunks for s in collect("lab", c, students, folder / "places", KEY).submissions}
    ada, bob = found[slug_of("Ada", KEY)], found[slug_of("Bob", KEY)]

    assert is_sound(ada) and is_sound(bob) and bob.ok
    assert ada.status in (Status.OK, Status.SKIPPED, Status.INVALID)


NAMES = ["a.py", "a.py/b", "../a.py", "/a.py", "a\\b.py", "", ".", "..", "./a.py", "a/./b.py", "x" * 300, "\x00",
         "\ud800", "a\n.py", "con", "é.py", "e\u0301.py", "a/", "//", "a" + "/b" * 200, "~", "-rf"]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
@holds(members=st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=6), st.binary(max_size=5)), max_size=4))
def test_a_zip_with_any_names(folder, members):
    students = folder / "names"
    students.mkdir(exist_ok=True)
    with zipfile.ZipFile(students / "Ada.zip", "w") as made:
        for name, content in members:
            info = zipfile.ZipInfo("x")
            info.filename = name.encode(errors="replace").decode()
            made.writestr(info, content)
    [found] = collect("lab", "c00", students, folder / "named", KEY).submissions

    assert is_sound(found)


def answered(task, text):
    """The grade of one question."""
    task = QuestionTask.model_validate({"id": "q", "title": "Q", "kind": "question", "prompt": "?", "points": 2} | task)
    checked = CheckedSubmission(slug="s00000000000", submission="0" * 64, isolation="none",
                                answers={"q": Answer(text=text, source="")})  # fmt: skip
    grade = grade_task(task, Evidence(checked, {}, Seeds()))
    assert is_sound(grade)
    assert (grade.verdict, grade.points) in [(Verdict.PASS, 2.0), (Verdict.FAIL, 0.0), (Verdict.PERSON, None)]
    return grade.verdict


PIECES = st.sampled_from(["0,5", "0.5", "1.000,5", "1,000.5", "1e400", "nan", "∞", "-", "−", " ", "\n", "x", "×", "(",
                          ")", "[", "]", ",", "'", "None", "?", "32", "3", "1/2", "10**400", "9" * 400, " " * 900,
                          "(" * 900, "1" * 900, ",1" * 400, "٣", "²", "½"])  # fmt: skip
PROSE = st.lists(PIECES | st.text(max_size=4), max_size=6).map("".join) | st.sampled_from(TEXTS).map(printable)
LONG = st.builds(str.__mul__, PIECES, st.sampled_from([5000, 20_000])).map(lambda text: text[:20_000])


@holds(text=PROSE | LONG, right=st.floats(-1e6, 1e6) | st.integers(-(10**12), 10**12))
def test_any_text_for_a_number(text, right):
    answered({"answer_type": "number", "answer": right}, text)


@holds(text=PROSE | LONG)
def test_any_text_for_a_shape(text):
    answered({"answer_type": "shape", "answer": [None, 32, 32, 3]}, text)


@holds(number=st.integers(-(10**14), 10**14), mark=st.sampled_from([" ", "'", "’", "_", "\u00a0", "\u202f", ""]))
def test_whole_numbers_in_every_notation(number, mark):
    text = f"{number:,}".replace(",", mark)

    assert answered({"answer_type": "number", "answer": number}, f"It has {text}.") is Verdict.PASS
    assert answered({"answer_type": "number", "answer": number + 1}, f"It has {text}.") is Verdict.FAIL


@holds(tenths=st.integers(-(10**9), 10**9))
def test_decimals_with_a_comma_or_a_point(tenths):
    plain = f"{tenths / 10:.1f}"
    english = f"{tenths / 10:,.1f}"
    german = english.translate(str.maketrans(",.", ".,"))
    for text in (plain, plain.replace(".", ","), english, german, plain.replace("-", "−")):
        assert answered({"answer_type": "number", "answer": tenths / 10, "tolerance": 0.01}, text) is Verdict.PASS


@holds(sizes=st.lists(st.integers(1, 10**6), min_size=2, max_size=4), form=st.sampled_from(["({})", "[{}]", "{}"]),
       between=st.sampled_from([", ", ",", " x ", "×"]), first=st.sampled_from(["", "None", "?", "N"]))  # fmt: skip
def test_shapes_in_every_notation(sizes, form, between, first):
    """A leading word stands for the number of images."""
    brackets = form != "{}"
    words = [*([first] if first and brackets and "," in between else []), *map(str, sizes)]
    text = form.format((between if not brackets or "," in between else ", ").join(words))

    assert answered({"answer_type": "shape", "answer": sizes}, text) is Verdict.PASS
    assert answered({"answer_type": "shape", "answer": [*sizes, 7]}, text) is not Verdict.PASS
