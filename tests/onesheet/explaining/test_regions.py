"""Where on a poster something lies, in words."""

from typing import Any

import numpy as np
import pytest

from onesheet.explaining.regions import region


def grid(rows: int = 6, columns: int = 4, **bands: tuple[int, int]) -> "np.ndarray":
    """Weight 1 in rows and columns [from, to), none elsewhere."""
    weights = np.zeros((rows, columns))
    weights[slice(*bands.get("down", (0, rows))), slice(*bands.get("across", (0, columns)))] = 1
    return weights


@pytest.mark.parametrize(
    ("bands", "words"),
    [
        ({"down": (4, 6), "across": (0, 1)}, "mostly in the lower left"),
        ({"down": (0, 3), "across": (2, 4)}, "mostly in the upper right"),
        ({"down": (0, 2)}, "mostly in the upper half"),
        ({"across": (0, 2)}, "mostly on the left"),
        ({"down": (2, 4), "across": (1, 3)}, "mostly in the middle"),
        ({"down": (2, 4)}, "mostly across the middle"),
        ({}, "evenly all over"),
    ],
)
def test_the_region_that_stands_out_is_named(bands: dict[str, Any], words: str) -> None:
    assert region(grid(**bands)) == words


def test_a_region_with_less_than_half_of_it_is_only_where_most_is() -> None:
    weights = np.ones((6, 4))
    weights[3:, :2] = 2.5
    assert region(weights) == "above all in the lower left"


def test_nothing_at_all_is_nowhere_in_particular() -> None:
    assert region(np.zeros((6, 4))) == "evenly all over"


@pytest.mark.parametrize("shape", [(1, 1), (7, 5), (3, 2)])
def test_any_grid_has_words(shape: tuple[int, int]) -> None:
    weights = np.random.default_rng(1).random(shape)
    assert region(weights)
