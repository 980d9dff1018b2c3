"""Garbage: moments in which Python looks for none, because it would find none, or all of it at the end.

What keeps each other in circles has to be looked for. What was taken apart goes by itself.
"""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


@contextmanager
def lasting() -> Iterator[None]:
    """What is made meanwhile stays until the process ends: nobody looks through it, now or later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def passing() -> Iterator[None]:
    """What is made meanwhile is garbage at the end, and looked for then; what was there before is left alone."""
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()
        gc.unfreeze()


def take_apart(things: Iterable[object]) -> None:
    """Empty things that nobody needs any more, and that keep others in circles."""
    for thing in things:
        vars(thing).clear()
