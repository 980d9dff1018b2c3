"""Question: what the student answers in words, numbers or shapes."""

from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from netgrade.objects.tasks.base import TaskBase


class QuestionTask(TaskBase):
    """A question: a number, a shape, or free text that a person marks."""

    kind: Literal["question"]
    answer_type: Literal["number", "shape", "text"]
    prompt: str
    answer: float | list[int | str] | str | None = Field(
        default=None, description="Number, shape (null or a word stands for any size), or the model answer of a text."
    )
    tolerance: float = Field(default=0.0, ge=0, description="Absolute, for numbers.")

    @field_validator("answer", mode="before")
    @classmethod
    def _answer_is_of_its_type(cls, value: Any, info: ValidationInfo) -> Any:
        """An answer of another type would make every student's wrong."""
        kind = info.data.get("answer_type")
        if isinstance(value, list) and kind == "shape":
            value = ["none" if size is None else size for size in value]
        expected = {
            "number": ("a number such as 0.5", _is_number(value)),
            "shape": ("a list of sizes such as [32, 32, 3]", isinstance(value, list) and all(map(_is_size, value))),
            "text": ("a text", isinstance(value, str) or _is_number(value)),
        }
        if value is not None and kind in expected and not expected[kind][1]:
            raise ValueError(f"expected {expected[kind][0]}, because answer_type is {kind}; found {str(value)[:60]!r}")
        return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def _is_size(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63)
