"""Genres as people name them."""

import pytest

from onesheet.base.refusals import QueryError
from onesheet.reading.genre_names import genres_named

KNOWN = ("Drama", "Film-Noir", "Horror")


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ([], []),
        ([""], []),
        (["Horror"], ["Horror"]),
        (["Horror", "Drama", "Horror"], ["Horror", "Drama"]),
        (["drama | FILM-noir", "Horror"], ["Drama", "Film-Noir", "Horror"]),
        (["|Drama|"], ["Drama"]),
    ],
)
def test_genres_are_named_one_by_one_or_joined(values: list[str], names: list[str]) -> None:
    assert genres_named(values, KNOWN) == names


@pytest.mark.parametrize("values", [["Dram"], ["Drama,Horror"], ["Drama", "x" * 9999], ["Drama|?"]])
def test_an_unknown_genre_is_refused_with_those_there_are(values: list[str]) -> None:
    with pytest.raises(QueryError, match="Drama, Film-Noir, Horror") as refused:
        genres_named(values, KNOWN)
    assert len(str(refused.value)) < 250
