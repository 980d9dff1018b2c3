"""Figures of a classifier, held against hand counts and simulation."""

import numpy as np
import pytest
from scipy.stats import binomtest

from netgrade.measure import metrics


def test_confusion_rows_are_the_true_classes():
    """Two images of class 0, one taken for class 1."""
    found = metrics.confusion_matrix(np.array([0, 0, 1]), np.array([0, 1, 1]), 2)

    assert found.tolist() == [[1, 1], [0, 1]]


def test_a_class_never_predicted_has_no_precision():
    """Precision without predictions is unknown, not zero."""
    first, second = metrics.class_measures(np.array([[2, 0], [1, 0]]), ["a", "b"])

    assert (pytest.approx(2 / 3), 1.0) == (first.precision, first.recall)
    assert (second.precision, second.recall) == (None, 0.0)


def test_top_confusions_are_shares_of_the_true_class():
    """Half of the cats were taken for dogs."""
    found = metrics.top_confusions(np.array([[2, 2], [1, 9]]), ["cat", "dog"])

    assert [(c.true, c.predicted, c.share) for c in found] == [("cat", "dog", 0.5), ("dog", "cat", 0.1)]


def test_the_worst_images_gave_the_truth_least():
    """Rightly classified images never appear, and the surest mistake comes first."""
    outputs = np.array([[0.9, 0.1], [0.6, 0.4], [0.99, 0.01]])
    found = metrics.worst_images(outputs, np.array([0, 1, 1]), ["a", "b"])

    assert [w.index for w in found] == [2, 1]


def test_perfectly_calibrated_outputs_have_no_error():
    """Four images at 75 % of which three are right."""
    outputs = np.tile([0.75, 0.25], (4, 1))
    bins, error = metrics.calibration(outputs, np.array([0, 0, 0, 1]))

    assert len(bins) == 1
    assert pytest.approx(error) == 0.0


@pytest.mark.parametrize(("hits", "images"), [(0, 10), (10, 10), (1, 3), (2600, 4000), (9991, 10000)])
def test_the_interval_of_a_share_is_scipys(hits, images):
    """Wilson's interval, also where nothing or everything was right."""
    found, wanted = metrics.wilson_interval(hits, images), binomtest(hits, images).proportion_ci(0.95, "wilson")

    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-12)


def test_more_seeds_narrow_the_interval_but_not_below_the_images():
    """The images' share of the uncertainty stays, however many seeds there are."""
    one = metrics.accuracy_interval([0.6], 2000)
    many = metrics.accuracy_interval([0.6] * 50, 2000)

    assert many.high - many.low < one.high - one.low
    assert many.high - many.low > 1.95 * 2 * (0.6 * 0.4 / 2000) ** 0.5


@pytest.mark.parametrize("seeds", [1, 3, 5])
@pytest.mark.parametrize("deviation", [0.003, 0.05])
def test_the_interval_holds_for_steady_and_for_unsteady_designs(deviation, seeds):
    """As below, whatever the trainings of a design differ by."""
    generator = np.random.default_rng(7)
    held = 0
    for _ in range(300):
        luck = generator.normal(0, (0.6 * 0.4 / 2000) ** 0.5)
        interval = metrics.accuracy_interval(list(0.6 + luck + generator.normal(0, deviation, size=seeds)), 2000)
        held += interval.low <= 0.6 <= interval.high

    assert held >= 265


@pytest.mark.parametrize(("accuracy", "deviation"), [(0.6, 0.01), (0.98, 0.0045)])
def test_the_interval_holds_the_design_accuracy_in_95_of_100_cases(accuracy, deviation):
    """Simulated: seeds scatter around a design, by less near the end, and images are drawn anew in each case."""
    generator = np.random.default_rng(7)
    held = 0
    for _ in range(1000):
        image_luck = generator.normal(0, (accuracy * (1 - accuracy) / 2000) ** 0.5)
        accuracies = list(np.minimum(1, accuracy + image_luck + generator.normal(0, deviation, size=3)))
        interval = metrics.accuracy_interval(accuracies, 2000)
        held += interval.low <= accuracy <= interval.high

    assert 930 <= held <= 995
