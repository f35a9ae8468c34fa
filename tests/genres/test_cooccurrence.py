"""Which genres go together, by hand; what a circle puts side by side."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genres.cooccurrence import circle, confusion, cooccurrence, false_alarms, lift

TRUTH = np.array([[1, 1, 0], [1, 0, 0], [0, 1, 0], [1, 1, 1]], dtype=bool)


def test_cooccurrence_counts_films_with_both() -> None:
    assert cooccurrence(TRUTH).tolist() == [[3, 2, 1], [2, 3, 1], [1, 1, 1]]


def test_lift_is_the_count_over_what_chance_gives() -> None:
    # 2 of 4 films have the first two; chance gives 3 x 3 / 4. The third is in 1: 1 / (3 / 4).
    expected = [[0, 8 / 9, 4 / 3], [8 / 9, 0, 4 / 3], [4 / 3, 4 / 3, 0]]
    np.testing.assert_allclose(lift(TRUTH), expected)


def test_confusion_counts_only_films_without_the_other_genre() -> None:
    predicted = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 0], [1, 1, 0]], dtype=bool)
    found = confusion(TRUTH, predicted)
    # Of the three films with the first genre one lacks the second, and is read as it.
    assert found[0, 1] == 1
    # Two of them lack the third, and both are read as it.
    assert found[0, 2] == 1
    # The film with all three genres lacks none, so nothing can be said of the third.
    assert np.isnan(found[2, 0])
    assert false_alarms(TRUTH, predicted).tolist() == pytest.approx([1, 1, 2 / 3])


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        confusion([[1, 0]], [[1, 0, 1]])
    with pytest.raises(ValueError, match="symmetric"):
        circle(np.array([[0.0, 1.0], [2.0, 0.0]]))
    with pytest.raises(ValueError, match=r"\[C, C\]"):
        circle(np.zeros((2, 3)))


def test_a_ring_is_unrolled_in_its_order() -> None:
    ring = np.roll(np.eye(8), 1, axis=1)
    shuffled = np.random.default_rng(3).permutation(8)
    weights = (ring + ring.T)[np.ix_(shuffled, shuffled)]
    order = shuffled[circle(weights)]
    steps = {int(step) % 8 for step in np.diff(order)}
    assert steps in ({1}, {7})


@given(st.integers(0, 2**32 - 1), st.integers(2, 9))
def test_permuting_genres_permutes_what_is_said_of_them(seed: int, genres: int) -> None:
    rng = np.random.default_rng(seed)
    truth, predicted = rng.random((2, 30, genres)) < 0.4
    order = rng.permutation(genres)
    grid = np.ix_(order, order)
    np.testing.assert_array_equal(cooccurrence(truth[:, order]), cooccurrence(truth)[grid])
    np.testing.assert_allclose(lift(truth[:, order]), lift(truth)[grid])
    found = confusion(truth[:, order], predicted[:, order])
    np.testing.assert_allclose(found, confusion(truth, predicted)[grid])
    known = found[~np.isnan(found)]
    assert ((known >= 0) & (known <= 1)).all()
    assert sorted(circle(lift(truth))) == list(range(genres))
