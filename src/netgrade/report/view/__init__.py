"""View models: all that a page shows, as text and figures, made first; templates only render them."""

from dataclasses import dataclass, replace

from netgrade.language import later, say
from netgrade.objects.grade import Verdict
from netgrade.report.figures import (
    ConfusionFigure,
    CurvesFigure,
    IntervalFigure,
    PlaneFigure,
    ReliabilityFigure,
)
from netgrade.report.parts.seen import SeenView
from netgrade.report.parts.worst import Worst
from netgrade.report.view.inside import Inside, SpeedLine


@dataclass(frozen=True)
class Mark:
    """A verdict for people: a word and a symbol, so that colour never has to carry it."""

    word: str
    symbol: str
    tone: str  # a class of the stylesheet: good, bad, open or none


_MARKS = {
    Verdict.PASS: Mark(later("passed"), "✓", "good"),
    Verdict.FAIL: Mark(later("not passed"), "✗", "bad"),
    Verdict.BORDERLINE: Mark(later("borderline"), "≈", "open"),
    Verdict.UNDECIDED: Mark(later("undecided"), "…", "open"),
    Verdict.PERSON: Mark(later("needs a person"), "?", "open"),
    Verdict.NOTHING: Mark(later("not handed in"), "∅", "none"),
    Verdict.MARKED: Mark(later("marked by hand"), "✎", "good"),
}


def mark_of(verdict: Verdict) -> Mark:
    """The mark of a verdict, in the language of the page."""
    mark = _MARKS[verdict]
    return replace(mark, word=say(mark.word))


@dataclass(frozen=True)
class Outcome:
    """How many tasks came to a verdict."""

    mark: Mark
    tasks: int


@dataclass(frozen=True)
class Notice:
    """Something to know before reading on."""

    heading: str
    text: str


@dataclass(frozen=True)
class Fact:
    """One labelled value."""

    label: str
    value: str


@dataclass(frozen=True)
class SummaryRow:
    """One task on the first page."""

    anchor: str
    title: str
    mark: Mark
    points: str
    measured: str
    threshold: str


@dataclass(frozen=True)
class NextStep:
    """What to do about a task that did not earn all of its points."""

    anchor: str
    title: str
    mark: Mark
    text: str


@dataclass(frozen=True)
class ModelRow:
    """One model beside the others."""

    anchor: str
    title: str
    parameters: str
    epochs: str
    train: str
    validation: str
    test: str
    gap: str


@dataclass(frozen=True)
class LayerLine:
    """One layer of a diagram: `width` is 1 to 20, by the logarithm of how many values it gives; `family` its colour."""

    name: str
    kind: str
    family: str
    shape: str
    width: int
    parameters: str
    note: str


@dataclass(frozen=True)
class LayerTable:
    """A model's layers and totals."""

    rows: tuple[LayerLine, ...]
    left_out: int
    total: str
    trainable: str
    fixed: str


@dataclass(frozen=True)
class ClassLine:
    """One class's figures."""

    name: str
    precision: str
    recall: str
    images: str


@dataclass(frozen=True)
class ConfusionLine:
    """One frequent mistake."""

    true: str
    predicted: str
    share: str


@dataclass(frozen=True)
class SeedLine:
    """One training."""

    seed: str
    train: str
    validation: str
    test: str
    epochs: str
    time: str


@dataclass(frozen=True)
class ClaimLine:
    """What the student stated against what was measured."""

    figure: str
    where: str
    claimed: str
    measured: str
    judgement: str


@dataclass(frozen=True)
class AdviceLine:
    """What to improve, and why."""

    what: str
    why: str


@dataclass(frozen=True)
class Section:
    """What the section of every task has. `kind` names its template in `templates/kinds/`."""

    kind: str
    anchor: str
    title: str
    mark: Mark
    points: str
    reason: str
    remedy: str
    overridden: str
    seen: SeenView | None


@dataclass(frozen=True)
class Evaluation:
    """The measured half of a classifier's section."""

    facts: tuple[Fact, ...]
    interval: IntervalFigure | None
    curves: CurvesFigure | None
    plane: PlaneFigure | None
    confusion: ConfusionFigure | None
    reliability: ReliabilityFigure | None
    top_confusions: tuple[ConfusionLine, ...]
    classes: tuple[ClassLine, ...]
    classes_caption: str
    worst: Worst | None
    seeds: tuple[SeedLine, ...]
    speeds: tuple[SpeedLine, ...]
    inside: Inside | None


@dataclass(frozen=True)
class ClassifierSection(Section):
    """A trained model."""

    layers: LayerTable | None
    compared_with: str
    difference: tuple[str, ...]
    evaluation: Evaluation | None
    claims: tuple[ClaimLine, ...]
    advice: tuple[AdviceLine, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True)
class DiagnosisSection(Section):
    """A model, what ails it, and the figures that show it."""

    prompt: str
    asked: str
    answer: str
    layers: LayerTable | None
    curves: CurvesFigure | None
    inside: Inside | None
    speeds: tuple[SpeedLine, ...]
    advice: tuple[AdviceLine, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True)
class AnswerCell:
    """One cell of a matrix as it was read; `wanted` is empty where it is right."""

    given: str
    wanted: str


@dataclass(frozen=True)
class PlaceLine:
    """One place of an ordering."""

    place: str
    given: str
    wanted: str
    right: bool


@dataclass(frozen=True)
class QuestionSection(Section):
    """A question and its answer."""

    prompt: str
    options: tuple[Fact, ...]
    matrices: tuple[tuple[tuple[AnswerCell, ...], ...], ...]
    places: tuple[PlaceLine, ...]
    answer: str
    accepted: str


@dataclass(frozen=True)
class StudentPage:
    """One student's report."""

    title: str
    assignment: str
    student: str
    points: str
    most_points: str
    complete: bool
    outcome: tuple[Outcome, ...]
    facts: tuple[Fact, ...]
    notices: tuple[Notice, ...]
    steps: tuple[NextStep, ...]
    summary: tuple[SummaryRow, ...]
    models: tuple[ModelRow, ...]
    sections: tuple[Section, ...]
    findings: tuple[str, ...]
    method: tuple[str, ...]
    output: str
