"""What a server says becomes a record; an odd value costs no film."""

from contextlib import suppress
from itertools import islice
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.records import CatalogError
from catalog.sources.server_film import ServerFilm, next_page, objects_in
from catalog.sources.servers.jellyfin import JellyfinFilms
from catalog.sources.servers.plex import PlexFilms
from catalog.sources.source import SourceNotes


def said(**fields: Any) -> ServerFilm:
    facts: dict[str, Any] = {
        "title": " Heat ",
        "year": 1995,
        "rating": 8.3,
        "genres": ["Crime", 3],
        "imdb": "tt0113277",
        "tmdb": 949,
    }
    return ServerFilm(**(facts | fields))


def test_a_film_in_whatever_types_json_knows() -> None:
    record = said(year="1995").record("x", SourceNotes())
    found = (record.imdb_id, record.tmdb_id, record.title, record.year, record.rating)
    assert found == ("tt0113277", 949, "Heat", 1995, 8.3)
    assert record.genres == ("Crime",)


def test_what_means_nothing_is_left_empty_and_told() -> None:
    notes = SourceNotes()
    record = said(year=-5, rating="much", imdb="soon", genres=["Oddity"]).record("x", notes)
    assert (record.imdb_id, record.year, record.rating) == ("tmdb-949", None, None)
    assert len(notes.warnings) == 3
    assert notes.unknown_genres == {"Oddity": 1}


def test_a_film_without_ids_gets_one_of_title_and_year() -> None:
    first, second = (said(imdb=None, tmdb=None).record(w, SourceNotes()) for w in ("a", "b"))
    assert first.imdb_id == second.imdb_id
    assert first.imdb_id.startswith("file-")
    assert said(rating=0).record("x", SourceNotes()).rating is None, "nobody rated"


def test_a_film_without_a_title_is_none() -> None:
    with pytest.raises(CatalogError, match="no title"):
        said(title=None).record("x", SourceNotes())


def test_lists_within_an_answer() -> None:
    assert objects_in({"a": {"b": [{"c": 1}, 2]}}, "a", "b") == [{"c": 1}]
    assert objects_in({"a": {}}, "a", "b") == []
    for odd in ({"a": {"b": 3}}, {"a": 3}, None):
        with pytest.raises(CatalogError, match="as it should"):
            objects_in(odd, "a", "b")


def test_a_page_that_comes_again_ends_the_questions() -> None:
    assert next_page({"Items": [2]}, {"Items": [1]}) == {"Items": [2]}
    with pytest.raises(CatalogError, match="as it should"):
        next_page({"Items": [1]}, {"Items": [1]})


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


class Saying:
    """A server that answers every question alike, with a film twice."""

    def __init__(self, said: Any) -> None:
        self._said = said

    def image(self, url: str) -> bytes:
        return b""

    def json(self, url: str, headers: dict[str, str] | None = None) -> Any:
        return self._said


def told_by(source: JellyfinFilms | PlexFilms) -> None:
    """Read the source to its end; `CatalogError` is the one error that it may raise."""
    notes = SourceNotes()
    with suppress(CatalogError):
        source.description()
        told = list(islice(source.films(notes), 20))
        assert told or notes.skipped or not source.count()


JELLYFIN: Final = (
    *("Id", "Name", "ProductionYear", "CommunityRating", "Genres", "ProviderIds"),
    "ImageTags",
)
PLEX: Final = ("ratingKey", "title", "year", "audienceRating", "rating", "Genre", "Guid", "thumb")


@settings(max_examples=60)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(JELLYFIN, JSON)), JSON)
def test_whatever_jellyfin_holds_is_a_film_or_a_line(item: dict[str, Any], total: Any) -> None:
    for size in (2, total):
        said = {"Items": [item, item], "TotalRecordCount": size}
        told_by(JellyfinFilms(Saying(said), "http://a"))


@settings(max_examples=60)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(PLEX, JSON)), JSON)
def test_whatever_plex_holds_is_a_film_or_a_line(item: dict[str, Any], total: Any) -> None:
    for size in (2, total):
        films = {"Metadata": [item, item], "totalSize": size}
        said = {"Directory": [{"key": "1", "type": "movie"}], **films}
        told_by(PlexFilms(Saying({"MediaContainer": said}), "http://a"))
