"""Generated cases: what is put in the place of a good value, and how a document is spoiled with it."""

import copy
import functools
import json
import os
import time
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netgrade.objects.base import Status

RUN = Counter()
"""How many cases each property was really held against."""

EXAMPLES = int(os.environ.get("NETGRADE_EXAMPLES", "60"))
"""A few in the ordinary run of the tests; `many.py` asks for more."""

MOST_SECONDS = 2

PROFILE = settings(
    max_examples=EXAMPLES,
    derandomize="NETGRADE_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


def holds(**strategies):
    """The decorated function is a property of everything that the strategies make."""

    def decorate(test):
        @PROFILE
        @given(**strategies)
        @functools.wraps(test)
        def counted(*args, **kwargs):
            RUN[test.__name__] += 1
            start = time.process_time()
            test(*args, **kwargs)
            # Of the processor, so that a busy machine fails nothing.
            assert time.process_time() - start < MOST_SECONDS

        return counted

    return decorate


def nested(depth):
    """A list in a list in a list."""
    value = []
    for _ in range(depth):
        value = [value]
    return value


NUMBERS = [float("nan"), float("inf"), float("-inf"), 10**400, -(10**400), 1e308, -1e308, 5e-324, 2**63, -1, 0, 0.5,
           1.5, 10**12, True, False]  # fmt: skip
TEXTS = ["0,5", "1e400", "1.000,5", "nan", "-inf", "viele", "", " ", "\x00", "\ud800", "x" * 5000, "9" * 4000, "=1+1",
         "../..", "Lambda", "Sequential", "Functional", "relu", "∞", "٣", "null", "\r\n", "\u202eabc"]  # fmt: skip
STRUCTURES = [None, [], {}, [0] * 2000, [None] * 3, nested(30), nested(90), nested(150), {"class_name": "Dense"},
              {"": {"": {}}}, {"class_name": 5, "config": []}, [["input", 0, 0]] * 3, {"\ud800": 1}]  # fmt: skip

PLAIN = st.one_of(
    st.sampled_from(NUMBERS),
    st.sampled_from(TEXTS),
    st.sampled_from(STRUCTURES),
    st.floats(),
    st.integers(-3, 50),
    st.integers(),
    st.text(max_size=8),
    st.lists(st.integers(-2, 5), max_size=4),
)
"""Anything that JSON or YAML can say."""


def places(value, at=()):
    """The path of every part of a document."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, child in children for path in [(*at, key), *places(child, (*at, key))]]


def spoil(document, path, how, value):
    """A copy of the document with one place changed; a place that is no longer there is left alone."""
    document = copy.deepcopy(document)
    holder = document
    try:
        for step in path[:-1]:
            holder = holder[step]
        if how == "replace":
            holder[path[-1]] = value
        elif how == "remove":
            del holder[path[-1]]
        elif how == "add":
            holder["unknown_key"] = value
        else:
            holder[path[-1]] = [holder[path[-1]]] * 40
    except (KeyError, IndexError, TypeError):
        pass
    return document


def spoiled(document, values=PLAIN):
    """Copies of a document in which one to three places are changed; the last may be there forty times."""
    path = st.sampled_from(places(document))
    change = st.tuples(path, st.sampled_from(["replace"] * 7 + ["remove"] * 2 + ["add"]), values)
    last = change | st.tuples(path, st.just("repeat"), st.none())

    def apply(steps, end):
        return functools.reduce(lambda made, step: spoil(made, *step), [*steps, end], document)

    return st.builds(apply, st.lists(change, max_size=2), last)


def damaged(content):
    """Copies of some bytes, cut, overwritten or grown in one to four places."""
    change = st.tuples(st.integers(0, len(content)), st.integers(0, 30), st.binary(max_size=12))

    def apply(changes):
        made = bytearray(content)
        for start, length, new in changes:
            made[start : start + length] = new
        return bytes(made)

    return st.lists(change, min_size=1, max_size=4).map(apply)


def is_sound(result):
    """A result says why where it is not good, and is the same after it was written and read."""
    written = result.model_dump_json()
    assert type(result).model_validate_json(written).model_dump_json() == written
    json.loads(written, parse_constant=lambda name: 1 / 0)
    status = getattr(result, "status", Status.OK)
    assert status in (Status.OK, Status.SKIPPED) or result.cause.what
    return True
