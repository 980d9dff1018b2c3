"""Made-up but plausible grades, for tests of what comes after measuring."""

from dataclasses import replace

import numpy as np

from netgrade.objects.assignment import Assignment
from netgrade.objects.base import Cause, Status
from netgrade.objects.declaration import Claim
from netgrade.objects.grade import Advice, Grade, TaskGrade, Verdict
from netgrade.objects.measurement import (
    CalibrationBin,
    ClassMeasure,
    Confusion,
    Curve,
    Interval,
    Measurement,
    SeedMeasure,
    Speed,
    WorstImage,
)
from netgrade.objects.plan import CheckedModel, LayerRow
from netgrade.report import Backdrop

CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
HOSTILE = "O'Neill, Jörg <script>"
TITLES = {
    "dense": "Fully connected classifier",
    "cnn": "Convolutional classifier",
    "dropout": "The same network with Dropout",
    "batchnorm": "The same network with batch normalisation",
    "own": "Your own design",
}


def an_assignment() -> Assignment:
    """Five classifiers and two questions."""
    thresholds = {
        "dense": "> 45 %",
        "cnn": ">= 62 %",
        "dropout": ">= 55 %",
        "batchnorm": ">= 55 %",
        "own": ">= 75 %",
    }
    tasks = [
        {
            "id": name,
            "title": TITLES[name],
            "kind": "classifier",
            "points": 4,
            "threshold": f"accuracy {bound}",
        }
        for name, bound in thresholds.items()
    ]
    tasks[2]["difference"] = {"compared_with": "cnn", "may_add": ["Dropout"]}
    tasks[4]["partial_credit"] = {"zero_at": 0.62}
    questions = [
        {"id": "shape", "title": "What the dimensions of the training images mean", "kind": "question", "points": 1,
         "answer_type": "shape", "prompt": "What is the shape of X_train, without the number of images?",
         "answer": [32, 32, 3]},
        {"id": "batch_size", "title": "Why the batch size matters", "kind": "question", "points": 1,
         "answer_type": "text", "prompt": "What may go wrong with a badly chosen mini-batch size?"},
    ]  # fmt: skip
    return Assignment.model_validate(
        {"id": "quickstart", "title": "Deep learning, quickstart", "dataset": "shapes10", "tasks": tasks + questions,
         "due": "2026-03-14T23:59:00Z", "late": {"per_day": 0.1, "days": 7}}
    )  # fmt: skip


def a_measurement(accuracy: float = 0.64, trainings: int = 3, epochs: int = 15, seed: int = 0) -> Measurement:
    """A measurement of `trainings` trainings around a test accuracy."""
    rng = np.random.default_rng(seed)
    confusion = _confusion(accuracy, trainings, rng)
    shares = confusion / confusion.sum(axis=1, keepdims=True)
    pairs = sorted(((shares[t, p], t, p) for t in range(10) for p in range(10) if t != p), reverse=True)
    return Measurement(
        plan=f"{seed:064x}", dataset="shapes10", stand_in=True, images=10000, accuracy=accuracy,
        interval=Interval(low=accuracy - 0.022, high=accuracy + 0.022),
        seeds=[_seed(2026 + i, accuracy + 0.01 * (i - 1), epochs) for i in range(trainings)],
        curves=[_curve(2026 + i, accuracy, epochs, rng) for i in range(trainings)],
        classes=[
            ClassMeasure(name=n, precision=float(confusion[i, i] / confusion[:, i].sum()), recall=float(shares[i, i]),
                         images=1000)
            for i, n in enumerate(CLASSES)
        ],
        confusion=confusion.tolist(),
        top_confusions=[Confusion(true=CLASSES[t], predicted=CLASSES[p], share=float(s)) for s, t, p in pairs[:6]],
        worst=[_worst(i, rng) for i in range(8)],
        calibration=[
            CalibrationBin(low=i / 10, high=(i + 1) / 10, confidence=i / 10 + 0.05, accuracy=0.9 * i / 10 + 0.03,
                           images=200 + 100 * i)
            for i in range(10)
        ],
        calibration_error=0.061, gap=0.115,
    )  # fmt: skip


def _confusion(accuracy: float, trainings: int, rng: np.random.Generator) -> np.ndarray:
    rows = []
    for label in range(10):
        weights = rng.dirichlet(np.full(10, 0.6))
        weights[label] = 0
        weights = weights / weights.sum() * (1 - accuracy)
        weights[label] = accuracy
        rows.append(rng.multinomial(1000 * trainings, weights / weights.sum()))
    return np.array(rows)  # (true, predicted)


def _seed(seed: int, accuracy: float, epochs: int) -> SeedMeasure:
    return SeedMeasure(
        seed=seed, test_accuracy=accuracy, train_accuracy=accuracy + 0.115, validation_accuracy=accuracy + 0.01,
        epochs_run=epochs, best_epoch=None,
    )  # fmt: skip


def a_backdrop(names: dict[str, str] | None = None, **changes: object) -> Backdrop:
    """What pages show beside grades: the reference, a speed for each training of the first task, and names."""
    fast = {
        f"{place:064x}": [
            Speed(seed=2026 + number, train_seconds=74.6, examples_per_second=8123.0, inferences_per_second=23456.0,
                  device="cpu: AMD EPYC, 1 thread")
            for number in range(3)
        ]
        for place in range(40)
    }  # fmt: skip
    named = {"s00000000000": HOSTILE} if names is None else names
    return replace(Backdrop(an_assignment(), a_grade(3), named, fast), **changes)


