"""Numbers in the page's words."""

import pytest

from onesheet.base.payload import LikenessWords
from webapp.text import wording


@pytest.mark.parametrize(
    ("likeness", "word"),
    [
        (1, "Very like"),
        (0.9, "Very like"),
        (0.899, "Like"),
        (0.5, "Like"),
        (0.499, "A little like"),
        (0.3, "A little like"),
        (0.299, "Hardly like"),
        (0, "Hardly like"),
    ],
)
def test_likeness_words_change_at_the_models_thresholds(likeness: float, word: str) -> None:
    assert wording.likeness_word(likeness, LikenessWords(0.9, 0.5, little=0.3)) == word


def test_a_rounded_nought_has_no_sign() -> None:
    assert wording.signed(-0.001) == "0"


def test_lists_of_every_length_read_well() -> None:
    lists = [wording.listed(["a", "b", "c"][:length]) for length in range(4)]
    assert lists == ["", "a", "a and b", "a, b and c"]
