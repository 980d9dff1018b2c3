"""Times: which way of stating the time the targets given to `fit` follow."""

from typing import Any

import numpy as np

from netgrade.dial import target
from netgrade.encodings import ENCODINGS, Head, heads_of, is_class


def encoding_of(targets: list[Any], sample: tuple[Any, Any], model: Any) -> str | None:
    """The only encoding by which the sampled rows of `targets`, one for each output, state the true times.

    `sample` are places and times `(m,)`. None where no encoding does, or more than one.
    """
    places, times = sample
    sizes = [int(shape[1]) if len(shape) == 2 and shape[1] else 0 for shape in _shapes(model)]
    if len(targets) != len(sizes):
        return None
    rows = [_rows(given, places) for given in targets]
    found = []
    for encoding in _all_orders():
        heads = heads_of(encoding, sizes)
        if heads and all(_states(head, given, times) for head, given in zip(heads, rows, strict=True)):
            found.append(encoding)
    return found[0] if len(found) == 1 else None


def _all_orders() -> list[str]:
    return [" ".join(words) for text in ENCODINGS for words in dict.fromkeys((tuple(text.split()), _reversed(text)))]


def _reversed(text: str) -> tuple[str, ...]:
    return tuple(reversed(text.split()))


def _shapes(model: Any) -> list[Any]:
    shape = model.output_shape
    return list(shape) if shape and isinstance(shape[0], list | tuple) else [shape]


def _rows(given: Any, places: Any) -> Any:
    values = np.asarray(given)
    return values[places].reshape(len(places), -1) if values.ndim and len(values) > places.max() else None


def _states(head: Head, given: Any, times: Any) -> bool:
    """Whether the rows `(m, k)` are what the output should say: class numbers, one-hot rows, or values."""
    if given is None or (not np.issubdtype(given.dtype, np.number) and given.dtype != bool):
        return False
    wanted = target(head, times)
    if is_class(head):
        classes = given[:, 0] if given.shape[1] == 1 else given.argmax(axis=1)
        whole = given.shape[1] == 1 or bool((given.sum(axis=1) == 1).all() and (given.max(axis=1) == 1).all())
        return whole and np.array_equal(classes, wanted)
    return given.shape == wanted.shape and np.allclose(given, wanted, atol=1e-3)