def _curve(seed: int, accuracy: float, epochs: int, rng: np.random.Generator) -> Curve:
    rise = 1 - np.exp(-np.arange(1, epochs + 1) / 4)
    noise = rng.normal(0, 0.008, (4, epochs))
    return Curve(
        seed=seed, loss=(2.2 - 1.4 * rise + noise[0]).tolist(), accuracy=((accuracy + 0.12) * rise + noise[1]).tolist(),
        val_loss=(2.2 - 1.1 * rise + noise[2]).tolist(), val_accuracy=((accuracy + 0.01) * rise + noise[3]).tolist(),
    )  # fmt: skip


def _worst(place: int, rng: np.random.Generator) -> WorstImage:
    probabilities = rng.dirichlet(np.full(10, 0.15))
    order = probabilities.argsort()
    return WorstImage(
        index=17 * place + 3, true=CLASSES[order[0]], predicted=CLASSES[order[-1]],
        probabilities={name: float(p) for name, p in zip(CLASSES, probabilities, strict=True)},
    )  # fmt: skip


def a_model(layers: int = 9, seed: int = 0) -> CheckedModel:
    """A checked convolutional model."""
    kinds = [
        "InputLayer",
        "Conv2D",
        "MaxPooling2D",
        "Conv2D",
        "MaxPooling2D",
        "Flatten",
        "Dense",
        "Dropout",
        "Dense",
    ]
    rows = [
        LayerRow(kind=kinds[i % len(kinds)], name=f"layer_{i}", output_shape=(16, 16, 64), parameters=2432 * i,
                 trainable=2432 * i, flops=100_000)
        for i in range(layers)
    ]  # fmt: skip
    total = sum(row.parameters for row in rows)
    return CheckedModel(
        plan=f"{seed:064x}", rows=rows, parameters=total, trainable=total - 386, flops=4_812_000,
        claims=[Claim(figure="test_accuracy", value=0.6307, where="cell 41"),
                Claim(figure="parameters", value=total, where="cell 22")],
    )  # fmt: skip


def a_task_grade(task: str, verdict: Verdict = Verdict.PASS, accuracy: float = 0.64, seed: int = 0) -> TaskGrade:
    """A measured classifier task."""
    return TaskGrade(
        task=task, verdict=verdict, points={Verdict.PASS: 4.0, Verdict.FAIL: 0.0}.get(verdict), most_points=4,
        reason=f"Test accuracy {accuracy:.1%} (95% interval), 3 trainings.", model=a_model(seed=seed),
        measurement=a_measurement(accuracy, seed=seed),
        advice=[Advice(what="Fight overfitting: add Dropout or augmentation, or stop earlier.",
                       why="On training images the accuracy is 11.5% higher than on test images.")],
    )  # fmt: skip


def a_grade(number: int = 0) -> Grade:
    """A grade with every verdict, a stand-in data set and a question that waits."""
    verdicts = [Verdict.PASS, Verdict.PASS, Verdict.BORDERLINE, Verdict.PASS]
    accuracies = [0.481, 0.668, 0.552, 0.641]
    tasks = [
        a_task_grade(name, verdict, accuracy + 0.004 * number, seed=10 * number + place)
        for place, (name, verdict, accuracy) in enumerate(zip(TITLES, verdicts, accuracies, strict=False))
    ]
    difference = ["added: Dropout(0.2) after max_pooling2d", "added: Dropout(0.2) after max_pooling2d_1"]
    tasks[2] = tasks[2].model_copy(
        update={"model": a_model(seed=10 * number + 2).model_copy(update={"difference": difference})}
    )
    tasks.append(_failed())
    tasks += [
        TaskGrade(task="shape", verdict=Verdict.PASS, points=1, most_points=1, reason="The answer is right.",
                  answer="(32, 32, 3)", accepted="[32, 32, 3]"),
        TaskGrade(task="batch_size", verdict=Verdict.PERSON, points=None, most_points=1,
                  reason="A person marks this answer.", answer="Too small: the <b>estimates</b> are noisy."),
    ]  # fmt: skip
    return Grade(
        slug=f"s{number:011d}", submission="ab" * 32, assignment="quickstart",
        isolation="none", handed_in="2026-03-15T08:12:00Z",
        late_note="Handed in 1 day late: 10% of the points are taken off.",
        late_factor=0.9, tasks=tasks, points=11.7, most_points=22, complete=False,
        findings=["The notebook was not run from top to bottom."],
        output="Epoch 1/15\rEpoch 2/15\x1b[31m\nTraceback (most recent call last):\nValueError: bad shape\n",
    )  # fmt: skip


def _failed() -> TaskGrade:
    """A model that was refused before any training."""
    cause = Cause(what="Layer dense_2 expects 2 dimensions and gets 4.", remedy="Put a Flatten layer before it.")
    model = CheckedModel(status=Status.INVALID, cause=cause)
    return TaskGrade(task="own", verdict=Verdict.FAIL, points=0, most_points=4, reason=cause.what,
                     remedy=cause.remedy, model=model)  # fmt: skip
