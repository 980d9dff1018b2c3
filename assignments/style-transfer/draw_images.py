"""Draws the images of this assignment, the same on every machine. They are nobody's but the project's.

`python draw_images.py` writes them anew into images/.
"""

from pathlib import Path

import numpy as np
from PIL import Image

SIZE = 96


def main():
    """Write the content and the three styles."""
    folder = Path(__file__).parent / "images"
    folder.mkdir(exist_ok=True)
    v, u = np.mgrid[0:SIZE, 0:SIZE] / (SIZE - 1.0)
    for name, draw in {"content": landscape, "waves": waves, "tiles": tiles, "hatching": hatching}.items():
        pixels = np.round(draw(u, v).clip(0, 1) * 255).astype("uint8")
        Image.fromarray(pixels).save(folder / f"{name}.png")


def color(*rgb):
    return np.array(rgb, dtype=float)


def mixed(one, other, share):
    """`one` where the share is 0, `other` where it is 1."""
    return one + (other - one) * share[..., None]


def painted(image, where, rgb):
    """The image with a colour where a soft mask is 1."""
    return mixed(image, color(*rgb), where.clip(0, 1))


def inside(distance):
    """A mask with a soft edge of about a pixel; the distance is negative inside."""
    return (0.5 - distance * SIZE / 1.5).clip(0, 1)


def landscape(u, v):
    """A house on a hill below the sun, and its way to the water."""
    image = mixed(color(0.45, 0.68, 0.92), color(0.96, 0.88, 0.74), (v / 0.62).clip(0, 1))
    image = painted(image, inside(np.hypot(u - 0.76, v - 0.2) - 0.1), (1.0, 0.85, 0.3))
    image = painted(image, inside(0.52 - 0.1 * np.sin(5 * u + 0.6) - v), (0.55, 0.62, 0.72))
    image = painted(image, inside(0.63 + 0.07 * np.sin(4 * u + 2.4) - v), (0.36, 0.58, 0.3))
    image = painted(image, inside(0.84 + 0.02 * np.sin(9 * u) - v), (0.2, 0.42, 0.62))
    wall = np.maximum(np.abs(u - 0.34) - 0.13, np.abs(v - 0.59) - 0.1)
    image = painted(image, inside(wall), (0.93, 0.9, 0.84))
    roof = np.maximum(np.abs(u - 0.34) * 0.72 + (0.37 - v) - 0.0, v - 0.5)
    image = painted(image, inside(roof), (0.72, 0.25, 0.2))
    image = painted(image, inside(np.maximum(np.abs(u - 0.34) - 0.03, np.abs(v - 0.635) - 0.055)), (0.35, 0.22, 0.16))
    for x in (0.26, 0.42):
        image = painted(image, inside(np.maximum(np.abs(u - x) - 0.025, np.abs(v - 0.56) - 0.03)), (0.3, 0.45, 0.6))
    image = painted(image, inside(np.maximum(np.abs(u - 0.72) - 0.016, np.abs(v - 0.62) - 0.12)), (0.4, 0.28, 0.18))
    return painted(image, inside(np.hypot(u - 0.72, v - 0.47) - 0.11), (0.2, 0.45, 0.22))


def waves(u, v):
    """Rings that run into each other, dark blue to white."""
    height = np.sin(46 * np.hypot(u - 0.2, v - 0.15)) + np.sin(38 * np.hypot(u - 0.9, v - 0.75))
    image = mixed(color(0.04, 0.12, 0.35), color(0.3, 0.65, 0.85), (height / 2 + 0.6).clip(0, 1))
    return painted(image, ((height - 1.1) * 3).clip(0, 1), (0.97, 0.97, 0.9))


def tiles(u, v):
    """A mosaic of triangles in warm colours with dark joints."""
    row, column = np.floor(v * 8), np.floor(u * 8)
    du, dv = u * 8 - column, v * 8 - row
    upper = du + dv > 1
    shade = (np.sin(12.9898 * row + 78.233 * column + 37.7 * upper) * 43758.5453) % 1
    image = mixed(color(0.75, 0.12, 0.1), color(1.0, 0.8, 0.2), shade)
    image = painted(image, (shade > 0.78).astype(float), (0.98, 0.93, 0.82))
    joint = np.minimum.reduce([du, dv, 1 - du, 1 - dv, np.abs(du + dv - 1) / 1.4])
    return painted(image, ((0.1 - joint) * 14).clip(0, 1), (0.15, 0.05, 0.08))


def hatching(u, v):
    """Strokes of a violet pen across a green wash."""
    wash = 0.5 + 0.5 * np.sin(5 * u + 3 * np.sin(4 * v))
    image = mixed(color(0.72, 0.88, 0.6), color(0.2, 0.55, 0.4), wash)
    strokes = np.sin(95 * (u + v) + 2 * np.sin(14 * u)) * (0.6 + 0.4 * np.sin(11 * (u - v)))
    image = painted(image, ((strokes - 0.35) * 4).clip(0, 1), (0.32, 0.12, 0.5))
    across = np.sin(80 * (u - v) + 1.5 * np.sin(9 * v))
    return painted(image, ((across - 0.82) * 6).clip(0, 1), (0.95, 0.95, 0.75))


if __name__ == "__main__":
    main()
