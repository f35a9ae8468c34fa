"""One result of TMDB's as a film, asked for no more than is needed."""

from typing import Any

import pytest

from catalog.sources.source import SourceNotes
from catalog.sources.tmdb import Tmdb
from catalog.sources.tmdb_results import TmdbResults, tmdb_number
from tests.catalog.sources.test_tmdb_ids import Answering

SAID: dict[str, Any] = {"id": 949, "title": "Heat", "poster_path": "/p.jpg", "imdb_id": "tt0113277"}


def results() -> TmdbResults:
    return TmdbResults(Tmdb(Answering(), "k"), lambda number: None)


@pytest.mark.parametrize(
    ("votes", "rating"),
    [({"vote_count": 9, "vote_average": 8.1}, 8.1), ({"vote_average": 0}, None)],
)
def test_a_rating_is_one_only_where_somebody_voted(
    votes: dict[str, Any], rating: float | None
) -> None:
    (film,) = results().films(SAID | votes, SourceNotes())
    assert film.record.rating == rating
    assert film.origin == "tmdb:/p.jpg"


def test_a_film_that_has_no_imdb_id_is_not_asked_about_again() -> None:
    (film,) = results().films(SAID | {"imdb_id": None}, SourceNotes())
    assert film.record.imdb_id == "tmdb-949"


@pytest.mark.parametrize(
    ("said", "adult"), [({}, None), ({"adult": True}, True), ({"adult": False}, False)]
)
def test_what_is_for_adults_is_told(said: dict[str, Any], adult: bool | None) -> None:
    (film,) = results().films(SAID | said, SourceNotes())
    assert film.record.adult is adult


def test_genres_come_as_names_too() -> None:
    (film,) = results().films(SAID | {"genres": [{"name": "Science Fiction"}]}, SourceNotes())
    assert film.record.genres == ("Sci-Fi",)


def test_a_film_without_a_poster_is_told() -> None:
    notes = SourceNotes()
    assert results().films(SAID | {"poster_path": None}, notes) == []
    assert notes.skipped == ["TMDB 949: there is no poster of Heat"]


@pytest.mark.parametrize("said", [None, {}, {"id": "9"}, {"id": 0}, {"id": 2**31}])
def test_what_has_no_number_is_no_film(said: Any) -> None:
    assert tmdb_number(said) is None
