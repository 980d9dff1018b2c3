"""Desk: serves the marking page to this machine alone, and saves each mark at once into the file of marks."""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from netgrade.errors import NetgradeError
from netgrade.marks import ChangedMeanwhile, Mark, put_mark, read_marks
from netgrade.objects.base import Slug, TaskId

MOST_BODY = 20_000
MOST_COMMENT = 1000
POINTS = re.compile(r"[0-9]{1,4}(\.[0-9]{1,6})?")
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Desk:
    """What is marked, and where it is kept."""

    page: Callable[[], str]
    """Renders the page as it is now."""
    marks: Path
    most: Mapping[tuple[Slug, TaskId], float]
    """The most points of everything that may be marked."""
    slugs: Mapping[str, Slug]
    """By name: the file may call students by either."""
    reports: Path | None
    """Has a folder for each slug; None where nobody is to see a name."""


def serve(desk: Desk) -> tuple[ThreadingHTTPServer, str]:
    """A server on a free port of 127.0.0.1, not running yet, and the one address that it answers."""
    token = secrets.token_urlsafe(32)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, desk, token))
    server.daemon_threads = True
    return server, f"http://127.0.0.1:{server.server_port}/{token}/"


class _Handler(BaseHTTPRequestHandler):
    """Answers whoever knows the token, and nobody else: other pages in the same browser, other accounts."""

    server_version, sys_version = "netgrade", ""
    timeout = 30

    def __init__(self, desk: Desk, token: str, *arguments: Any) -> None:
        self._desk, self._token = desk, token
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Send the page, the marks, or a student's report."""
        place = self._place()
        if place == "":
            self._show()
        elif place == "marks":
            self._tell(self._marks)
        elif place is not None and (report := self._report(place)):
            self._send(HTTPStatus.OK, "text/html", report.read_text(encoding="utf-8"))
        else:
            self._refuse()

    def do_POST(self) -> None:
        """Save one mark."""
        if self._place() == "marks" and self.headers.get_content_type() == "application/json":
            self._tell(self._save)
        else:
            self._refuse()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: requests carry the token."""

    def _place(self) -> str | None:
        """What is asked for below the token; None where the request is not one of our page's."""
        address = f"127.0.0.1:{self.connection.getsockname()[1]}"
        token, _, place = self.path.removeprefix("/").partition("/")
        known = secrets.compare_digest(token.encode(), self._token.encode())
        # A name that somebody made point here would be another host; another page, another origin.
        own = self.headers.get("Host") == address
        own &= self.headers.get("Origin", f"http://{address}") == f"http://{address}"
        own &= self.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
        return place if known and own else None

    def _show(self) -> None:
        """The page, or why there is none."""
        try:
            self._send(HTTPStatus.OK, "text/html", self._desk.page())
        except (NetgradeError, OSError) as error:
            self._send(HTTPStatus.UNPROCESSABLE_ENTITY, "text/plain", str(error))

    def _marks(self) -> dict[str, object]:
        known = read_marks(self._desk.marks, self._desk.slugs)
        return {"/".join(place): known[place]._asdict() for place in self._desk.most if place in known}

    def _save(self) -> dict[str, object]:
        size = int(self.headers.get("Content-Length", "0"))
        if not 0 < size <= MOST_BODY:
            raise ValueError
        sent = json.loads(self.rfile.read(size))
        place, mark, believed = (sent["student"], sent["task"]), _mark(sent), _mark(sent["before"])
        problem = _problem(mark, self._desk.most[place])
        if problem:
            raise NetgradeError(problem)
        put_mark(self._desk.marks, *place, mark, believed, self._desk.slugs)
        return mark._asdict()

    def _tell(self, answer: Callable[[], dict[str, object]]) -> None:
        """Answer with JSON; what cannot be done, with its sentence."""
        status, told = HTTPStatus.OK, dict[str, object]()
        try:
            told = answer()
        except ChangedMeanwhile as error:
            status, told = HTTPStatus.CONFLICT, dict(error.there._asdict())
        except NetgradeError as error:
            status, told = HTTPStatus.UNPROCESSABLE_ENTITY, {"problem": str(error)}
        except (ValueError, KeyError, TypeError):
            status, told = HTTPStatus.BAD_REQUEST, {"problem": "This is no mark."}
        self._send(status, "application/json", json.dumps(told))

    def _report(self, place: str) -> Path | None:
        slug, _, name = place.partition("/")
        if self._desk.reports is None or name != "report.html" or slug not in {slug for slug, _ in self._desk.most}:
            return None
        path = self._desk.reports / slug / name
        return path if path.is_file() else None

    def _refuse(self) -> None:
        self._send(HTTPStatus.NOT_FOUND, "text/plain", "Nothing is here.")

    def _send(self, status: HTTPStatus, kind: str, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _mark(sent: Any) -> Mark:
    """What was sent, which has to be two texts."""
    points, comment = sent["points"], sent["comment"]
    if not isinstance(points, str) or not isinstance(comment, str):
        raise TypeError
    return Mark(points, " ".join(comment.split()))


def _problem(mark: Mark, most: float) -> str:
    """Why a mark cannot be kept; empty where it can."""
    if len(mark.comment) > MOST_COMMENT:
        return f"A comment has at most {MOST_COMMENT} characters."
    if not mark.points:
        return "Without points, a comment is not saved." if mark.comment else ""
    if not POINTS.fullmatch(mark.points) or float(mark.points) > most:
        return f"Expected a number from 0 to {most:g}."
    return ""
