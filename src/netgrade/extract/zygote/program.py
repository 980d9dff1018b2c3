"""Program: what `python` would do with the words of a command line, in a process that runs already."""

import runpy
import sys

FLAGS = ("-I", "-P", "-s")
"""Of the interpreter: the zygote was started with its own."""


def run(words: list[str]) -> None:
    """Run `-m module`, `-c code` or a file, as the main program."""
    rest = words[next(i for i, word in enumerate(words) if word not in FLAGS) :]
    if rest[0] == "-m":
        sys.argv = ["-m", *rest[2:]]
        runpy.run_module(rest[1], run_name="__main__", alter_sys=True)
    elif rest[0] == "-c":
        sys.argv = ["-c", *rest[2:]]
        exec(compile(rest[1], "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = rest
        runpy.run_path(rest[0], run_name="__main__")
