"""What extraction and checking find: in English in the record, and in the language of the page in the report."""

import ast
import html
import json
import re
from pathlib import Path

import numpy as np
import pytest
from every_kind import TEMPLATES
from PIL import Image
from test_drawings import png
from test_language import LANGUAGES, catalog_of
from test_style import a_network, a_task, flat, given_folder, handed_out, noise

import netgrade
from netgrade.checking import check
from netgrade.collect import collect, partition
from netgrade.errors import DataError
from netgrade.extract.drawings import read_drawings
from netgrade.extract.pictures import read_pictures
from netgrade.grade import grade
from netgrade.heard import SENTENCES, heard
from netgrade.language import say, speaking
from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Cause, Status
from netgrade.objects.dataset import Dataset
from netgrade.objects.declaration import Answer, Declaration, ModelDeclaration
from netgrade.objects.picture import StyleMeasurement
from netgrade.objects.plan import CheckedSubmission
from netgrade.objects.sight import Seen, Sight
from netgrade.objects.submission import Submission
from netgrade.objects.tasks.style import StyleCheck
from netgrade.phrases import caused, joined, phrases_of, retold, retold_cause, told
from netgrade.report import Backdrop
from netgrade.report.page import page_html
from netgrade.report.student import student_page
from netgrade.style import given_pictures, measure_styles
from netgrade.style.measures import Measures

SOURCE = Path(netgrade.__file__).parent
EXTRACT = SOURCE / "extract"
CHECKING = [*sorted((SOURCE / "checking").glob("*.py")), SOURCE / "heard.py"]
ERRORS = ("PlanError", "ShapeError", "UnsupportedError", "ValueError")
SLUG, DIGEST = "s00000000000", "0" * 64
DATA = Dataset(name="tiny", classes=list("abcdefghij"), shape=(28, 28, 1), train_images=6000, test_images=1000)


def rules(language="en", **limits):
    tasks = [{"id": name, "title": name, "kind": "classifier", "points": 1, "threshold": "accuracy > 50 %"}
             for name in ("first", "second")]  # fmt: skip
    tasks[1] |= {"limits": limits, "difference": {"compared_with": "first", "may_add": ["Dropout"]}}
    return Assignment.model_validate({"id": "a", "title": "A", "dataset": "tiny", "language": language, "tasks": tasks})


def declared(*layers, **changes):
    chain = [("InputLayer", {"batch_shape": [None, 28, 28, 1]}), *layers]
    config = [{"class_name": kind, "config": {"name": f"l{n}"} | given} for n, (kind, given) in enumerate(chain)]
    fields = {"architecture": {"class_name": "Sequential", "config": {"layers": config}}, "epochs": 2,
              "optimizer": {"class_name": "SGD", "config": {}}, "loss": "categorical_crossentropy",
              "transform": {"scale": [1.0], "offset": [0.0]}}  # fmt: skip
    return ModelDeclaration.model_validate(fields | changes)


FLATTEN, DENSE = ("Flatten", {}), ("Dense", {"units": 10, "activation": "softmax"})
USUAL = declared(FLATTEN, DENSE)


def found(second, assignment, first=USUAL):
    models = {"first": first, "second": second}
    declaration = Declaration(slug=SLUG, submission=DIGEST, isolation="bubblewrap", models=models)
    return check(declaration, assignment, {"tiny": DATA})[0]


def graded(checked, assignment):
    """As from the record, through JSON."""
    kept = CheckedSubmission.model_validate_json(checked.model_dump_json())
    return grade(Submission(slug=SLUG, folder="/x", digest=DIGEST), kept, assignment, {})


MANY = declared(FLATTEN, ("Dense", {"units": 64}), DENSE)
MORE = declared(FLATTEN, ("Dense", {"units": 64}), ("Dropout", {"rate": 0.5}), DENSE)
WRONG = declared(FLATTEN, ("Conv2D", {"filters": 4, "kernel_size": [3, 3]}), DENSE)
ODD = declared(FLATTEN, ("Dense", {"units": 0}), DENSE)


