"""The figures of a classifier, from probabilities and labels. Shapes: n images, k classes, s seeds."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from netgrade.objects.measurement import CalibrationBin, ClassMeasure, Confusion, Interval, WorstImage

SEED_DEVIATION = 0.007
"""Standard deviation of test accuracy from seed to seed that is assumed before any is seen (0.7 points)."""

NEAR_THE_END = 0.9
"""Accuracy from which that assumption shrinks, as a coin's deviation does: where 1 % is wrong, seeds differ by less."""

SEED_PRIOR = 1
"""How many observations that assumption weighs: few, because designs differ tenfold in it (docs/seeds.md)."""


def accuracy_interval(accuracies: list[float], images: int) -> Interval:
    """95 % interval of a design's accuracy from one accuracy for each seed on the same `images` test images.

    Two independent sources are added in quadrature: which images happened to be drawn (Wilson score interval of
    the mean accuracy; seeds share the images, so it does not shrink with them), and which seeds (Student's t for
    their mean, the variance pooled with a prior as a scaled inverse chi-squared, Gelman et al., BDA3, 2.6).
    """
    mean = sum(accuracies) / len(accuracies)
    wilson = wilson_interval(round(mean * images), images)
    squares = sum((a - mean) ** 2 for a in accuracies)
    freedom = SEED_PRIOR + len(accuracies) - 1
    assumed = SEED_DEVIATION * min(1.0, math.sqrt(mean * (1 - mean) / (NEAR_THE_END * (1 - NEAR_THE_END))))
    deviation = math.sqrt((SEED_PRIOR * assumed**2 + squares) / freedom)
    of_seeds = float(stdtrit(freedom, 0.975)) * deviation / math.sqrt(len(accuracies))
    low = mean - math.hypot(mean - wilson.low, of_seeds)
    high = mean + math.hypot(wilson.high - mean, of_seeds)
    return Interval(low=max(0.0, low), high=min(1.0, high))


def wilson_interval(hits: int, images: int) -> Interval:
    """95 % score interval of a share (Wilson 1927; Brown, Cai and DasGupta, Statistical Science 16, 2001, eq. 4).

    SciPy has it in `scipy.stats`, whose import takes longer than all that is measured here.
    """
    z, share = float(ndtri(0.975)), hits / images
    middle = (share + z**2 / (2 * images)) / (1 + z**2 / images)
    half = z / (1 + z**2 / images) * math.sqrt(share * (1 - share) / images + (z / (2 * images)) ** 2)
    return Interval(low=max(0.0, middle - half), high=min(1.0, middle + half))


def confusion_matrix(labels: NDArray[np.int64], predicted: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """Counts `(k, k)`: rows true, columns predicted."""
    return np.bincount(labels * classes + predicted, minlength=classes * classes).reshape(classes, classes)


def class_measures(confusion: NDArray[np.int64], names: list[str]) -> list[ClassMeasure]:
    """Precision and recall of each class."""
    hits, predicted, true = confusion.diagonal(), confusion.sum(axis=0), confusion.sum(axis=1)
    return [
        ClassMeasure(
            name=name,
            precision=float(hits[i] / predicted[i]) if predicted[i] else None,
            recall=float(hits[i] / true[i]) if true[i] else 0.0,
            images=int(true[i]),
        )
        for i, name in enumerate(names)
    ]


def top_confusions(confusion: NDArray[np.int64], names: list[str], most: int = 5) -> list[Confusion]:
    """The largest shares of one class that were taken for another."""
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    np.fill_diagonal(shares, 0.0)
    order = np.argsort(shares, axis=None, kind="stable")[::-1][:most]
    pairs = [divmod(int(flat), len(names)) for flat in order]
    return [Confusion(true=names[i], predicted=names[j], share=float(shares[i, j])) for i, j in pairs if shares[i, j]]


def worst_images(
    probabilities: NDArray[np.float64], labels: NDArray[np.int64], names: list[str], most: int = 6
) -> list[WorstImage]:
    """The wrongly classified images whose true class got the least probability; `probabilities` is `(n, k)`."""
    of_truth = probabilities[np.arange(len(labels)), labels]
    predicted = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(predicted != labels)
    return [
        WorstImage(
            index=int(i),
            true=names[labels[i]],
            predicted=names[predicted[i]],
            probabilities={name: round(float(p), 4) for name, p in zip(names, probabilities[i], strict=True)},
        )
        for i in wrong[np.argsort(of_truth[wrong], kind="stable")][:most]
    ]


def calibration(
    probabilities: NDArray[np.float64], labels: NDArray[np.int64], bins: int = 10
) -> tuple[list[CalibrationBin], float]:
    """Reliability diagram and expected calibration error (Guo et al., ICML 2017, eq. 3); input `(n, k)` and `(n,)`."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    found = [
        CalibrationBin(
            low=b / bins,
            high=(b + 1) / bins,
            confidence=float(confidence[index == b].mean()),
            accuracy=float(right[index == b].mean()),
            images=int((index == b).sum()),
        )
        for b in range(bins)
        if (index == b).any()
    ]
    error = sum(b.images * abs(b.accuracy - b.confidence) for b in found) / len(labels)
    return found, float(error)
