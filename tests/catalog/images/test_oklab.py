import numpy as np
import pytest

from catalog.images.oklab import to_oklab, to_srgb


def test_oklab_gives_every_srgb_colour_back() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (500, 3))
    assert (to_srgb(to_oklab(colours)) == colours).all()


def test_oklab_of_published_values() -> None:
    """White is (1, 0, 0), and sRGB red (0.628, 0.225, 0.126), as CSS Color 4 has it."""
    found = to_oklab([[255, 255, 255], [255, 0, 0]])
    assert found[0] == pytest.approx([1, 0, 0], abs=1e-3)
    assert found[1] == pytest.approx([0.62796, 0.22486, 0.12585], abs=1e-3)