@pytest.mark.parametrize(
    ("second", "limits", "english", "swedish", "remedy"),
    [
        (MANY, {"parameters": 12345}, "The model has 50,890 parameters; the task allows at most 12,345.",
         "Modellen har 50\u00a0890 parametrar; uppgiften tillåter högst 12\u00a0345.", ""),
        (WRONG, {},
         "Layer `l2` (after `l1`): Conv2D needs an image (rows, columns, channels); its input has shape (784,)",
         "Lagret `l2` (efter `l1`): Conv2D behöver en bild (rader, kolumner, kanaler); dess indata har formen (784,)",
         "Sätt det före Flatten eller Dense, eller använd Reshape."),
        (ODD, {}, "Layer `l2`: Dense: `units` is 0; expected a whole number from 1 to 100000000",
         "Lagret `l2`: Dense: `units` är 0; förväntat: ett heltal från 1 till 100000000", ""),
        (MORE, {},
         "Only Dropout may be added to the model of first; also changed: added Dense(units=64) after Flatten().",
         "Bara Dropout får läggas till i modellen för first; också ändrat: tillagt: Dense(units=64) efter Flatten().",
         "Kopiera modellen för first och lägg bara till Dropout-lager."),
    ],
)  # fmt: skip
def test_a_refusal_is_english_in_the_record_and_swedish_in_the_report(second, limits, english, swedish, remedy):
    checked = found(second, rules("sv", **limits))
    refused = checked.models["second"]
    task = graded(checked, rules("sv", **limits)).tasks[1]

    assert (refused.status, refused.cause.what) == (Status.INVALID, english)
    assert (task.reason, task.remedy) == (swedish, remedy)
    assert graded(checked, rules("en", **limits)).tasks[1].reason == english


def test_a_swedish_report_says_nothing_of_a_model_in_english():
    """Refusal, remedy, findings and notes on layers."""
    doubtful = declared(FLATTEN, ("Dropout", {"rate": 0.0}), ("Dense", {"units": 10}),
                        callbacks=[{"class_name": "TensorBoard", "config": {}}])  # fmt: skip
    assignment = rules("sv", epochs=1)
    grades = graded(found(doubtful, assignment), assignment)
    with speaking("sv"):
        page = page_html(student_page(grades, Backdrop(assignment)), "report.html", TEMPLATES)

    assert "Träningen begär 2 epoker; uppgiften tillåter högst 1." in page
    assert "Epoker från upprepade fit av en modell läggs ihop." in page
    assert "Callbacken TensorBoard används inte vid rättningen." in page
    assert "Det sista lagret har ingen softmax" in page
    assert "En andel på 0 utelämnar ingenting." in page
    assert "tillagt: Dropout" in page
    assert not [text for text in ("takes part", "allows", "drops nothing", "softmax, but", "added ") if text in page]


def test_texts_of_students_stay_as_they_are():
    """Their braces are no fields, and what no catalog has is said unchanged."""
    what = told("Layer `{layer}`: {what}", layer="{what} {0}", what="1,5 of %s")
    with speaking("sv"):
        assert retold(str(what), phrases_of([what])) == "Lagret `{what} {0}`: 1,5 of %s"
        assert retold("NameError: x", {}) == "NameError: x"


def test_a_cause_is_said_again_with_its_remedy():
    cause = caused(joined([told("removed {layer}", layer=n) for n in "ab"], "; "), "Leave it out.")

    assert (cause.what, cause.remedy) == ("removed a; removed b", "Leave it out.")
    with speaking("de"):
        assert retold_cause(cause).what == "entfernt: a; entfernt: b"
        assert retold_cause(cause).remedy == "Weglassen."


