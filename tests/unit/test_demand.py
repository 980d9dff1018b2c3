"""What a job of training asks for: more for more work, twice as much after a failure, never less than it needs."""

from pathlib import Path

import pytest
from train_case import convolutional, dense

from netgrade.demand import Demand, demand_of, of_plans
from netgrade.machine import SHARES_PER_GPU
from netgrade.objects.assignment import Seeds
from netgrade.objects.dataset import Dataset
from netgrade.objects.grade import Grades
from netgrade.objects.plan import CheckedModel, CheckedSubmission, CheckedSubmissions, Plan
from netgrade.store import save

DATA = Dataset(name="patterns", classes=["a", "b"], shape=(32, 32, 3), train_images=50_000, test_images=10_000)


def a_chunk(*plans: Plan, flops: int = 1_000_000, activation_bytes: int = 100_000) -> CheckedSubmissions:
    """One submission with a model of each plan, all of one cost."""
    models = {
        f"task{n}": CheckedModel(plan=plan.digest, flops=flops, activation_bytes=activation_bytes, parameters=1000)
        for n, plan in enumerate(plans)
    }
    one = CheckedSubmission(slug="s" + "0" * 11, submission="0" * 64, isolation="bubblewrap", models=models)
    return CheckedSubmissions(assignment="tiny", chunk="c00", submissions=[one], plans={p.digest: p for p in plans})


def asked(chunk: CheckedSubmissions, trainings: int = 1) -> Demand:
    """By all plans of a chunk."""
    return of_plans(chunk, chunk.plans, trainings, {"patterns": DATA})


def test_a_chunk_asks_for_the_time_of_all_its_plans_and_the_memory_of_the_largest() -> None:
    """They are trained one after the other, in one process."""
    none, one, both = asked(a_chunk()), asked(a_chunk(dense())), asked(a_chunk(dense(), convolutional()))

    assert both.seconds - one.seconds == pytest.approx(one.seconds - none.seconds)
    assert both.device_bytes == one.device_bytes
    assert asked(a_chunk(dense()), trainings=3).seconds - none.seconds == pytest.approx(
        3 * (one.seconds - none.seconds)
    )


def test_more_operations_and_larger_layers_ask_for_more() -> None:
    """Time follows the operations of a plan, memory the values that its layers keep of a batch."""
    usual = asked(a_chunk(dense(epochs=20)))

    assert asked(a_chunk(dense(epochs=20), flops=50_000_000)).seconds > 10 * usual.seconds
    assert asked(a_chunk(dense(epochs=40))).seconds > usual.seconds
    assert asked(a_chunk(dense(batch_size=2048))).device_bytes > usual.device_bytes
    assert asked(a_chunk(dense(augmentation={"shift": 0.1}))).seconds > asked(a_chunk(dense())).seconds


def test_every_attempt_asks_for_twice_as_much_and_the_third_for_a_whole_gpu() -> None:
    """The ladder that a job climbs: of a GPU it ends with all of it, however little it began with."""
    small = asked(a_chunk(dense()))

    assert small.memory_mb(2) == 2 * small.memory_mb(1)
    assert small.minutes(3) == 4 * small.minutes(1)
    assert [small.gpu_shares(attempt) for attempt in (1, 2, 3)] == [1, 2, SHARES_PER_GPU]


def test_a_large_training_has_a_gpu_alone_from_the_start() -> None:
    """16 GB of activations do not fit beside anything."""
    large = asked(a_chunk(dense(batch_size=256), activation_bytes=20_000_000))

    assert large.gpu_shares(1) == SHARES_PER_GPU
    assert large.memory_mb(1) > 16_000


def test_later_rounds_ask_for_the_undecided_plans_alone(tmp_path: Path) -> None:
    """And for as many seeds as there may be; for nothing where all is decided."""
    plans = dense(epochs=50), convolutional(epochs=50)
    save(tmp_path / "checked.json", a_chunk(*plans, flops=20_000_000))
    save(tmp_path / "patterns.json", DATA)
    decided = Grades(assignment="tiny", chunk="c00", round=1, grades=[], undecided=[])
    save(tmp_path / "decided.json", decided)
    save(tmp_path / "grades.json", decided.model_copy(update={"undecided": [plans[0].digest]}))

    def later(grades: str) -> Demand:
        place = tmp_path / "checked.json", [tmp_path / "patterns.json"]
        return demand_of(*place, Seeds(first=1, step=1, most=3), tmp_path / grades)

    assert later("grades.json") == of_plans(
        a_chunk(plans[0], flops=20_000_000), {plans[0].digest}, 3, {"patterns": DATA}
    )
    assert later("decided.json") == Demand()


def test_what_is_not_there_is_not_known_yet_and_what_is_damaged_asks_for_the_least(tmp_path: Path) -> None:
    """Snakemake waits on the first; the second is for the job itself to say, without stopping all others."""
    checked = tmp_path / "checked.json"
    with pytest.raises(FileNotFoundError) as missing:
        demand_of(checked, [], Seeds(), None)
    assert missing.value.filename == str(checked)

    checked.write_text("{}")
    assert demand_of(checked, [], Seeds(), None) == Demand()
