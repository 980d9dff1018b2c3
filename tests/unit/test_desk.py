"""The desk through real HTTP: it answers its own page alone, and what it saves lies in the file at once."""

import http.client
import json
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from factories import a_grade, an_assignment

from netgrade.desk import Desk, serve
from netgrade.marks import read_marks
from netgrade.report.marking import marking_rows, served_page
from netgrade.spec import load_overrides

TEMPLATES = Path(__file__).parents[2] / "templates"
SLUG = a_grade().slug
PLACE = {"student": SLUG, "task": "batch_size"}
NOTHING = {"points": "", "comment": ""}


class Client:
    """Asks the desk, as its page does where nothing else is said."""

    def __init__(self, folder, address):
        self.marks, self.address = folder / "marks.csv", address
        parts = urlsplit(address)
        self.host, self.token = parts.netloc, parts.path

    def ask(self, method, place, body=None, **headers):
        """Status, headers and content."""
        connection = http.client.HTTPConnection(self.host, timeout=10)
        kind = {"Content-Type": "application/json"} if body is not None else {}
        connection.request(
            method, self.token + place, body, kind | {n.replace("_", "-"): h for n, h in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()

    def save(self, points, comment="", before=None, **place):
        mark = PLACE | place | {"points": points, "comment": comment, "before": before or NOTHING}
        status, _, text = self.ask("POST", "marks", json.dumps(mark))
        return status, json.loads(text)


@pytest.fixture
def client(tmp_path, monkeypatch):
    """A running desk with one free text of at most one point, and a borderline model of four."""
    monkeypatch.chdir(tmp_path)
    marks, rules = tmp_path / "marks.csv", an_assignment()
    marks.write_text("student,task,points,comment\n")
    report = tmp_path / "reports" / SLUG / "report.html"
    report.parent.mkdir(parents=True)
    report.write_text("the report")
    (tmp_path / "reports/secret.html").write_text("secret")
    rows = marking_rows([a_grade()], rules, {SLUG: "Ada"})
    most = {(row.student, row.task): float(row.most_points) for row in rows}

    def page():
        load_overrides(marks)
        return served_page(rows, rules, TEMPLATES, "marks.csv", True)

    desk = Desk(page, marks, most, {"Ada": SLUG},
                tmp_path / "reports")  # fmt: skip
    server, address = serve(desk)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    yield Client(tmp_path, address)
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_mark_is_in_the_file_when_the_answer_comes(client):
    assert client.save("0.5", "half, “why”?") == (200, {"points": "0.5", "comment": "half, “why”?"})
    assert client.marks.read_text().splitlines()[1] == f'{SLUG},batch_size,0.5,"half, “why”?"'
    assert json.loads(client.ask("GET", "marks")[2]) == {
        f"{SLUG}/batch_size": {"points": "0.5", "comment": "half, “why”?"}
    }


def test_a_second_window_is_told_what_the_first_saved(client):
    client.save("1", "from the first")

    assert client.save("0") == (409, {"points": "1", "comment": "from the first"})
    assert client.save("0", before={"points": "1", "comment": "from the first"})[0] == 200


def test_many_windows_at_once_lose_nothing(client):
    tasks = ["batch_size", "dropout"] * 4
    answers = []
    threads = [threading.Thread(target=lambda t=t: answers.append(client.save("1", task=t)[0])) for t in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200] * 8
    assert set(read_marks(client.marks, {})) == {(SLUG, "batch_size"), (SLUG, "dropout")}


@pytest.mark.parametrize("points", ["1.5", "-1", "nan", "1e0", "x", "0x1", "１"])
def test_points_that_cannot_be_are_refused(client, points):
    status, told = client.save(points)

    assert status == 422 and told["problem"] == "Expected a number from 0 to 1."
    assert len(client.marks.read_text().splitlines()) == 1


@pytest.mark.parametrize("body", [
    "", "{", "[]", "null", json.dumps(PLACE), json.dumps(PLACE | {"points": 1, "comment": "", "before": NOTHING}),
    json.dumps({"student": "Eve", "task": "batch_size", "points": "1", "comment": "", "before": NOTHING}),
    json.dumps({"student": SLUG, "task": "dense", "points": "1", "comment": "", "before": NOTHING}),
    " " * 30_000,
])  # fmt: skip
def test_what_is_no_mark_changes_nothing(client, body):
    assert client.ask("POST", "marks", body)[0] == 400
    assert len(client.marks.read_text().splitlines()) == 1


def test_a_file_that_an_editor_broke_is_told_and_left(client):
    client.marks.write_text("student,points\n")
    status, told = client.save("1")

    assert status == 422 and "expected the columns" in told["problem"]
    assert client.marks.read_text() == "student,points\n"
    assert client.ask("GET", "")[0] == 422


def test_only_its_own_page_is_answered(client):
    """Another page in the same browser, another name for this machine, a guess at the token."""
    mark = json.dumps(PLACE | {"points": "1", "comment": "", "before": NOTHING})

    assert client.ask("GET", "")[0] == 200
    assert client.ask("GET", "", Host="evil.example")[0] == 404
    assert client.ask("GET", "marks", Sec_Fetch_Site="cross-site")[0] == 404
    assert client.ask("POST", "marks", mark, Origin="http://evil.example")[0] == 404
    assert client.ask("POST", "marks", mark, Content_Type="text/plain")[0] == 404
    client.token = "/guess/"
    assert {client.ask("GET", place)[0] for place in ("", "marks")} == {404}
    client.token = "/"
    assert client.ask("GET", "")[0] == 404
    assert len(client.marks.read_text().splitlines()) == 1


def test_reports_are_shown_and_no_other_file(client):
    assert client.ask("GET", f"{SLUG}/report.html")[2] == "the report"
    for place in ("../secret.html", f"{SLUG}/../secret.html", "s99999999999/report.html", f"{SLUG}/report.pdf", "x"):
        assert client.ask("GET", place)[0] == 404


def test_the_headers_shut_the_page_in(client):
    _, headers, text = client.ask("GET", "")

    assert headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff" and "Python" not in headers["Server"]
    assert "connect-src 'self'" in text.replace("&#39;", "'")
    assert client.address.startswith("http://127.0.0.1:") and len(client.token) > 40
