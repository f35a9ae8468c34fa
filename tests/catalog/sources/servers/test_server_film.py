"""What a server says becomes a record; an odd value costs no film."""

from typing import Any

import pytest

from catalog.records import CatalogError
from catalog.sources.servers.server_film import ServerFilm, objects_in
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
