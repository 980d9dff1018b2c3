"""Small pictures inside a page: arrays and stored pixels as PNG `data:` URIs."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from netgrade.objects.sight import Pixels


def array_uri(pixels: NDArray[np.uint8]) -> str:
    """A uint8 array (h, w, 1 or 3) as a PNG `data:` URI."""
    picture = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    with io.BytesIO() as file:
        picture.save(file, format="PNG")
        return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def pixels_uri(pixels: Pixels, times: int) -> str:
    """Stored pixels as a PNG `data:` URI, each repeated `times` in both directions: no reader then blurs them."""
    array = np.frombuffer(pixels.raw, np.uint8).reshape(pixels.height, pixels.width, pixels.channels)
    return array_uri(array.repeat(times, axis=0).repeat(times, axis=1))
