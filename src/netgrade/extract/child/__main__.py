"""The program in the sandbox, in a Python of its own or in a fork of one that has loaded all of it."""

from netgrade.garbage import lasting


def main() -> None:
    """Load, with no look for garbage meanwhile: it would take a third of the time, and find next to none."""
    with lasting():
        from netgrade.extract.child.reading import main as read
    read()


if __name__ == "__main__":
    main()
