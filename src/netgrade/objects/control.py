"""Control: what a training with permuted labels came to. It must not do better than guessing."""

from pydantic import Field

from netgrade.objects.base import Digest, Outcome, TaskId


class Control(Outcome):
    """What one training with permuted labels came to."""

    assignment: str
    plan: Digest | None = None
    task: TaskId | None = None
    accuracy: float | None = None
    bound: float | None = Field(default=None, description="Largest accuracy that guessing explains.")
    error: float | None = Field(default=None, description="Of a model that tells the time, in minutes.")
    least_error: float | None = Field(default=None, description="Smallest error that guessing explains.")

    @property
    def holds(self) -> bool | None:
        """Whether nothing leaks; None where no control was trained."""
        if self.error is not None and self.least_error is not None:
            return self.error >= self.least_error
        return None if self.accuracy is None or self.bound is None else self.accuracy <= self.bound
