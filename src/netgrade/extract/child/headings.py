"""Headings: which task a part of a notebook belongs to. Numbers, case and punctuation do not matter."""

import re
from dataclasses import dataclass, field
from typing import Any

HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.+?)\s*#*\s*$|<h([1-6])[^>]*>(.+?)</h\3>", re.MULTILINE | re.IGNORECASE)
MARKUP = re.compile(r"[*_`~]|<[^>]+>")
NUMBERED = re.compile(r"^\s*(?:task|part|section)?\s*\d+(?:\.\d+)*[.):]?\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Headings:
    """The headings of an assignment: of each task, and those that end a section without starting another."""

    tasks: dict[str, list[str]]
    closing: list[str]
    markers: dict[str, str] = field(default_factory=dict)
    """By question: what stands before its answer, such as `3B` in `**3B:** 608`."""

    def section_after(self, markdown: str, current: list[str]) -> list[str]:
        """The tasks of the section that holds after this markdown cell; `current` where it has no such heading.

        The last numbered heading counts, whether a task knows it or not; an unnumbered one only where the assignment
        names it.
        """
        for match in HEADING.finditer(markdown):
            text = MARKUP.sub("", match[2] or match[4] or "").strip()
            tasks = self._tasks_of(text)
            if tasks:
                current = tasks
            elif NUMBERED.match(text) or _matches(text, self.closing):
                current = []
        return current

    def marked_answers(self, markdown: str) -> dict[str, str]:
        """What stands after the markers in a markdown cell, up to the next marker or heading.

        A marker is bold, or follows the word “answer”; one that is not just the name of a task may stand alone.
        """
        if not self.markers:
            return {}
        markdown = _without_tags(markdown)
        tasks = {marker.lower(): task for task, marker in self.markers.items()}
        names = "|".join(re.escape(name) for name in sorted(tasks, key=len, reverse=True))
        form = rf"^[ \t>-]*(\*\*|__)?\s*((?:your\s+)?answer\s+)?({names})\s*(?:\*\*|__)?\s*:\s*(?:\*\*|__)?"
        found = [
            match
            for match in re.finditer(form, markdown, re.IGNORECASE | re.MULTILINE)
            if match[1] or match[2] or match[3].lower() != tasks[match[3].lower()]
        ]
        ends = [match.start() for match in found] + [match.start() for match in HEADING.finditer(markdown)]
        answers: dict[str, str] = {}
        for match in found:
            end = min((end for end in ends if end >= match.end()), default=len(markdown))
            if text := markdown[match.end() : end].strip():
                answers.setdefault(tasks[match[3].lower()], text)
        return answers

    def _tasks_of(self, text: str) -> list[str]:
        best = max((_score(text, headings) for headings in self.tasks.values()), default=0)
        return [task for task, headings in self.tasks.items() if best and _score(text, headings) == best]


def _words(text: str) -> str:
    text = NUMBERED.sub("", MARKUP.sub("", text).strip())
    return " ".join(re.findall(r"\w+", text.lower()))


def _score(text: str, headings: list[str]) -> int:
    """Length of the longest heading that `text` equals or starts with."""
    words = _words(text) + " "
    return max((len(_words(h)) for h in headings if words.startswith(_words(h) + " ")), default=0)


def _matches(text: str, headings: list[str]) -> bool:
    return _score(text, headings) > 0


def answer_in(markdown: str) -> str | None:
    """What stands after “Answer:” in a markdown cell, or None."""
    markdown = _without_tags(markdown)
    match = re.search(
        r"(?:\*\*|__)?\s*(?:your\s+)?answer\s*\d*\s*(?:\*\*|__)?\s*:\s*(?:\*\*|__)?(.*)",
        markdown,
        re.IGNORECASE | re.DOTALL,
    )
    return match[1].strip() if match and match[1].strip() else None


def _without_tags(markdown: str) -> str:
    return re.sub(r"</?(?:font|span|b|i|u|em|strong|br|p|div)\b[^>]*>", "", markdown)


def claimed_accuracy(outputs: Any) -> float | None:
    """The accuracy that an evaluation printed in the notebook as it was handed in."""
    found = None
    for output in outputs or []:
        text = str(output.get("text") or (output.get("data") or {}).get("text/plain") or "")
        for match in re.finditer(r"(?:acc\w*|compile_metrics)\W{1,6}(0?\.\d{2,})", text, re.IGNORECASE):
            found = float(match[1])
    return found
