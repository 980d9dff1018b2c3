"""Canvas by its REST interface: points, comments and reports, written for each student by itself.

Needs the package canvasapi and a token of the teacher's. A comment cannot be taken back and would stand there twice,
so that only what changed since the last upload is sent.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from netgrade.errors import NetgradeError
from netgrade.lms.mark import Keys, Mark, listed, rows_of
from netgrade.lms.table import figure

PAGE = re.compile(
    r"(?P<url>https://[^/\s]+|http://(?:localhost|127\.0\.0\.1)(?::\d+)?)/courses/(?P<course>\d+)"
    r"/assignments/(?P<assignment>\d+)/?"
)
"""The address of an assignment's page. Elsewhere than on this machine, a token does not travel unencrypted."""

TOKEN = "CANVAS_TOKEN"


@dataclass(frozen=True)
class Change:
    """What one student's submission in Canvas is about to receive."""

    mark: Mark
    submission: Any
    """As canvasapi has it."""

    @property
    def sentence(self) -> str:
        """What will change, for the instructor."""
        before = "no grade" if self.submission.score is None else f"{self.submission.score:g}"
        report = ", and the report" if self.mark.report else ""
        return f"{listed([self.mark.hand_in.student])}: {before} becomes {self.mark.points:g}, with a comment{report}."


def submissions_of(page: str, token: str) -> list[Any]:
    """Every student's submission in Canvas, with its user. Raises NetgradeError where Canvas does not answer."""
    match = PAGE.fullmatch(page)
    if match is None:
        raise NetgradeError(f"`{page[:200]}` is no address of an assignment in Canvas",
                            "Expected https://canvas.example.edu/courses/12/assignments/34, as the browser shows it.",
                            )  # fmt: skip
    if not token:
        remedy = f"Make one (Account, Settings, New access token), and put it into the environment variable {TOKEN}."
        raise NetgradeError("Canvas lets nobody in without a token", remedy)
    try:
        from canvasapi import Canvas
    except ImportError as error:
        raise NetgradeError("The package canvasapi is not installed", "Run `pip install canvasapi`.") from error
    with warnings.catch_warnings(), _sentences("Canvas cannot be asked"):
        warnings.simplefilter("ignore", UserWarning)  # of http, which the address above allows for this machine alone
        course = Canvas(match["url"], token).get_course(int(match["course"]))
        return list(course.get_assignment(int(match["assignment"])).get_submissions(include=["user"]))


def changes(marks: Sequence[Mark], submissions: Sequence[Any], same_system: bool) -> tuple[list[Change], list[str]]:
    """What is to be sent, and sentences on whatever is not."""
    rows = {number: _keys(one) for number, one in enumerate(submissions)}
    found, told = rows_of(marks, rows, same_system, "Canvas")
    waiting = [mark.hand_in.student for mark in found.values() if mark.points is None]
    excused = [mark.hand_in.student for n, mark in found.items() if getattr(submissions[n], "excused", False)]
    deducted = [m.hand_in.student for n, m in found.items() if getattr(submissions[n], "points_deducted", None)]
    if waiting:
        told.append(f"Nothing is sent yet, because a person has to look first: {listed(waiting)}.")
    if excused:
        told.append(f"Excused in Canvas, and left alone: {listed(excused)}.")
    if deducted:
        told.append(f"Canvas takes off points by a late rule of its own, beside the one here: {listed(deducted)}.")
    return [
        Change(mark, submissions[number])
        for number, mark in found.items()
        if mark.points is not None and not getattr(submissions[number], "excused", False)
    ], told


def send(change: Change) -> None:
    """Set the points, write the comment, and attach the report. Raises NetgradeError where Canvas refuses."""
    with _sentences(f"Canvas did not take what is {listed([change.mark.hand_in.student])}'s"):
        # The report first: it is what fails most easily, and then nothing was said yet.
        if change.mark.report and not change.submission.upload_comment(change.mark.report)[0]:
            raise NetgradeError(f"Canvas did not take the report of {listed([change.mark.hand_in.student])}")
        change.submission.edit(
            submission={"posted_grade": figure(change.mark.points)}, comment={"text_comment": change.mark.comment}
        )


def _keys(submission: Any) -> Keys:
    user = getattr(submission, "user", None) or {}
    names = [str(user[key]) for key in ("name", "sortable_name") if user.get(key)]
    return Keys([str(submission.user_id)], [*names, *(re.sub(r"\W", "", name) for name in names[1:])])


@contextmanager
def _sentences(what: str) -> Iterator[None]:
    """What canvasapi and the network raise becomes a sentence."""
    from canvasapi.exceptions import CanvasException
    from requests import RequestException

    try:
        yield
    except (CanvasException, RequestException, ValueError, KeyError, OSError) as error:
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise NetgradeError(f"{what}: {reason}", f"Check the address, and whether {TOKEN} is still valid.") from error
