"""Augmentation does to images what its name says."""

import numpy as np
import pytest

from netgrade.train.augment import draw_maps
from netgrade.train.engine import prepare_engine

prepare_engine()

import keras  # noqa: E402 - the engine's settings hold only before the import

IMAGE = np.random.default_rng(0).random((6, 8, 3), dtype=np.float32)


def augmented(count: int, **augmentation: float | bool) -> np.ndarray:
    """`count` copies of one image (6, 8, 3), each augmented."""
    maps = draw_maps(count, (6, 8), augmentation, np.random.default_rng(1))
    copies = np.repeat(IMAGE[None], count, axis=0)
    return np.asarray(keras.ops.image.affine_transform(copies, maps, fill_mode="nearest"))


@pytest.mark.parametrize(("name", "flipped"), [("horizontal_flip", IMAGE[:, ::-1]), ("vertical_flip", IMAGE[::-1])])
def test_flips_mirror_half_of_the_images(name: str, flipped: np.ndarray) -> None:
    """Each image is as it was or mirrored, about as often."""
    images = augmented(200, **{name: True})
    mirrored = [np.allclose(flipped, image, atol=1e-5) for image in images]

    assert all(m or np.allclose(IMAGE, image, atol=1e-5) for m, image in zip(mirrored, images, strict=True))
    assert 70 < sum(mirrored) < 130


def test_width_shift_moves_columns_only() -> None:
    """A column that is constant along the height stays constant after a shift in width."""
    maps = draw_maps(50, (6, 8), {"width_shift_range": 0.25}, np.random.default_rng(1))

    assert np.all(np.abs(maps[:, 2]) <= 2) and maps[:, 2].std() > 0.5
    assert np.allclose([1, 0, 0, 1, 0], maps[:, [0, 1, 3, 4, 5]])


def test_rotation_turns_about_the_centre() -> None:
    """The image's centre is where it was."""
    maps = draw_maps(20, (6, 8), {"rotation_range": 30.0}, np.random.default_rng(1)).astype(float)

    assert np.allclose(3.5, maps[:, 0] * 3.5 + maps[:, 1] * 2.5 + maps[:, 2], atol=1e-5)
    assert np.allclose(2.5, maps[:, 3] * 3.5 + maps[:, 4] * 2.5 + maps[:, 5], atol=1e-5)
    assert np.degrees(np.arcsin(np.abs(maps[:, 3]))).max() <= 30


def test_zoom_stretches_each_axis() -> None:
    """Zoom factors lie within the range, and the two axes differ."""
    maps = draw_maps(100, (6, 8), {"zoom_range": 0.2}, np.random.default_rng(1))

    assert maps[:, [0, 4]].min() >= 0.8 and maps[:, [0, 4]].max() <= 1.2
    assert not np.allclose(maps[:, 0], maps[:, 4])


def test_nothing_asked_changes_nothing() -> None:
    """Without any range the map is the identity."""
    assert np.allclose(IMAGE, augmented(3), atol=1e-6)
