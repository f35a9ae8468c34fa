from hypothesis import given
from hypothesis import strategies as st

from catalog.lookups.title_folding import bare, folded, numbered, spelling

WORDS = st.text(st.characters(categories=("L", "M", "N", "P", "S", "Z")), max_size=30)


@given(WORDS)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert numbered(numbered(once)) == numbered(once)


@given(WORDS)
def test_case_hyphens_and_spaces_change_no_spelling(text: str) -> None:
    words = folded(text)
    assert spelling(folded(text.upper().lower())) == spelling(folded(text.lower()))
    assert " " not in spelling(words)
    assert spelling(words.replace(" ", "  ")) == spelling(words)


def test_the_first_word_is_no_number() -> None:
    assert numbered("x men") == "x men"
    assert numbered("american history x") == "american history 10"
    assert bare("the 39 steps") == "39 steps"


def test_short_words_keep_their_letters() -> None:
    assert spelling("due") != spelling("du")
