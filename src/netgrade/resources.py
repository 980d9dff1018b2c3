"""Resources: the files of netgrade that are no code. A checkout has them beside the package, a wheel inside of it."""

from pathlib import Path

_HERE = Path(__file__).parent


def templates_folder() -> Path:
    """The templates of the pages: those of the folder one works in, where it has some, or netgrade's own."""
    places = (Path("templates"), _HERE / "templates", _HERE.parents[1] / "templates")
    return next((place for place in places if (place / "base.html").is_file()), places[0])
