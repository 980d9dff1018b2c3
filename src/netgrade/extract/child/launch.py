"""Launch: a program of the sandbox outside of it, where a file stands for the pipe that its result leaves through."""

import os
import runpy
import sys

RESULT_FD = 3


def main() -> None:
    """Open the file, the first argument, under the pipe's number, and become the module that is the second."""
    opened = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    if opened != RESULT_FD:
        os.dup2(opened, RESULT_FD)
        os.close(opened)
    module = sys.argv[2]
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__")


if __name__ == "__main__":
    main()
