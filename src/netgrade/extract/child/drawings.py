"""The program that decodes drawings: PNG files of a student's become plain numbers on descriptor 3.

It runs in the sandbox although it runs no student code: a decoder written in C reads bytes that a student chose. What
it says is held against limits like everything that leaves the sandbox; a student who could make it lie would only have
drawn something else.
"""

import base64
import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

from PIL import Image

RESULT_FD = 3
GREY = {"1", "L", "LA"}
COLOURED = {"P", "PA", "RGB", "RGBA"}


def main() -> None:
    """Decode the files that the request names; each becomes its pixels or a sentence on what is wrong."""
    request = json.load(sys.stdin)
    # A warning of too many pixels is an error here.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    folder, side = Path(request["submission"]), request["most_side"]
    found = {name: decoded(folder / name, side) for name in request["files"]}
    with os.fdopen(RESULT_FD, "wb") as pipe:
        pipe.write(json.dumps(found).encode())


def decoded(path: Path, most_side: int) -> dict[str, Any]:
    """Height, width, channels (1 or 3) and Base64 of the pixels; or `problem`. What is transparent becomes black."""
    try:
        with Image.open(path, formats=["PNG"]) as picture:
            if max(picture.size) > most_side:
                return {"problem": f"it has {picture.width} × {picture.height} pixels"}
            if picture.mode not in GREY | COLOURED:
                return {"problem": "it is no picture with 8 bits a channel"}
            grey = picture.mode in GREY
            layered = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Warning, Image.DecompressionBombError) as error:
        return {"problem": f"it is no PNG that can be read ({type(error).__name__})"}
    black = Image.new("RGBA", layered.size, (0, 0, 0, 255))
    plain = Image.alpha_composite(black, layered).convert("RGB")
    red, green, blue = (band.tobytes() for band in plain.split())
    single = grey or red == green == blue
    return {
        "height": plain.height, "width": plain.width, "channels": 1 if single else 3,
        "data": base64.b64encode(red if single else plain.tobytes()).decode(),
    }  # fmt: skip


if __name__ == "__main__":
    main()
