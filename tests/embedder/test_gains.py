"""The gains that decide whether a prediction is shown."""

import numpy as np
import pytest

from embedder.gains import held_out
from embedder.training.data import Labels

DECADES = ("1980", "1990", "2000")


def labels(ratings: list[float], decades: list[int | None]) -> Labels:
    one_hot = np.zeros((len(decades), len(DECADES)), np.float32)
    for row, decade in enumerate(decades):
        if decade is not None:
            one_hot[row, decade] = 1
    genres = np.ones((len(ratings), 1), np.float32)
    return Labels(("Drama",), DECADES, genres, one_hot, np.array(ratings, np.float32))


ALL = labels([6, 8, 7, 5, 9, np.nan], [0, 0, 1, 0, 1, None])
TRAIN, HELD = np.array([0, 1, 2]), np.array([3, 4, 5])
SURE = np.eye(5)


def gains(scores: list[int], decades: np.ndarray) -> dict[str, float]:
    return held_out(SURE[scores], decades, ALL, TRAIN, HELD)


def test_a_perfect_score_and_a_perfect_decade_gain_everything() -> None:
    assert gains([2, 4, 0], np.eye(3)) == {"score_gain": 1.0, "decade_gain": 1.0}


def test_always_saying_what_train_says_gains_nothing() -> None:
    """The mean of train is 7; with one added, its decades count 3, 2 and 1."""
    shares = np.tile(np.array([3, 2, 1]) / 6, (3, 1))
    found = gains([3, 3, 3], shares)
    assert found == {"score_gain": pytest.approx(0), "decade_gain": pytest.approx(0)}


def test_worse_than_the_guess_is_below_nought() -> None:
    found = gains([4, 1, 0], np.eye(3)[[1, 0, 0]])
    assert found["score_gain"] < 0
    assert found["decade_gain"] < 0


@pytest.mark.parametrize(
    "silent",
    [
        labels([np.nan] * 3 + [5.0, 9.0, 7.0], [None] * 3 + [0, 1, 2]),
        labels([6.0, 8.0, 7.0] + [np.nan] * 3, [0, 0, 1] + [None] * 3),
    ],
    ids=["train", "held"],
)
def test_what_no_film_of_one_side_tells_gains_nothing_however_right(silent: Labels) -> None:
    found = held_out(SURE[[2, 4, 3]], np.eye(3), silent, TRAIN, HELD)
    assert found == {"score_gain": 0.0, "decade_gain": 0.0}
