"""What a network sees, for a page: from a Seen to pictures with the words that state them."""

from collections.abc import Sequence
from dataclasses import dataclass

from netgrade.language import localised, say
from netgrade.objects.base import Cause
from netgrade.objects.sight import Filters, LayerMaps, Pixels, Seen, Sight
from netgrade.phrases import retold, retold_cause
from netgrade.report.figures import ProbabilitiesFigure
from netgrade.report.figures.tables import FigureTable
from netgrade.report.pictures import pixels_uri
from netgrade.report.text import line, percent

MOST_BARS = 12
MAP_SIDE, CELL_SIDE, FILTER_SIDE, IMAGE_SIDE = 51, 13, 34, 60
"""About so many CSS pixels wide is one map, unit, filter or image on the page."""


@dataclass(frozen=True)
class Picture:
    """A picture inside the page, and what it says in words."""

    uri: str
    alt: str


@dataclass(frozen=True)
class MapRow:
    """One layer's maps."""

    layer: str
    shape: str
    picture: Picture


@dataclass(frozen=True)
class SightView:
    """One image, from the input to the class probabilities."""

    heading: str
    trouble: str
    image: Picture | None
    saliency: Picture | None
    shape: str
    rows: tuple[MapRow, ...]
    probabilities: ProbabilitiesFigure | None


@dataclass(frozen=True)
class SeenView:
    """All that a section shows of what its network sees."""

    notes: tuple[str, ...]
    sights: tuple[SightView, ...]
    filters: Picture | None
    filters_caption: str
    filters_data: FigureTable | None


def seen_view(seen: Seen | None) -> SeenView | None:
    """The part of a section that shows what the network sees; None where the task does not ask."""
    if seen is None:
        return None
    notes = [line(retold(note, seen.phrases), 300) for note in seen.notes]
    if trouble := _trouble(seen.cause, 600):
        notes.append(trouble)
    filters = seen.filters
    return SeenView(
        notes=tuple(notes), sights=tuple(_sight(sight) for sight in seen.sights),
        filters=_filters(filters) if filters else None,
        filters_caption=_filters_caption(filters) if filters else "",
        filters_data=_filters_data(filters) if filters and filters.numbers else None,
    )  # fmt: skip


def _sight(sight: Sight) -> SightView:
    name, likeliest = line(sight.name, 40), _likeliest(sight)
    told = say(", then ").join(f"{line(c, 20)} ({percent(p)})" for c, p in likeliest[:2])
    upright = f"{name[:1].upper()}{name[1:]}"
    taken_for, saliency = say("{image}, taken for {classes}"), say("Saliency of {image}: {place}")
    first = line(sight.taken_for[0], 20) if sight.taken_for else ""
    return SightView(
        heading=say("{image}: taken for {classes}").format(image=upright, classes=told) if told else upright,
        trouble=_trouble(sight.cause, 400),
        image=_picture(sight.picture, IMAGE_SIDE, taken_for.format(image=name, classes=_listed(likeliest)))
        if sight.picture
        else None,
        saliency=_picture(sight.saliency, IMAGE_SIDE, saliency.format(image=name, place=_where(sight.saliency)))
        if sight.saliency
        else None,
        shape=_shape(sight.picture) if sight.picture else "",
        rows=tuple(_row(maps) for maps in sight.layers),
        probabilities=_bars(sight, first) if sight.probabilities else None,
    )  # fmt: skip


def _trouble(cause: Cause | None, most: int) -> str:
    """What went wrong and what to do, in the language that is spoken; empty where nothing did."""
    spoken = retold_cause(cause)
    return line(f"{spoken.what} {spoken.remedy}", most) if spoken else ""


def _likeliest(sight: Sight) -> list[tuple[str, float]]:
    return sorted(sight.probabilities.items(), key=lambda pair: -pair[1])


def _listed(likeliest: Sequence[tuple[str, float]], most: int = 3) -> str:
    return ", ".join(f"{line(name, 20)} {percent(share)}" for name, share in likeliest[:most]) or say("nothing yet")


