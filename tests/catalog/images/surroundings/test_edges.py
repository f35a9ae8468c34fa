import numpy as np
from PIL import Image

from catalog.images.surroundings.edges import (
    CLEAR_STEP,
    LOOKED_AT_SIDE,
    Edges,
    across,
    down,
    looked_at,
    most_changed,
    plain_from_the_left,
    strong_lines,
    support,
)


def halves() -> Image.Image:
    """Black, with a white rectangle of 40 x 60 at (30, 20)."""
    image = Image.new("RGB", (100, 120))
    image.paste("white", (30, 20, 70, 80))
    return image


def test_a_picture_is_looked_at_small_and_in_its_own_shape() -> None:
    assert looked_at(Image.new("RGB", (3000, 2000))).shape == (171, LOOKED_AT_SIDE, 3)
    assert looked_at(halves()).shape == (120, 100, 3)


def test_changes_are_at_the_boundaries_of_what_differs() -> None:
    pixels = looked_at(halves())
    assert across(pixels)[50].argmax() == 30
    assert down(pixels)[:, 50].argmax() == 20
    assert not across(pixels)[5].any()
    assert across(pixels).shape == (120, 101)
    assert down(pixels).shape == (121, 100)


def test_lines_are_found_and_counted_along() -> None:
    pixels = looked_at(halves())
    edges = Edges(across(pixels), down(pixels), CLEAR_STEP)
    for running, lines in ((edges.upright, (30, 70)), (edges.level, (20, 80))):
        found = strong_lines(running, 8)
        assert all(min(abs(each - line) for each in found) <= 1 for line in lines)
    line, start, end = (np.array([each]) for each in (30, 20, 80))
    assert support(edges.upright, line, start, end) == [1.0]
    assert support(edges.upright, line, np.array([0]), np.array([120])) <= 0.55
    corners = (np.array([each]) for each in (-50, -50, 10, 10))
    assert edges.density(*corners) == [0.0]


def test_how_far_a_border_is_of_one_colour() -> None:
    pixels = looked_at(halves())
    assert plain_from_the_left(pixels) == 30
    assert plain_from_the_left(pixels[:10]) == 100


def test_the_channel_that_changes_most_is_told() -> None:
    change = np.random.default_rng(1).integers(-510, 511, (7, 5, 3)).astype(np.int16)
    np.testing.assert_array_equal(most_changed(change), np.abs(change).max(2))
