"""Places on GPUs: device names alone, for no GPU is needed to see who gets which share and who waits."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from train_case import CLASSES, dense, make_dataset, plan_of

from netgrade.errors import MachineError
from netgrade.machine import gpus
from netgrade.objects.base import Status
from netgrade.store import load_record, record_folder
from netgrade.train import devices, train_chunk
from netgrade.train.devices import SHARES, claim, claim_gpu, is_sharing, wanted_shares

WAITS = """
import sys
from pathlib import Path
from netgrade.train.devices import claim
device, locks = claim(sys.argv[2:], {shares}, Path(sys.argv[1]))
print(device, flush=True)
sys.stdin.read()
"""


def another(place: Path, shares: int, *names: str) -> subprocess.Popen[str]:
    """A process that asks for shares, says on which device it got them, and holds them until its input ends."""
    return subprocess.Popen([sys.executable, "-c", WAITS.format(shares=shares), str(place), *names], text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip


def test_small_trainings_share_and_the_emptiest_device_is_chosen(tmp_path: Path) -> None:
    """Two devices, four trainings of one share each: two on either."""
    taken = [claim(["0", "1"], 1, tmp_path) for _ in range(4)]

    assert sorted(device for device, _ in taken) == ["0", "0", "1", "1"]


def test_a_large_training_waits_until_a_device_is_free_and_is_not_overtaken(tmp_path: Path) -> None:
    """It gets all shares of one device once the small one has ended, before a small one that came later."""
    small = another(tmp_path, 1, "0")
    assert small.stdout.readline() == "0\n"
    large = another(tmp_path, 4, "0")
    time.sleep(1.5)
    late = another(tmp_path, 1, "0")
    time.sleep(1.5)
    os.set_blocking(large.stdout.fileno(), False)
    assert not large.stdout.readline()

    small.kill()
    os.set_blocking(large.stdout.fileno(), True)
    assert large.stdout.readline() == "0\n"
    os.set_blocking(late.stdout.fileno(), False)
    assert not late.stdout.readline()
    large.kill()
    os.set_blocking(late.stdout.fileno(), True)
    assert late.stdout.readline() == "0\n"
    late.kill()
    for process in (small, large, late):
        process.communicate()


@pytest.fixture
def one_gpu(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine with a single GPU, whose locks lie in a folder of this test."""
    monkeypatch.setattr(devices, "gpus", lambda: ["0"])
    monkeypatch.setattr(devices, "_held", [])
    monkeypatch.setattr(devices.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "unset by the test")


def test_a_job_holds_the_shares_that_were_counted_for_it(one_gpu: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its engine sees the device that was chosen and no other."""
    monkeypatch.setenv(SHARES, "2")
    claim_gpu()

    assert os.environ["CUDA_VISIBLE_DEVICES"] == "0"
    assert is_sharing()


@pytest.mark.parametrize("said", ["", "0", "4", "9", "all"])
def test_whoever_was_counted_no_share_has_a_device_alone(one_gpu: None, said: str, monkeypatch) -> None:
    """Such as `netgrade replay`, which no workflow starts."""
    monkeypatch.setenv(SHARES, said)
    claim_gpu()

    assert wanted_shares() == 4
    assert not is_sharing()


def test_a_batch_system_has_chosen_already(one_gpu: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under SLURM the job sees its own devices alone, and nothing is changed."""
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    claim_gpu()

    assert os.environ["CUDA_VISIBLE_DEVICES"] == "unset by the test"
    assert not is_sharing()


@pytest.mark.skipif(bool(list(Path("/dev").glob("nvidia[0-9]*"))), reason="this machine has a GPU")
@pytest.mark.parametrize("visible", [None, "0", "3,1"])
def test_without_a_gpu_nothing_is_claimed(visible: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment says: training runs on the CPU, and nobody has to configure that."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    monkeypatch.setattr(devices, "_held", [])
    claim_gpu()

    assert gpus() == []
    assert os.environ.get("CUDA_VISIBLE_DEVICES") == visible
    assert not is_sharing()


def test_out_of_memory_on_a_shared_gpu_is_tried_again_and_alone_it_is_a_result(one_gpu, tmp_path, monkeypatch) -> None:
    """Sharing, the job fails after all its other plans, and the workflow gives it more; alone, the record says so."""
    data, fits = make_dataset(tmp_path / "data"), dense(epochs=1)
    huge = plan_of(("Flatten", {}), ("Dense", {"units": 2**40}), ("Dense", {"units": CLASSES}), epochs=1)
    plans = {plan.digest: plan for plan in (huge, fits)}
    seeds = {digest: [1] for digest in plans}
    monkeypatch.setenv(SHARES, "1")

    with pytest.raises(MachineError, match="1 of the trainings did not fit into the memory of a GPU that others use"):
        train_chunk(plans, seeds, {"patterns": data}, tmp_path / "store", None)
    trained = load_record(record_folder(tmp_path / "store", fits.digest, data.digest or "", 1))
    assert trained.status is Status.OK

    devices._held.pop().close()  # as the end of the first attempt's process does
    monkeypatch.setenv(SHARES, "4")
    assert train_chunk(plans, seeds, {"patterns": data}, tmp_path / "store", None) == seeds
    alone = load_record(record_folder(tmp_path / "store", huge.digest, data.digest or "", 1))
    assert alone.status is Status.OUT_OF_MEMORY
