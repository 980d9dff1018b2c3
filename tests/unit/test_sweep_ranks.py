"""What ranks the variants of a sweep: as many trainings of each as all of them have."""

from netgrade.kinds import Evidence, grade_task
from netgrade.objects.assignment import Seeds
from netgrade.objects.grade import Verdict
from netgrade.objects.measurement import Interval, Measurement, SeedMeasure
from netgrade.objects.plan import CheckedModel, CheckedSubmission
from netgrade.objects.tasks import SweepTask

TASK = SweepTask(id="depth", title="Depth", kind="sweep", points=2, threshold="accuracy >= 95 %",
                 factors={"layers": [1, 2]})  # fmt: skip
SEEDS = Seeds(first=1, step=2, most=3)


def measured(plan, half, *validation):
    """A measurement whose trainings had these validation accuracies, and an interval around 96 %."""
    seeds = [SeedMeasure(seed=number, test_accuracy=0.96, train_accuracy=0.96, validation_accuracy=value,
                         epochs_run=5, best_epoch=None) for number, value in enumerate(validation)]  # fmt: skip
    return Measurement(plan=plan * 64, dataset="mnist", stand_in=False, accuracy=0.96, images=2000, seeds=seeds,
                       interval=Interval(low=0.96 - half, high=0.96 + half))  # fmt: skip


def graded(first, second):
    """The sweep's grade, where `depth/000` and `depth/001` were measured so."""
    models = {f"depth/{number:03}": CheckedModel(plan=one.plan, factors={"layers": str(number + 1)})
              for number, one in enumerate((first, second))}  # fmt: skip
    submission = CheckedSubmission(slug="s" + "0" * 11, submission="0" * 64, isolation="bubblewrap", models=models)
    return grade_task(TASK, Evidence(submission, {first.plan: first, second.plan: second}, SEEDS))


def test_the_best_keeps_its_place_when_it_is_trained_further():
    """Else one that was lucky once would take it, and need trainings for which there is no further round."""
    before = graded(measured("a", 0.05, 0.970), measured("b", 0.05, 0.965))
    after = graded(measured("a", 0.005, 0.970, 0.950, 0.951), measured("b", 0.05, 0.965))

    assert (before.verdict, before.wanted) == (Verdict.UNDECIDED, ["a" * 64])
    assert (after.verdict, after.variants[0].name, after.wanted) == (Verdict.PASS, "depth/000", [])


def test_trainings_that_all_have_count_for_the_rank():
    """A second training of each may turn the order."""
    assert [
        variant.validation
        for variant in graded(measured("a", 0.005, 0.90, 0.92), measured("b", 0.005, 0.95, 0.93)).variants
    ] == [0.94, 0.91]
