"""Two films with one number at TMDB become one as they are imported, where it is clear which."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from catalog.adult_films import AdultFilms
from catalog.catalog import AdditionOutcome, Catalog, MovieRecord
from catalog.clashes import Clashes, FilmClash
from tests.catalog.conftest import ToldPosters

Film = Callable[..., MovieRecord]
Bytes = Callable[..., bytes]


def test_a_film_that_is_two_becomes_one_once_a_record_has_both_ids(
    followed: Catalog, engine: Engine, told: ToldPosters, film: Film, poster: Bytes
) -> None:
    """Known by TMDB's number first, then by an IMDb id whose number came later."""
    shared = poster(3)
    for picture in (poster(1), shared):
        followed.add(film(9, imdb_id="tmdb-603", tmdb_id=603), picture, "tmdb")
    matrix = film(133093, tmdb_id=None, title="Matrix", year=None, rating=None)
    for picture in (poster(2), shared):
        followed.add(matrix, picture, "folder")
    assert Clashes(engine, None).among() == []
    told.added.clear()
    before = {card.poster_id for card in followed.by_tmdb(603)}
    both = film(133093, tmdb_id=603, title="Matrix", year=None, rating=8.7)
    added = followed.add(both, shared, "links")
    cards = followed.by_tmdb(603)
    assert followed.movies() == 1
    assert len(cards) == len({card.content_hash for card in cards}) == 3
    assert {(card.year, card.rating) for card in cards} == {(1950, 8.7)}, "what only one knew"
    assert len(before & {card.poster_id for card in cards}) == 1, "shared collections name it"
    assert set(told.gone) == before - {card.poster_id for card in cards}, "the shared picture's"
    assert told.added == {}, "an index has them by their ids"
    assert added.change is AdditionOutcome.UPDATED
    assert added.movie_id == cards[0].movie_id
    assert added.poster_id in {card.poster_id for card in cards}
    assert Clashes(engine, None).among() == []


def test_what_the_operator_said_of_a_film_goes_along_when_two_become_one(
    followed: Catalog, engine: Engine, film: Film, poster: Bytes
) -> None:
    followed.add(film(9, imdb_id="tmdb-603", tmdb_id=603), poster(1), "tmdb")
    AdultFilms(engine).mark("tmdb-603", True)
    followed.add(film(133093, tmdb_id=None), poster(2), "folder")
    followed.add(film(133093, tmdb_id=603), poster(2), "links")
    assert {card.imdb_id for card in followed.by_tmdb(603)} == {"tt0133093"}
    assert all(card.adult for card in followed.by_tmdb(603))


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (1, 2, 0), (0, 2, 1)])
def test_rows_of_one_table_are_one_film_whatever_their_order(
    catalog: Catalog, film: Film, poster: Bytes, order: tuple[int, ...]
) -> None:
    rows = [
        (film(imdb_id="tmdb-949", tmdb_id=949), poster(1)),
        (film(imdb_id="tt0113277", tmdb_id=None), poster(2)),
        (film(imdb_id="tt0113277", tmdb_id=949), None),
    ]
    report = catalog.add_many([rows[row] for row in order], "test")
    assert catalog.movies() == 1
    assert [card.imdb_id for card in catalog.by_tmdb(949)] == ["tt0113277"] * 2
    assert report.warnings == []
    assert (report.added, report.updated, report.unchanged) == (1, 2, 0)
    assert catalog.add_many([rows[row] for row in order], "test").unchanged == 3


def test_a_film_that_joins_one_from_before_is_not_counted_as_added(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    catalog.add(film(imdb_id="tmdb-949", tmdb_id=949), poster(1), "test")
    rows = [
        (film(imdb_id="tt0113277", tmdb_id=None), poster(2)),
        (film(imdb_id="tt0113277", tmdb_id=949), None),
    ]
    report = catalog.add_many(rows, "test")
    assert (report.added, report.updated, catalog.movies()) == (0, 2, 1)


def test_two_imdb_ids_with_one_number_are_told_and_left_to_a_person(
    catalog: Catalog, engine: Engine, film: Film, poster: Bytes
) -> None:
    report = catalog.add_many(((film(n, tmdb_id=7), poster(n)) for n in (1, 2)), "test")
    assert report.warnings == [
        "tt0000001 and tt0000002 have the same number at TMDB, 7: one of them is wrong"
    ]
    clashes = Clashes(engine, None)
    assert clashes.among([7]) == [FilmClash(7, ("tt0000001", "tt0000002"), None)]
    assert clashes.among([8]) == []
    clashes.mend(clashes.among()[0])
    assert catalog.movies() == 2


def test_an_id_is_no_title_when_two_become_one(catalog: Catalog, film: Film, poster: Bytes) -> None:
    catalog.add(film(9, imdb_id="tmdb-603", tmdb_id=603, title="The Matrix"), poster(1), "tmdb")
    for number in (None, 603):
        record = film(133093, tmdb_id=number, title="tt0133093")
        catalog.add(record, poster(2), "folder")
    assert [card.title for card in catalog.by_tmdb(603)] == ["The Matrix"] * 2
    assert {card.imdb_id for card in catalog.by_tmdb(603)} == {"tt0133093"}
