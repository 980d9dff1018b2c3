"""The diagram of a model: a box a layer, as wide as what it gives is large, in a table with shapes and parameters."""

import math

from netgrade.objects.plan import CheckedModel, LayerRow
from netgrade.report.text import count, line
from netgrade.report.view import LayerLine, LayerTable

MOST_LAYERS = 150
WIDEST, NARROWEST = 20, 3
"""Steps of a box's width, of which the stylesheet makes a twentieth of the column each."""

FAMILIES = {
    "Conv": "convolution", "Dense": "dense", "Pool": "pooling", "Normalization": "normalisation", "Dropout": "noise",
    "Gaussian": "noise", "Random": "noise",
}  # fmt: skip
"""What layers whose type has such a part are drawn as; all others as plain."""


def layer_table(model: CheckedModel) -> LayerTable:
    """The layers of a model, as many as a page takes."""
    shown = model.rows[:MOST_LAYERS]
    largest = max((_values(row) for row in shown), default=1)
    return LayerTable(
        rows=tuple(_line(row, largest) for row in shown), left_out=len(model.rows) - len(shown),
        total=count(model.parameters), trainable=count(model.trainable),
        fixed=count(model.parameters - model.trainable),
    )  # fmt: skip


def _line(row: LayerRow, largest: int) -> LayerLine:
    share = math.log1p(_values(row)) / math.log1p(largest)
    return LayerLine(
        name=line(row.name, 60), kind=line(row.kind, 40), parameters=count(row.parameters),
        family=next((family for part, family in FAMILIES.items() if part in row.kind), "plain"),
        shape=" × ".join(map(str, row.output_shape)), width=max(NARROWEST, round(WIDEST * share)),
        note=line(row.note, 120),
    )  # fmt: skip


def _values(row: LayerRow) -> int:
    return max(1, math.prod(size or 1 for size in row.output_shape))
