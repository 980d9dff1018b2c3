"""Grades are sent to Canvas by its package canvasapi, to a server on this machine that answers as Canvas does."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from factories import a_grade
from lms_course import Course

from netgrade.errors import NetgradeError
from netgrade.lms import HandIn, Mark
from netgrade.lms.canvas_api import changes, send, submissions_of

TOKEN = "secret"
PLACE = "/api/v1/courses/12/assignments/34"


class Canvas(ThreadingHTTPServer):
    """What Canvas knows of an assignment, and what it was told."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.users = {101: "Ada", 102: "Zoë O'Neill", 103: "Ex Cused", 104: "Refused", 105: "Somebody else"}
        self.scores = {102: 2.0}
        self.received = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def submission(self, user):
        return {"id": user, "user_id": user, "assignment_id": 34, "score": self.scores.get(user),
                "excused": user == 103, "user": {"id": user, "name": self.users[user]}}  # fmt: skip


class Answers(BaseHTTPRequestHandler):
    """The few addresses of Canvas's interface that are asked."""

    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_request(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urlsplit(self.path).path
        user = int(found[1]) if (found := re.search(r"/submissions/(\d+)", path)) else None
        if path == "/upload":
            self.server.received.append(("file", b"report.pdf" in body and b"%PDF a report" in body))
            return self.answer(201, {"id": 7, "url": "x"})
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.answer(401, {"errors": [{"message": "Invalid access token."}]})
        if user == 104:
            return self.answer(400, {"errors": [{"message": "grading is closed"}]})
        if path == "/api/v1/courses/12":
            return self.answer(200, {"id": 12})
        if path == PLACE:
            return self.answer(200, {"id": 34, "course_id": 12})
        if path == f"{PLACE}/submissions":
            return self.answer(200, [self.server.submission(user) for user in self.server.users])
        if path.endswith("/comments/files"):
            return self.answer(200, {"upload_url": f"{self.server.url}/upload", "upload_params": {"key": "x"}})
        told = {key: value[0] for key, value in parse_qs(body.decode()).items()}
        self.server.received.append((user, told))
        return self.answer(200, self.server.submission(user))

    do_GET = do_POST = do_PUT = handle_request

    def log_message(self, *args):
        pass


@pytest.fixture
def canvas():
    with Canvas() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def page(canvas):
    return f"{canvas.url}/courses/12/assignments/34"


def a_mark(name, account, points, tmp_path):
    (tmp_path / "report.pdf").write_bytes(b"%PDF a report")
    grade = a_grade().model_copy(update={"complete": points is not None, "points": points or 0.0})
    return Mark(HandIn(name, account), grade, {}, tmp_path / "report.pdf")


def test_a_dry_run_says_what_would_change_and_sends_nothing(canvas, tmp_path):
    marks = [
        a_mark("ada", "101", 3.25, tmp_path),
        a_mark("zoë", "102", None, tmp_path),
        a_mark("ex", "103", 3.0, tmp_path),
        a_mark("nobody", "999", 3.0, tmp_path),
    ]
    found, told = changes(marks, submissions_of(page(canvas), TOKEN), same_system=True)

    assert [change.sentence for change in found] == ["ada: no grade becomes 3.25, with a comment, and the report."]
    assert "nobody cannot be told for certain" in told[0]
    assert "a person has to look first: zoë." in "".join(told)
    assert "Excused in Canvas, and left alone: ex." in told
    assert not canvas.received


def test_points_comment_and_report_arrive(canvas, tmp_path):
    mark = a_mark("zoë", "102", 11.7, tmp_path)
    [change], _ = changes([mark], submissions_of(page(canvas), TOKEN), same_system=True)
    send(change)

    assert change.sentence.startswith("zoë: 2 becomes 11.7")
    assert canvas.received[0] == ("file", True)
    assert canvas.received[1] == (102, {"comment[file_ids][]": "7"})
    assert canvas.received[2] == (
        102,
        {"submission[posted_grade]": "11.7", "comment[text_comment]": mark.comment},
    )


def test_what_canvas_refuses_is_a_sentence(canvas, tmp_path):
    [change], _ = changes([a_mark("r", "104", 1.0, tmp_path)], submissions_of(page(canvas), TOKEN), same_system=True)

    with pytest.raises(NetgradeError, match=r"did not take what is r's: .*grading is closed"):
        send(change)
    with pytest.raises(NetgradeError, match="Invalid access token"):
        submissions_of(page(canvas), "wrong")


@pytest.mark.parametrize(
    ("address", "token", "sentence"),
    [
        ("http://canvas.example.edu/courses/12/assignments/34", TOKEN, "no address"),
        ("https://canvas.example.edu/courses/12", TOKEN, "no address"),
        ("https://canvas.example.edu/courses/12/assignments/34", "", "without a token"),
    ],
)
def test_a_token_goes_nowhere_else(address, token, sentence):
    with pytest.raises(NetgradeError, match=sentence):
        submissions_of(address, token)


def test_the_command_sends_once_and_again_only_what_changed(canvas, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CANVAS_TOKEN", TOKEN)
    course, canvas.users = Course(tmp_path), {101: "Ada", 102: "Zoë O'Neill", 104: "=1+1"}
    options = ("--to", "canvas-api", "--page", page(canvas))
    dry = course.export(*options, "--dry-run")
    before = list(canvas.received)
    refused = course.export(*options, status=1)
    sent = list(canvas.received)
    course.export(*options, status=1)
    unchanged = list(canvas.received)
    course.points["Ada"] = 3.5
    course.grade()
    course.export(*options, status=1)

    assert "Ada: no grade becomes 3, with a comment." in dry and not before
    assert "grading is closed" in refused and "1 of 2 students: sent to Canvas." in refused
    assert [(user, told["submission[posted_grade]"]) for user, told in sent] == [(101, "3")]
    assert unchanged == sent
    assert canvas.received[-1][1]["submission[posted_grade]"] == "3.5"
