"""What pictures of planes, clocks and filters show, as tables."""

import numpy as np
from test_report_seen import a_seen

from netgrade.objects.grade import VariantGrade
from netgrade.report.figures import BoundaryFigure, PlaneFigure
from netgrade.report.figures.clock import Dial, DialsFigure
from netgrade.report.figures.tables import table_of
from netgrade.report.parts.seen import seen_view
from netgrade.report.sections.variants import _heat

BOX = (0.0, 2.0, -1.0, 1.0)
HANDS = (((0.0, 0.0), (0.5, 0.5)), ((0.0, 0.0), (0.0, 0.9)))


def test_a_boundary_is_told_from_above_at_some_places():
    """The network answers 1 where the second input is positive; the drawing's grid is finer."""
    values = tuple((height,) * 41 for height in np.linspace(-1, 1, 41).round(3).tolist())
    table = table_of(BoundaryFigure("", BOX, values, ()))

    assert table.columns[:2] == ("Input 2, by input 1", "0.00") and table.columns[-1] == "2.00"
    assert [row[0] for row in table.rows] == [f"{n / 5:.2f}".replace("-", "−") for n in range(5, -6, -1)]
    assert [row[1] for row in table.rows] == ["1"] * 5 + ["?"] + ["0"] * 5 and len(table.rows[0]) == 12


def test_a_plane_is_told_at_its_last_epoch_with_its_points():
    before, after = ((50, 50), (50, 50)), ((1, 2), (3, 97))
    points = ((0.1, -0.9, 0), (1.9, 0.9, 1), (5.0, 5.0, 1))
    table = table_of(PlaneFigure("", ("inner", "outer"), BOX, (1, 9), (0.5, 0.1), (before, after), points))

    assert table.caption == "Probability of “outer” over the plane, in the end"
    assert table.rows == (("1.00", "3%", "97%"), ("−1.00", "1%", "2%"))
    assert table.then.rows == (
        ("1", "0.10", "−0.90", "inner", "1%"), ("2", "1.90", "0.90", "outer", "97%"),
        ("3", "5.00", "5.00", "outer", "97%"),
    )  # fmt: skip


def test_clocks_are_told_with_their_error():
    dial = Dial(bytes(16), 4, 7, HANDS, HANDS, shown="1:01", read="7:01", apart=360)

    assert table_of(DialsFigure("", (dial,))).rows == (("7", "1:01", "7:01", "360.0 min"),)


def test_small_filters_are_told_weight_by_weight_and_large_ones_in_short():
    seen = a_seen()
    small = seen_view(seen).filters_data
    brief = [one.model_copy(update={"weights": []}) for one in seen.filters.numbers]
    large = seen_view(seen.model_copy(update={"filters": seen.filters.model_copy(update={"numbers": brief})}))

    assert small.columns[:3] == ("Filter, channel", "1, 1", "1, 2") and len(small.rows) == 6
    assert small.rows[0][:3] == ("1, 1", "−0.5", "−0.385") and small.rows[5][0] == "2, 3"
    assert large.filters_data.rows == (("1", "2", "−0.5", "1"), ("2", "2", "−0.5", "1"))


def test_a_grid_of_two_factors_is_there_where_anything_is_known():
    def grid(*known):
        cells = [(depth, rate) for depth in "12" for rate in ("0", "0.5")]
        return _heat(
            [VariantGrade(name="x", factors={"depth": a, "rate": b}, validation=value)
             for (a, b), value in zip(cells, known, strict=True)], ("depth", "rate"),
        )  # fmt: skip

    assert table_of(grid(0.5, None, 0.25, 0.75)).rows == (("1", "50.0%", "–"), ("2", "25.0%", "75.0%"))
    assert grid(None, None, None, None) is None