def _bars(sight: Sight, first: str) -> ProbabilitiesFigure:
    """All classes in their order, or the likeliest where there are too many for one row."""
    likeliest = _likeliest(sight)
    kept = {name for name, _ in likeliest[:MOST_BARS]}
    shown = [(line(name, 10), share) for name, share in sight.probabilities.items() if name in kept]
    alt = say("Class probabilities of {image}: {classes}.").format(
        image=line(sight.name, 40), classes=_listed(likeliest, MOST_BARS)
    )
    return ProbabilitiesFigure(alt, tuple(name for name, _ in shown), tuple(share for _, share in shown))


def _row(maps: LayerMaps) -> MapRow:
    count, shape = maps.shape[-1], " × ".join(map(str, maps.shape))
    whole = len(maps.channels)
    told = (
        say("{layer}: {shown} of {all} channels; the greatest value is that of number {strongest}")
        if len(maps.shape) > 1
        else say("{layer}: {shown} of {all} units; the greatest value is that of number {strongest}")
    )
    alt = told.format(layer=maps.kind, shown=whole, all=count, strongest=maps.strongest + 1)
    columns = whole if len(maps.shape) > 1 else maps.picture.width
    side = MAP_SIDE if len(maps.shape) > 1 else CELL_SIDE
    return MapRow(line(maps.kind, 30), shape, _picture(maps.picture, columns * side, alt))


def _picture(pixels: Pixels, width: int, alt: str) -> Picture:
    return Picture(pixels_uri(pixels, max(1, round(width / pixels.width))), alt)


def _shape(pixels: Pixels) -> str:
    return f"{pixels.height} × {pixels.width} × {pixels.channels}"


def _where(saliency: Pixels) -> str:
    """In which part of the image the darkest pixel of a map lies."""
    darkest = min(range(len(saliency.raw)), key=saliency.raw.__getitem__)
    row, column = divmod(darkest, saliency.width)
    upright = (say("top"), say("middle"), say("bottom"))[min(2, 3 * row // saliency.height)]
    across = (say("left"), say("centre"), say("right"))[min(2, 3 * column // saliency.width)]
    told = say("the score depends most on a pixel in the {upright} {across}")
    return told.format(upright=upright, across=across)


def _filters(filters: Filters) -> Picture:
    return _picture(filters.picture, filters.shown * FILTER_SIDE, _filters_caption(filters))


def _filters_data(filters: Filters) -> FigureTable:
    """The weights themselves where they are told, a channel a row; else what each filter comes to."""
    height, width, channels = filters.shape
    numbered = list(enumerate(filters.numbers, start=1))
    if not filters.numbers[0].weights:
        rows = [(str(number), *map(_number, (one.norm, one.least, one.greatest))) for number, one in numbered]
        columns = (say("Filter"), say("Norm"), say("Least"), say("Greatest"))
        return FigureTable(say("Filters of the first convolution"), columns, tuple(rows))
    places = tuple(f"{row}, {column}" for row in range(1, height + 1) for column in range(1, width + 1))
    rows = [
        (f"{number}, {channel + 1}", *map(_number, one.weights[channel::channels]))
        for number, one in numbered
        for channel in range(channels)
    ]
    caption = say("Weights of the filters of the first convolution, by row and column")
    return FigureTable(caption, (say("Filter, channel"), *places), tuple(rows))


def _number(value: float) -> str:
    return localised(f"{value:.3g}").replace("-", "−")


def _filters_caption(filters: Filters) -> str:
    shape = " × ".join(map(str, filters.shape))
    told = (
        say(
            "Filters of the first convolution: {shown} of {all}, {shape} each. Middle grey is zero, lighter is "
            "positive, darker negative, for each of the three colour channels by itself."
        )
        if filters.picture.channels == 3
        else say(
            "Filters of the first convolution: {shown} of {all}, {shape} each. Middle grey is zero, lighter is "
            "positive, darker negative."
        )
    )
    return told.format(shown=filters.shown, all=filters.all, shape=shape)
