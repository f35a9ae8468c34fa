import pytest

from onesheet.base.refusals import QueryError
from onesheet.collections.collection import (
    LONGEST_FILM_NOTE,
    LONGEST_NAME,
    MOST_FILMS,
    MOST_SEARCHES,
    KeptPoster,
    collection_of,
)


def test_a_film_is_said_by_its_number_its_hash_its_search_and_its_note() -> None:
    said = collection_of(
        " Red  and\nblack ", "For Anna", ["12-a1b2c3.1 Red title", "7", "12 again"], ["x", "y"]
    )
    assert said.name == "Red and black"
    assert said.note == "For Anna"
    assert said.films == (KeptPoster(12, "a1b2c3", "Red title", "y"), KeptPoster(7))
    assert said.searches == ("x", "y")


def test_a_search_that_is_not_named_is_none() -> None:
    (film,) = collection_of("", "", ["12.3"], ["x"]).films
    assert film.search is None


def test_texts_are_cut_and_lose_what_nobody_can_see() -> None:
    said = collection_of(
        "n" * 1000, "a\x00\u202eb\nc", ["1 " + "z" * 1000], [str(n) for n in range(9)]
    )
    assert len(said.name) == LONGEST_NAME
    assert said.note == "ab\nc"
    assert len(said.films[0].note) == LONGEST_FILM_NOTE
    assert len(said.searches) == MOST_SEARCHES


def test_spaces_and_joiners_of_every_script_stay() -> None:
    said = collection_of("Seven\u3000Samurai", "a\tb\xa0c\r\nmi\u200ckhaham \u200d", ["1"], [])
    assert said.name == "Seven Samurai"
    assert said.note == "a b c\nmi\u200ckhaham \u200d"


@pytest.mark.parametrize(
    "films", [[], ["x"], ["-1"], ["1-XYZ"], ["9" * 19], [str(n) for n in range(MOST_FILMS + 1)]]
)
def test_what_is_no_collection_is_refused(films: list[str]) -> None:
    with pytest.raises(QueryError):
        collection_of("", "", films, [])