@pytest.mark.parametrize("path", CHECKING, ids=lambda path: path.stem)
def test_no_error_of_checking_is_written_past_the_catalogs(path):
    """Every sentence is made by `told` or named by `later`, whose templates the tests of languages look for."""
    for call in (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if name in (*ERRORS, "append") or (name == "Cause" and path.stem != "submission"):
            texts = [part for arg in call.args if isinstance(arg, ast.Constant | ast.JoinedStr | ast.BinOp)
                     for part in ast.walk(arg) if isinstance(getattr(part, "value", None), str)]  # fmt: skip
            assert not texts, f"{path.name}:{call.lineno}"


@pytest.mark.parametrize("language", ["sv", "nl", "de"])
def test_every_sentence_of_checking_has_a_translation(language):
    calls = [node for path in CHECKING for node in ast.walk(ast.parse(path.read_text("utf-8")))
             if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("told", "later")]  # fmt: skip
    templates = {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}

    with speaking(language):
        same = {template for template in templates if say(template) == template}
    assert len(templates) > 130
    assert same <= {"{place}: {what}", "pooling"}


def test_what_extraction_says_is_known():
    """Of models, images and submissions; what stands behind a file's or a function's name ends such a sentence."""
    known = {re.sub(r"\{\w+\}", "{}", sentence) for sentence in SENTENCES}
    names = ("reading", "declare", "notebook", "recorder", "scripts", "variants", "outputs", "pictures", "drawings")
    outside = (EXTRACT / f"{name}.py" for name in ("submission", "saved", "pictures", "drawings"))
    said = set()
    for path in (*outside, SOURCE / "pictures.py", *(EXTRACT / "child" / f"{name}.py" for name in names)):
        tree = ast.parse(path.read_text("utf-8"))
        parts = [n for n in ast.walk(tree) if isinstance(n, ast.JoinedStr | ast.Constant)]
        hidden = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        hidden |= {id(inner) for n in parts if isinstance(n, ast.JoinedStr) for inner in ast.walk(n) if inner is not n}
        said |= {text for n in parts if id(n) not in hidden and re.search(r" .*[a-z] [a-z]", text := words_of(n))}

    ends = {end for end in said if any(sentence.endswith(f": {end}.") for sentence in known)}
    assert said - known - ends == {
        "stylize_{}() returned no image for `{}`: {}.", "{} was not read: {}.", "no size of an image",
        "{}, the image `{}` of the task `{}`, cannot be used: {}",
        "Put a PNG or JPEG there, or mend `given:` in assignment.yaml.",
        ", unable to parse", "({} that cannot be shown)", "a whole number that is too large",
        "You must call `compile()` before calling `fit()`.", "the function takes no argument `{}`",
        "check() does nothing while a notebook is read by the grader.",
    }  # fmt: skip


def words_of(node):
    """A text of the code with `{}` for what fills it in."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)


@pytest.mark.parametrize(
    ("english", "swedish"),
    [
        ("The code ran longer than the 60 s it may take (a timeout).",
         "Koden kördes längre än de 60 s den får ta (timeout)."),
        ("The fit in cell 7 would have trained a model of another section, from cell 3: no cell of this section builds "
         "one.",
         "fit i cell 7 skulle ha tränat en modell från ett annat avsnitt, från cell 3: ingen cell i det här avsnittet "
         "bygger någon."),
        ("A cell failed: cell 3: ValueError: 1.5 {a}", "En cell misslyckades: cell 3: ValueError: 1.5 {a}"),
        ("A cell failed: {error}", "En cell misslyckades: {error}"),
        ("A cell failed: ", "A cell failed: "),
        ("m.py, line 3: NameError: name 'x' is not defined", "m.py, line 3: NameError: name 'x' is not defined"),
        ("A cell failed: " + "x" * 2000, "A cell failed: " + "x" * 2000),
    ],
)  # fmt: skip
def test_a_sentence_out_of_the_sandbox_is_said_again_only_where_it_is_known(english, swedish):
    assert heard(english) == english
    with speaking("sv"):
        assert retold(english, phrases_of([heard(english)])) == swedish


def test_a_submission_that_failed_and_its_cautions_are_told_in_swedish():
    cause = Cause(what="The code printed or wrote more than 5 MB.", remedy="Print less.")
    declaration = Declaration(slug=SLUG, submission=DIGEST, isolation="bubblewrap", status=Status.FAILED, cause=cause,
                              cautions=["The tf.data pipeline is empty.", "odd", "{error}"])  # fmt: skip
    checked = check(declaration, rules("sv"), {"tiny": DATA})[0]
    told = graded(checked, rules("sv"))

    assert (checked.cause.what, checked.cause.remedy) == (cause.what, cause.remedy)
    assert told.tasks[0].reason == "Koden skrev ut eller skrev mer än 5 MB."
    assert told.tasks[0].remedy == "Skriv ut mindre."
    assert told.findings == ["tf.data-pipelinen är tom.", "odd", "{error}"]


def images_graded(folder, language, files, functions=None, change=None, network="network.npz"):
    """The files of a task with images and what its functions make, as they come out of the sandbox, graded."""
    (folder / "student/art").mkdir(parents=True)
    for name, content in files.items():
        (folder / f"student/art/{name}.png").write_bytes(content)
    task, shown = a_task(), given_folder(folder)
    raw = json.loads(json.dumps(handed_out(folder / "student", shown, functions, task.hand_in)))
    raw["found"] = {name: one | (change or {}) for name, one in raw["found"].items()}
    assignment = Assignment(id="a", title="A", dataset="shapes10", tasks=[task], language=language)
    pictures = read_pictures({"art": raw}, assignment, folder / "kept" / SLUG)
    declaration = Declaration(slug=SLUG, submission=DIGEST, isolation="bubblewrap", pictures=pictures)
    given = given_pictures({"art": {name: Path(shown[name]) for name in task.given}}, folder / "kept/given")
    measuring = a_network(folder).model_copy(update={"weights": str(folder / network)})
    measured = measure_styles(declaration, assignment, given, {"shapes10": measuring}, folder / "kept", "v")
    styles = {task: StyleMeasurement.model_validate_json(one.model_dump_json()) for task, one in measured.items()}
    submission = Submission(slug=SLUG, folder="/x", digest=DIGEST)
    return grade(submission, check(declaration, assignment, {})[0], assignment, {}, styles=styles), assignment


def english_left(grades, assignment, sights=None):
    """Parts of the page with three words or more that the catalog has in the page's language, and that are English."""
    with speaking(assignment.language):
        page = page_html(student_page(grades, Backdrop(assignment, sights=sights or {})), "report.html", TEMPLATES)
    text = html.unescape(page.partition("</style>")[2])
    other = [id for id, one in catalog_of(assignment.language).items() if isinstance(id, str) and id != one.string]
    parts = {part for id in other for part in re.split(r"\{.*?\}|%\(\w+\)s|<.*?>", id)}
    return [part for part in parts if re.search(r"\w+ \w+ \w+", part) and part in text]


GOOD, BROKEN = png(Image.fromarray(noise(1))), b"\x89PNG"
IMAGES = [
    ({"files": {"result": GOOD, "once": GOOD}}, "Das Bild `again` wurde nicht abgegeben.", "Als again.png abgeben."),
    ({"files": {"result": BROKEN}}, "art/result.png: die Datei ist kein lesbares PNG oder JPEG.",
     "Neu als PNG speichern."),
    ({"files": {"result": png(Image.new("RGB", (64, 8))), "once": GOOD, "again": GOOD}},
     "art/result.png: das Bild hat 64 x 8 Pixel, und weniger als 16 auf einer Seite.", ""),
    ({"files": {"result": png(Image.new("1", (5000, 5000)))}},
     "art/result.png: das Bild hat 5000 x 5000 Pixel, mehr als 16 Millionen.", ""),
    ({"files": {}, "functions": {"art": lambda content, style: "done"}},
     "stylize_art() gab für `result` kein Bild zurück: erwartet ein Array von Zahlen, gefunden str.",
     "Ein Array wie das des Inhaltsbilds zurückgeben: Werte von 0 bis 1."),
    ({"files": {}, "functions": {"art": lambda content, style: content[0]}},
     "stylize_art() gab für `result` kein Bild zurück: erwartet ein Bild der Form (Höhe, Breite, 3), gefunden (32, 3).",
     "Ein Array wie das des Inhaltsbilds zurückgeben: Werte von 0 bis 1."),
    ({"files": {}, "functions": {"art": lambda content, style: content * np.nan}},
     "stylize_art() gab für `result` kein Bild zurück: das Bild enthält Zahlen, die nicht endlich sind.",
     "Ein Array wie das des Inhaltsbilds zurückgeben: Werte von 0 bis 1."),
    ({"files": {}, "functions": {"art": lambda content, style: content * 0 + 300}},
     "stylize_art() gab für `result` kein Bild zurück: erwartet Werte von 0 bis 1, oder uint8; gefunden bis 300.",
     "Ein Array wie das des Inhaltsbilds zurückgeben: Werte von 0 bis 1."),
    ({"files": {}, "functions": {"art": lambda content, style: 1 / 0}},
     "die Abgabe: ZeroDivisionError: division by zero", "stylize_art() muss ein Bild zurückgeben."),
    ({"files": {"result": GOOD}, "change": {"rows": 10**9}},
     "Was der Code als dieses Bild herausgab, ließ sich nicht lesen.",
     "Ein gewöhnliches Array zurückgeben oder das Bild als Datei abgeben."),
    ({"files": {"result": GOOD}, "network": "lost.npz"}, "lost.npz lässt sich nicht lesen: ",
     "results/style_network und results/store/networks löschen und `snakemake --cores all` ausführen."),
]  # fmt: skip


@pytest.mark.parametrize(("case", "german", "remedy"), IMAGES, ids=[german[-25:] for _, german, _ in IMAGES])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wrong_with_an_image_is_told_in_the_language_of_the_report(tmp_path, case, german, remedy, language):
    """A missing image, one that is none, functions that return something else, and what only the grader is at."""
    grades, assignment = images_graded(tmp_path, language, **case)
    (task,) = grades.tasks

    assert (german in task.reason, task.remedy == remedy) == (language == "de", language == "de" or not remedy)
    assert not english_left(grades, assignment)


def test_phrases_that_come_out_of_the_sandbox_are_not_believed():
    """Student code can write there: how a sentence is made up is found out outside."""
    made_up = {"what": "x", "remedy": "y", "phrases": {"x": {"template": "Print less."}}}
    raw = {"art": {"found": {}, "failed": {"result": made_up}}}
    assignment = Assignment(id="a", title="A", dataset="shapes10", tasks=[a_task()], language="de")

    cause = read_pictures(raw, assignment, None)["art"].failed["result"]

    assert (cause.what, cause.remedy, cause.phrases) == ("x", "y", {})


def test_a_figure_that_cannot_be_had_is_told_with_the_name_of_its_measure():
    check = StyleCheck(measure="sharpness", of=["result"], relative_to="plain", above=1)
    with pytest.raises(DataError) as raised:
        Measures(None, {}, {"result": noise(1), "plain": flat(9)}).value(check)
    what = raised.value.what

    assert what == "The sharpness of `plain` is 0, by which nothing is divided."
    with speaking("sv"):
        assert retold(what, phrases_of([what])) == "`plain` har värdet 0 för skärpa, och med det kan inget divideras."


def drawings_graded(folder, language, content):
    """A drawing that no network can be shown, as the stages hand it on, graded."""
    drawn = {"id": "confuse", "title": "D", "kind": "sees", "points": 1, "model_of": "first", "drawings": 1}
    plain = rules(language).model_dump()
    assignment = Assignment.model_validate(plain | {"tasks": [*plain["tasks"], drawn]})
    path = folder / "students/Ada/confuse/drawing-1.png"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    (number,) = partition(folder / "students", b"k" * 32)
    (submission,) = collect("a", number, folder / "students", folder / "places", b"k" * 32).submissions
    declaration = Declaration(
        slug=submission.slug, submission=DIGEST, isolation="bubblewrap", models={"first": USUAL, "second": USUAL},
        drawings=read_drawings(submission, assignment, "none")[0],
        answers={"confuse": Answer(text='{"drawing-1": {"drawn": "a", "taken_for": "b"}}', source="answers.yaml")},
    )  # fmt: skip
    checked = check(declaration, assignment, {"tiny": DATA})[0]
    checked = CheckedSubmission.model_validate_json(checked.model_dump_json())
    (drawing,) = checked.drawings["confuse"]
    seen = {"confuse": Seen(sights=[Sight(name=drawing.name, status=drawing.status, cause=drawing.cause)])}
    return grade(submission, checked, assignment, {}, sights=seen), assignment, {submission.slug: seen}


DRAWINGS = [
    (b"\x89PNG", "confuse/drawing-1.png lästes inte: den är ingen PNG-fil som kan läsas (UnidentifiedImageError)."),
    (bytes(2**17), "confuse/drawing-1.png lästes inte: den är större än 64 kB."),
    (png(Image.new("L", (65, 28))), "confuse/drawing-1.png lästes inte: den har 65 × 28 pixlar."),
    (png(Image.new("I;16", (28, 28))), "confuse/drawing-1.png lästes inte: den är ingen bild med 8 bitar per kanal."),
]


@pytest.mark.parametrize(("content", "swedish"), DRAWINGS, ids=["head", "long", "wide", "deep"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wrong_with_a_drawing_is_told_in_the_language_of_the_report(tmp_path, content, swedish, language):
    grades, assignment, sights = drawings_graded(tmp_path, language, content)
    task = grades.tasks[-1]

    assert (task.remedy == f"{swedish} Spara den med ritsidan.") is (language == "sv")
    assert not english_left(grades, assignment, sights)
