"""From arrays to small grey pictures, light as paper: maps side by side, units as cells, filters around middle grey."""

import base64

import numpy as np
from numpy.typing import NDArray

from netgrade.objects.sight import Pixels

PAPER, LIGHT, DARK = 255, 238, 24
"""Between pictures; the least value; the greatest."""

MOST_MAPS = 8
LEAST_SIDE, MOST_SIDE = 28, 64
GAP = 2
CELLS_A_ROW, MOST_CELLS = 32, 256


def pixels_of(array: NDArray[np.uint8]) -> Pixels:
    """A uint8 array (h, w, 1 or 3) as a noun."""
    height, width, channels = array.shape
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return Pixels.model_validate({"height": height, "width": width, "channels": channels, "data": data})


def channel_strip(values: NDArray[np.float32]) -> tuple[list[int], Pixels]:
    """Up to eight channels of (h, w, c), those that differ most from place to place, on one scale of grey."""
    spread = values.reshape(-1, values.shape[-1]).std(axis=0)
    channels = sorted(np.argsort(-spread, kind="stable")[:MOST_MAPS].tolist())
    step = -(-max(values.shape[:2]) // MOST_SIDE)
    maps = _grey(values[::step, ::step, channels])
    larger = max(1, LEAST_SIDE // max(maps.shape[:2]))  # so that the gaps are narrow beside the maps
    maps = maps.repeat(larger, axis=0).repeat(larger, axis=1)
    return channels, pixels_of(_side_by_side([maps[..., i : i + 1] for i in range(len(channels))]))


def unit_grid(values: NDArray[np.float32]) -> tuple[list[int], Pixels]:
    """The units (u,) as cells, 32 in a row; of very many, the first."""
    shown = values[:MOST_CELLS]
    rows = -(-len(shown) // CELLS_A_ROW)
    cells = np.full(rows * min(CELLS_A_ROW, len(shown)), PAPER, np.uint8)
    cells[: len(shown)] = _grey(shown)
    return list(range(len(shown))), pixels_of(cells.reshape(rows, -1, 1))


def filter_strip(kernel: NDArray[np.float32]) -> Pixels:
    """Filters (h, w, c, n) around middle grey, all on one scale: in colour where they see three channels."""
    if kernel.shape[2] != 3:
        kernel = kernel.mean(axis=2, keepdims=True)
    bound = np.abs(kernel).max() or 1.0
    levels = (127.5 + 127.5 * kernel / bound).round().astype(np.uint8)
    return pixels_of(_side_by_side([levels[..., i] for i in range(levels.shape[-1])], gap=1))


def shaded(values: NDArray[np.float32], least: float) -> Pixels:
    """One map (h, w) from light for `least` to dark for its greatest value."""
    return pixels_of(_grey(values, least)[..., None])


def _grey(values: NDArray[np.float32], least: float | None = None) -> NDArray[np.uint8]:
    low = float(values.min()) if least is None else least
    span = float(values.max()) - low
    share = (values - low) / span if span > 0 else np.zeros_like(values)
    grey: NDArray[np.uint8] = (LIGHT - (LIGHT - DARK) * share).round().astype(np.uint8)
    return grey


def _side_by_side(pictures: list[NDArray[np.uint8]], gap: int = GAP) -> NDArray[np.uint8]:
    """Pictures (h, w, channels) in one row on white paper."""
    height, _, channels = pictures[0].shape
    between = np.full((height, gap, channels), PAPER, np.uint8)
    parts = [part for picture in pictures for part in (picture, between)]
    return np.concatenate(parts[:-1], axis=1)
