from collections.abc import Callable

import pytest

from catalog.catalog import CatalogError, MovieRecord

Film = Callable[..., MovieRecord]


@pytest.mark.parametrize("imdb_id", ["tt0111161", "tt10872600", "demo-0001", "demo-12345"])
def test_ids_of_imdb_and_of_invented_films_are_taken(film: Film, imdb_id: str) -> None:
    assert film(imdb_id=imdb_id).imdb_id == imdb_id


def test_what_may_be_missing_may_be_missing(film: Film) -> None:
    record = film(tmdb_id=None, year=None, rating=None, votes=None, split=None)
    assert not record.invented


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"imdb_id": "0111161"}, "imdb_id"),
        ({"imdb_id": "tt123"}, "imdb_id"),
        ({"imdb_id": "tt0111161/../x"}, "imdb_id"),
        ({"imdb_id": "tt0111161\n"}, "imdb_id"),
        ({"imdb_id": "demo-\u0660\u0660\u0660\u0661"}, "imdb_id"),
        ({"title": "A\0B"}, "NUL"),
        ({"title": "Am\udce9lie"}, "UTF-8"),
        ({"genres": ("Dr\ud800ma",)}, "UTF-8"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"year": 1066}, "year 1066"),
        ({"year": 20220}, "year 20220"),
        ({"rating": -0.1}, "rating"),
        ({"rating": 10.1}, "rating"),
        ({"rating": float("nan")}, "rating"),
        ({"votes": -1}, "votes"),
        ({"tmdb_id": 0}, "tmdb_id"),
        ({"genres": ("Drama", "")}, "genres"),
        ({"genres": ("Drama|Crime",)}, "genres"),
        ({"genres": (" Drama",)}, "genres"),
        ({"genres": ("Drama", "Drama")}, "twice"),
        ({"genres": tuple(f"Genre {n:03}" for n in range(60))}, "longer"),
        ({"split": "training"}, "split 'training'"),
    ],
)
def test_what_cannot_be_right_is_named(film: Film, fields: dict[str, object], says: str) -> None:
    with pytest.raises(CatalogError, match=says):
        film(**fields)
