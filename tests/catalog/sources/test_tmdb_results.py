"""One result of TMDB's as a film, asked for no more than is needed."""

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.sources.source import LONGEST_ORIGIN, SourceNotes
from catalog.sources.tmdb import Tmdb
from catalog.sources.tmdb_results import TmdbResults, tmdb_number
from tests.catalog.sources.test_tmdb_ids import ANSWERS, Answering

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
    assert notes.skipped == ["TMDB 949, Heat: there is no poster"]


@pytest.mark.parametrize("said", [None, {}, {"id": "9"}, {"id": 0}, {"id": 2**31}])
def test_what_has_no_number_is_no_film(said: Any) -> None:
    assert tmdb_number(said) is None


_JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
_FIELDS: Final = (
    *("title", "original_title", "release_date", "vote_average", "vote_count", "genre_ids"),
    *("genres", "poster_path", "adult", "imdb_id"),
)


class Odd:
    """TMDB, when it answers with anything that JSON knows."""

    def __init__(self, said: Any) -> None:
        self._said = said

    def image(self, url: str) -> bytes:
        return b""

    def json(self, url: str, headers: dict[str, str] | None = None) -> Any:
        return ANSWERS["configuration"] if "/configuration" in url else self._said


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(_FIELDS, _JSON)), _JSON, _JSON)
def test_whatever_a_result_holds_is_a_film_or_a_line(
    fields: dict[str, Any], told: Any, listed: Any
) -> None:
    notes, answer = SourceNotes(), {"imdb_id": told, "genres": listed, "posters": listed}
    for web in (Odd(told), Odd(answer)):
        service = TmdbResults(Tmdb(web, "k"), lambda number: None, all_posters=True)
        before = len(notes.skipped)
        films = service.films(fields | {"id": 949}, notes)
        assert bool(films) != (len(notes.skipped) > before)
        assert all(len(film.origin or "") <= LONGEST_ORIGIN for film in films)


@pytest.mark.parametrize(
    ("field", "odd"),
    [
        ("release_date", "soon"),
        ("vote_average", "great"),
        ("vote_count", "many"),
        ("imdb_id", "nm0000134"),
    ],
)
def test_a_value_that_means_nothing_does_not_cost_the_film(field: str, odd: str) -> None:
    notes = SourceNotes()
    (film,) = results().films(SAID | {"vote_count": 9, "vote_average": 8.1, field: odd}, notes)
    assert film.record.title == "Heat"
    (warning,) = notes.warnings
    assert warning.startswith(f"TMDB 949, Heat: '{odd}' is")


def test_ids_that_tmdb_fails_to_tell_do_not_cost_the_film() -> None:
    notes = SourceNotes()
    service = TmdbResults(Tmdb(Odd([]), "k"), lambda number: None)
    (film,) = service.films({"id": 949, "title": "Heat", "poster_path": "/p.jpg"}, notes)
    assert film.record.imdb_id == "tmdb-949"
    assert "its IMDb id is not known" in notes.warnings[0]
