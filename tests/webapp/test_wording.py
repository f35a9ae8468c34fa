"""Numbers in the page's words."""

import doctest

import pytest

from webapp import wording


def test_examples_in_the_docstrings_hold() -> None:
    failures, tried = doctest.testmod(wording)
    assert tried
    assert not failures


@pytest.mark.parametrize(
    ("closeness", "word"),
    [(100, "Very close"), (75, "Very close"), (74.9, "Close"), (20, "Fairly close"), (0, "Far")],
)
def test_closeness_words_change_at_their_thresholds(closeness: float, word: str) -> None:
    assert wording.closeness_word(closeness) == word


def test_the_ends_of_closeness_are_said_in_words() -> None:
    assert "nearly all" in wording.closeness_share(100)
    assert wording.closeness_share(0).startswith("farther")
    assert "0%" not in wording.closeness_share(0.2)


def test_thresholds_fall() -> None:
    least = [threshold for threshold, _ in wording.CLOSENESS_WORDS]
    assert least == sorted(least, reverse=True)
    assert least[-1] == 0


def test_a_rounded_nought_has_no_sign() -> None:
    assert wording.signed(-0.001) == "0"


def test_lists_of_every_length_read_well() -> None:
    lists = [wording.listed(["a", "b", "c"][:length]) for length in range(4)]
    assert lists == ["", "a", "a and b", "a, b and c"]
