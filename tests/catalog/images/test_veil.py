"""Veiled posters."""

import numpy as np
from PIL import Image

from catalog.images.veil import GRAINS, VEIL_WIDTH, veil


def test_nothing_but_colours_is_left() -> None:
    rng = np.random.default_rng(20)
    image = Image.fromarray(rng.integers(0, 2, (600, 400, 1), np.uint8).repeat(3, 2) * 255)
    found = veil(image)
    assert found.size == (VEIL_WIDTH, round(1.5 * VEIL_WIDTH))
    steps = np.abs(np.diff(np.asarray(found.convert("L"), float), axis=1)).max()
    assert steps < 255 * 2 / (VEIL_WIDTH / GRAINS)
    assert abs(np.asarray(found, float).mean() - np.asarray(image, float).mean()) < 5


def test_a_sliver_keeps_a_height() -> None:
    assert veil(Image.new("RGB", (900, 1), "red")).height == 1
