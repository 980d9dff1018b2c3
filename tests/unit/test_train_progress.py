"""Progress is a line that a person understands, and not too many of them."""

import io
from pathlib import Path

from netgrade.train.progress import Lines, describe, progress_to


def test_line_reads_as_a_sentence() -> None:
    """Epoch, accuracy, speed and the time that is left."""
    assert (
        describe(4, 8, "accuracy 0.61", 1234.4, 1234 * 42) == "epoch 4/8 · accuracy 0.61 · 1,234 examples/s · 0:42 left"
    )


def test_log_has_few_lines() -> None:
    """Many reports within two seconds make one line; the end of a plan is always written."""
    stream = io.StringIO()
    lines = Lines(stream)
    lines.begin("plan 1/2 · seed 1/1", 8)
    for _ in range(100):
        lines.advance(1, "accuracy 0.50", 1000.0, 5000)
    lines.end("done")

    expected = [
        "plan 1/2 · seed 1/1 · epoch 1/8 · accuracy 0.50 · 1,000 examples/s · 0:05 left",
        "plan 1/2 · seed 1/1 · done",
    ]
    assert expected == stream.getvalue().splitlines()


def test_log_file_gets_the_lines(tmp_path: Path) -> None:
    """The log's folder is made where it is missing."""
    with progress_to(tmp_path / "new" / "train.log") as progress:
        progress.begin("plan 1/1 · seed 1/1", 2)
        progress.end("done")

    assert (tmp_path / "new" / "train.log").read_text() == "plan 1/1 · seed 1/1 · done\n"
