"""Cells in shades: areas while they are few, which stay sharp wherever a report is read, and an image beyond that."""

from typing import Any, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

from netgrade.report.drawing.dark import CELLS
from netgrade.report.drawing.palette import SHADES

SHADE = LinearSegmentedColormap.from_list("shades", SHADES)

MOST = 1000
"""Cells that are drawn as areas; the image is smaller where there are more, and readers may smooth it."""

STEPS = 100
"""Shades of areas, one a per cent: cells of one shade are one element."""

OVERLAP = 0.1
"""Points by which an area reaches into its neighbours: else a line of the paper would be seen between them."""

AROUND = (Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY)


def shade_cells(
    axes: Axes,
    shares: NDArray[np.float64],
    first: int = 0,
    aspect: Literal["equal", "auto"] = "equal",
    norm: Normalize | None = None,
) -> None:
    """Shade cells, (rows, columns), by what `norm` makes of each: from 0 to 1, or NaN for no shade.

    The first row is at 0, the first column at `first`.
    """
    rows, columns = shares.shape
    left, right, bottom, top = edges = (first - 0.5, first + columns - 0.5, rows - 0.5, -0.5)
    norm = norm or Normalize(0, 1)
    if shares.size > MOST:
        axes.imshow(shares, SHADE, norm, aspect=aspect, interpolation="nearest", extent=edges, gid=CELLS)
        return
    axes.set(xlim=(left, right), ylim=(bottom, top), aspect=aspect)
    axes.add_artist(_Areas(np.round(norm(shares) * STEPS), left))


class _Areas(Artist):
    """Cells as one path a shade, in a group that the dark knows."""

    def __init__(self, steps: NDArray[np.float64], left: float) -> None:
        super().__init__()
        self._steps, self._left = steps, left  # (rows, columns), from 0 to STEPS or NaN

    def draw(self, renderer: Any) -> None:
        """Draw them, the deepest last."""
        renderer.open_group("cells", gid=CELLS)
        context = renderer.new_gc()
        context.set_linewidth(0)
        corners = self._corners()
        for step in np.unique(self._steps[self._steps > 0]):
            vertices = corners[self._steps == step]
            path = Path(vertices.reshape(-1, 2), AROUND * len(vertices))
            renderer.draw_path(context, path, IdentityTransform(), SHADE(step / STEPS))
        context.restore()
        renderer.close_group("cells")

    def _corners(self) -> NDArray[np.float64]:
        """The way around each cell in pixels: (rows, columns, 5, (x, y))."""
        assert self.axes
        rows, columns = self._steps.shape
        across = np.column_stack([self._left + np.arange(columns + 1), np.zeros(columns + 1)])
        down = np.column_stack([np.zeros(rows + 1), np.arange(rows + 1) - 0.5])
        x = self.axes.transData.transform(across)[:, 0]
        y = self.axes.transData.transform(down)[:, 1]
        around = np.empty((rows, columns, 5, 2))
        around[..., (0, 3, 4), 0], around[..., (1, 2), 0] = (x[:-1, None] - OVERLAP, x[1:, None] + OVERLAP)
        around[..., (0, 1, 4), 1], around[..., (2, 3), 1] = (y[1:, None, None] - OVERLAP, y[:-1, None, None] + OVERLAP)
        return around
