"""Written: what a notebook's text says: which task each part belongs to, and the answers in it. Nothing is run."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from netgrade.extract.child.headings import Headings, answer_in

Given = dict[str, list[tuple[str, str]]]
"""Pieces of answers, each with its cell."""


@dataclass
class Written:
    """The text of a notebook as it is read, from top to bottom."""

    headings: Headings
    section: list[str] = field(default_factory=list)
    """The tasks that the cells at hand belong to."""
    _in_sections: Given = field(default_factory=lambda: defaultdict(list))
    _marked: Given = field(default_factory=lambda: defaultdict(list))

    def read(self, markdown: str, number: int) -> None:
        """Take in one markdown cell, which is cell `number`."""
        self.section = self.headings.section_after(markdown, self.section)
        marked = self.headings.marked_answers(markdown)
        for question, text in marked.items():
            self._marked[question].append((text, f"cell {number}"))
        if not marked and (answer := answer_in(markdown)):
            self._in_sections[_key(self.section)].append((answer, f"cell {number}"))

    def answers(self, models: Collection[str]) -> dict[str, dict[str, str]]:
        """`{text, source}` by task; `models` are the tasks that train.

        A marker says whose an answer is; the others go to their section's questions in order, the rest to the last.
        """
        found = {task: _joined(given) for task, given in self._marked.items()}
        for key, questions in self._questions_by_section(models).items():
            given, tasks = self._in_sections.get(key, []), [task for task in questions if task not in self._marked]
            for index, task in enumerate(tasks):
                mine = given[index:] if index == len(tasks) - 1 else given[index : index + 1]
                if mine:
                    found[task] = _joined(mine)
        return found

    def _questions_by_section(self, models: Collection[str]) -> dict[str, list[str]]:
        groups: dict[str, list[str]] = defaultdict(list)
        for task, names in self.headings.tasks.items():
            if (task not in models or task in self.headings.markers) and names:
                groups[_key(self.headings.section_after(f"# {names[0]}", []))].append(task)
        return groups


def _joined(given: list[tuple[str, str]]) -> dict[str, str]:
    return {"text": "\n\n".join(text for text, _ in given)[:20000], "source": given[0][1]}


def _key(section: list[str]) -> str:
    return ",".join(sorted(section))
