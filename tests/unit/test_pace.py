"""How long a student is told that a training takes: by its work and by the machine, which is timed once."""

import pytest
from factories import a_model
from train_case import dense

from netgrade.objects.dataset import Dataset
from netgrade.objects.selfcheck import ModelLook, Selfcheck, State, TaskLook
from netgrade.selfcheck import pace
from netgrade.selfcheck.pace import START_SECONDS, Pace, pace_here, training_span
from netgrade.selfcheck.show import as_text

DATA = Dataset(name="patterns", classes=["a", "b"], shape=(32, 32, 3), train_images=50_000, test_images=10_000)
HERE = Pace(cpu="a core", cores=2, operations=1e11, moved=2e10)


def middle(plan, machine=HERE, dataset=DATA):
    """Seconds between what is told, without those that every training takes."""
    low, high = training_span(plan, a_model(), dataset, machine)
    assert high == pytest.approx(3.75 * low)
    return low * 1.5 - START_SECONDS


def test_twice_the_work_takes_about_twice_as_long():
    longer, larger = dense(epochs=40), DATA.model_copy(update={"train_images": 100_000})

    assert middle(longer) / middle(dense(epochs=20)) == pytest.approx(2, rel=0.05)
    assert middle(longer, dataset=larger) / middle(longer) == pytest.approx(2, rel=0.01)


def test_a_faster_machine_takes_less_and_none_less_than_its_steps():
    usual = middle(dense(epochs=20))
    faster = middle(dense(epochs=20), HERE.model_copy(update={"operations": 1e12, "moved": 2e11}))
    wider = middle(dense(epochs=20), HERE.model_copy(update={"cores": 8}))

    assert usual / 10 < faster < usual / 3
    assert usual / 4 < wider < usual / 1.5


def test_a_machine_is_timed_once_and_another_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = pace_here()
    assert pace_here() == first

    monkeypatch.setattr(pace, "cpu_name", lambda: "another")
    assert pace_here().cpu == "another"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [((13, 41), "10 to 40 s"), ((47, 141), "50 s to 2 min"), ((2000, 6000), "30 min to 2 h")],
)
def test_the_time_is_told_in_one_figure(seconds, told):
    look = ModelLook(model=a_model(), seconds=seconds)
    task = TaskLook(
        task="net", title="A", kind="classifier", points=1, state=State.READY, told="", models={"net": look}
    )

    shown = as_text(Selfcheck(netgrade="0", assignment="a", title="A", ran=True, files=[], tasks=[task]))
    assert f"one training takes about {told} on this machine" in " ".join(shown.split())
