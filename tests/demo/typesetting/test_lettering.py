import numpy as np
import pytest

from demo.typesetting import lettering


@pytest.mark.parametrize("face", lettering.FACES)
def test_a_line_fits_its_room_in_every_face(face: str) -> None:
    for text, width, height in (("WALTZ", 300, 40), ("THE LONGEST OF ALL TITLES", 120, 60)):
        ink = lettering.line(text, face, width, height, tracking=0.1)
        assert ink.width <= width
        assert ink.height <= height
        assert ink.width > 0.85 * width or ink.height > 0.85 * height


def test_small_print_fits_its_room() -> None:
    ink = lettering.small_print("written by Nobody  directed by Somebody  1961", "poster", 200, 7.5)
    assert ink.width <= 200
    assert ink.height <= 7.5
    assert np.asarray(ink).max() > 150
