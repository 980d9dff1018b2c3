"""Question: what the student answers in words, numbers, shapes, matrices or letters."""

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from netgrade.objects.tasks.base import WrittenTask

AnswerType = Literal["number", "shape", "matrix", "choice", "ordering", "short", "formula", "text"]

Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,20}$")]
"""What stands for an option: a letter, a number or a word."""

Matrix = list[list[float]]
"""Rows of cells."""

Answer = float | str | list[int | str | None] | Matrix | list[Matrix] | None
"""A model answer as a file may state it; one matrix needs no list around it, nor does one choice."""

MOST_CELLS = 400

_ONLY_FOR: dict[str, tuple[AnswerType, ...]] = {
    "tolerance": ("number", "matrix"),
    "unit": ("number",),
    "units": ("number",),
    "choices": ("choice", "ordering"),
    "accepted": ("short", "formula"),
    "unlisted": ("short",),
    "partial_credit": ("matrix", "ordering"),
    "rubric": ("short", "formula", "text"),
}
"""Which types of answer a field means anything to."""


class QuestionTask(WrittenTask):
    """A question: most kinds of answer are compared, and what cannot be compared waits for a person."""

    kind: Literal["question"] = Field(description="What is graded, and how.")
    answer_type: AnswerType = Field(description="What an answer is, and so how it is compared.")
    choices: dict[Key, str | list[str]] = Field(
        default_factory=dict, description="Options by letter, or things to be ordered; each with all its spellings."
    )
    answer: float | str | list[int | str] | list[Matrix] | None = Field(
        default=None, description="What is right; for text, the model answer. Without it a person marks every answer."
    )
    accepted: list[str] = Field(
        default_factory=list, description="Further forms; `*` stands for any text, `#` for a number or version."
    )
    unlisted: Literal["person", "fail"] = Field(
        default="person", description="What a short answer that is not listed comes to."
    )
    tolerance: float = Field(default=0.0, ge=0, description="Absolute: of a number, or of each cell of a matrix.")
    unit: str | None = Field(default=None, description="Unit of the number; the student has to write one.")
    units: dict[str, float] = Field(
        default_factory=dict, description="Further units and spellings: by what to multiply to get `unit`."
    )
    partial_credit: bool = Field(
        default=False, description="Points for each right cell of a matrix, or each right place of an ordering."
    )

    @field_validator("choices", mode="before")
    @classmethod
    def _keys_are_words(cls, value: Any) -> Any:
        """`1: ReLU` has a number for its key, and `no:` a truth value."""
        return {str(key): option for key, option in value.items()} if isinstance(value, dict) else value

    @field_validator("answer", mode="before", json_schema_input_type=Answer)
    @classmethod
    def _answer_is_of_its_type(cls, value: Any, info: ValidationInfo) -> Any:
        """An answer of another type would make every student's wrong."""
        kind, choices = info.data.get("answer_type"), info.data.get("choices", {})
        if value is None or kind is None:
            return value
        value = _canonical(value, kind)
        keys = ", ".join(choices)
        expected = {
            "number": ("a number such as 0.5", _is_number(value)),
            "shape": ("a list of sizes such as [32, 32, 3]", isinstance(value, list) and all(map(_is_size, value))),
            "matrix": ("a matrix such as [[1, 0.5], [0.5, 0.25]], or a list of them", _are_matrices(value)),
            "choice": (f"one or more of {keys}", _are_keys(value, choices)),
            "ordering": (f"each of {keys} once", _are_keys(value, choices) and len(value) == len(choices)),
            "short": ("a text", isinstance(value, str) or _is_number(value)),
            "formula": ("a formula such as (W - F + 2*P)/S + 1", isinstance(value, str)),
            "text": ("a text", isinstance(value, str) or _is_number(value)),
        }
        if not expected[kind][1]:
            raise ValueError(f"expected {expected[kind][0]}, because answer_type is {kind}; found {str(value)[:60]!r}")
        return value

    @model_validator(mode="after")
    def _fields_belong_to_the_type(self) -> "QuestionTask":
        for name in sorted(self.model_fields_set):
            given = self.__dict__[name] != type(self).model_fields[name].get_default(call_default_factory=True)
            if given and (kinds := _ONLY_FOR.get(name)) and self.answer_type not in kinds:
                raise ValueError(f"`{name}` belongs to answer_type {' or '.join(kinds)}, not to {self.answer_type}")
        if self.units and not self.unit:
            raise ValueError("`units` are multiples of `unit`, which is missing")
        return self


def _canonical(value: Any, kind: str) -> Any:
    """One form for each type: a single choice is a list of one, and a single matrix, too."""
    if kind == "shape" and isinstance(value, list):
        return ["none" if size is None else size for size in value]
    if kind in ("choice", "ordering") and not isinstance(value, bool):
        return [str(key) for key in value] if isinstance(value, list) else [str(value)]
    if kind == "matrix" and _is_matrix(value):
        return [value]
    return str(value) if kind in ("short", "text") and _is_number(value) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def _is_size(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63)


def _is_matrix(value: Any) -> bool:
    rows = value if isinstance(value, list) and value and all(isinstance(row, list) and row for row in value) else []
    return bool(rows) and len({len(row) for row in rows}) == 1 and all(_is_number(cell) for row in rows for cell in row)


def _are_matrices(value: Any) -> bool:
    if not isinstance(value, list) or not value or not all(map(_is_matrix, value)):
        return False
    return sum(len(matrix) * len(matrix[0]) for matrix in value) <= MOST_CELLS


def _are_keys(value: Any, choices: dict[str, Any]) -> bool:
    return isinstance(value, list) and 0 < len(value) == sum(key in value for key in choices)
