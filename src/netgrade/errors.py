"""What netgrade raises. The command line turns each into one sentence; a traceback never reaches a user."""


class NetgradeError(Exception):
    """Something a person can mend: `what` happened, and what to `remedy`."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what}\n  {remedy}" if remedy else what)
        self.what = what
        self.remedy = remedy


class SpecError(NetgradeError):
    """An assignment or course file says something it may not; the message names file, line and field."""


class DataError(NetgradeError):
    """A data set is missing, incomplete or not the one it claims to be."""


class StorageError(NetgradeError):
    """A disk is full, or a folder may not be written to: never a result, for the next run has to try again."""


class MachineError(NetgradeError):
    """This machine has too little room at the moment: no result of a student's, and tried again."""


class VersionError(NetgradeError):
    """A file is whole, as it was written, but by a version of netgrade with other objects."""


class SandboxError(NetgradeError):
    """Student code cannot be run safely on this machine."""


class UnreadableError(NetgradeError):
    """A file or a result of a submission is not what it claims to be, or larger than what is read."""


class PlanError(NetgradeError):
    """A declared model or training breaks a rule, or cannot be understood."""


class ShapeError(PlanError):
    """Layers do not fit on each other, on the images or on the classes: the model cannot be built."""


class UnsupportedError(PlanError):
    """What was declared may well be right, but this grader cannot train it: a person decides."""
