"""Errors that a person reads."""

import pytest

from onesheet.base.refusals import QueryError, RefusalError


def test_a_refusal_is_its_english_sentence_filled_in() -> None:
    error = QueryError("%(field)s must be %(most)s%% at most.", field="balance", most=100)
    assert str(error) == "balance must be 100% at most."
    assert error.text == "%(field)s must be %(most)s%% at most."
    assert error.values == {"field": "balance", "most": 100}


def test_a_sentence_without_values_is_left_as_it_is() -> None:
    assert str(RefusalError("100% of it is gone.")) == "100% of it is gone."


def test_a_refusal_may_speak_of_another() -> None:
    inner = RefusalError("It has %(size)s MB.", size=21)
    assert str(RefusalError("%(file)s: %(trouble)s", file="a.png", trouble=inner)) == (
        "a.png: It has 21 MB."
    )


def test_a_refusal_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="gone"):
        raise QueryError("gone")
