"""What two posters have in common, as a sentence."""

import pytest

from onesheet.explaining.shared_traits import SharedTraits
from onesheet.explaining.traits import Trait
from webapp.text.shared_traits import ARE, DO, in_common


def test_each_trait_has_its_words_once() -> None:
    assert ARE.keys() | DO.keys() == set(Trait)
    assert not ARE.keys() & DO.keys()
    assert len({*ARE.values(), *DO.values()}) == len(Trait)


@pytest.mark.parametrize(
    ("shared", "sentence"),
    [
        (SharedTraits(), ""),
        (SharedTraits((Trait.PAINTED,)), "Both are painted or drawn."),
        (SharedTraits(colours=("red",)), "Both share red."),
        (SharedTraits((Trait.WARM,), ("red",)), "Both share red."),
        (SharedTraits((Trait.WARM, Trait.COLD)), "Both are warm in colour and cold in colour."),
        (SharedTraits((Trait.LIGHT_ON_DARK, Trait.DARK)), "Both are light on dark."),
        (SharedTraits((Trait.DARK,)), "Both are dark."),
        (
            SharedTraits(genres=tuple("ABCD")),
            "Both promise A, B and C.",
        ),
        (SharedTraits((Trait.DARK,), part="composition"), "Both are dark."),
        (SharedTraits(part="look"), ""),
        (
            SharedTraits(part="composition"),
            "Composition brings them together more than it does most.",
        ),
        (
            SharedTraits((Trait.PHOTOGRAPHED, Trait.LARGE_FACE), decade=1990),
            "Both are photographed, show a large face, and are from the 1990s.",
        ),
    ],
)
def test_the_sentence_says_what_is_true_of_both(shared: SharedTraits, sentence: str) -> None:
    assert in_common(shared) == sentence
