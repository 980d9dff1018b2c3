"""Ways to state the time: what they say of a time, and what time is read from them."""

import numpy as np
import pytest

from netgrade.dial import decode, dial_distance, target
from netgrade.encodings import CLASSES, ENCODINGS, TIMES, clock_text, heads_of, is_class, read_encoding

EVERY_TIME = np.arange(TIMES)


def sizes_of(encoding):
    """One output for each word."""
    return [CLASSES.get(word, 2 if word.endswith("sin-cos") else 1) for word in encoding.split()]


def said(head, times):
    """What a perfect output would be: one-hot rows for classes."""
    wanted = target(head, times)
    return np.eye(CLASSES[head[0]])[wanted] if is_class(head) else wanted


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_time_is_read_as_it_was_stated(encoding):
    """All 720 times come back, in either order of the words; the hour hand alone is enough."""
    for words in {encoding, " ".join(reversed(encoding.split()))}:
        heads = heads_of(words, sizes_of(words))

        assert decode(heads, [said(head, EVERY_TIME) for head in heads]).tolist() == EVERY_TIME.tolist()


def test_sine_and_cosine_may_be_outputs_of_their_own():
    """Leiden's four heads of one number each, and one head of four, state the same."""
    four = heads_of("hour-sin-cos minute-sin-cos", [1, 1, 1, 1])
    one = heads_of("hour-sin-cos minute-sin-cos", [4])

    assert [value for head in four for value in head] == list(one[0])
    assert heads_of("hour-sin-cos minute-sin-cos", [3]) is None
    assert heads_of("hour-class minute", [13]) is None


def test_the_hour_hand_and_the_minute_are_brought_together():
    """An hour hand that is ten minutes off does not turn 2:58 into 3:58 or 1:58."""
    heads = heads_of("hour-sin-cos minute", [2, 1])
    angle = 2 * np.pi * (178 + 10) / TIMES

    assert decode(heads, [np.array([[np.sin(angle), np.cos(angle)]]), np.array([[58.0]])]).tolist() == [178]


def test_numbers_beyond_the_dial_count_by_their_place_on_it():
    """13 hours are one o'clock, and minus a quarter of a dial is nine."""
    assert decode([("hours",)], [np.array([[13.0], [-0.5]])]).tolist() == [60, 690]
    assert decode([("fraction",)], [np.array([[-0.25]])]).tolist() == [540]


def test_the_error_goes_the_short_way_around():
    """11:55 and 0:05 are ten minutes apart; half a dial is the most."""
    assert dial_distance(np.array([715, 0, 100]), np.array([5, 360, 100])).tolist() == [10, 360, 0]
    assert dial_distance(EVERY_TIME, np.zeros(TIMES)).mean() == 180


@pytest.mark.parametrize("text", ["hour-class", "minute", "hour-class hour", "time-class minute", "x", "", "hour " * 9])
def test_what_does_not_state_a_time_is_no_encoding(text):
    """A minute without an hour tells no time."""
    assert read_encoding(text) is None


def test_times_are_written_as_people_do():
    """Whole minutes, two digits."""
    assert [clock_text(time) for time in (0, 65, 719.6)] == ["0:00", "1:05", "0:00"]
