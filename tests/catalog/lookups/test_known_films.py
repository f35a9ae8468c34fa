"""Which films a catalogue has, by their ids, and which pictures they came with."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from catalog.catalog import Catalog, MovieRecord
from catalog.database import connect
from catalog.models import ALTERNATE_ORIGIN, TMDB_ORIGIN, Base
from tests.postgres import Postgres

Film = Callable[..., MovieRecord]
Bytes = Callable[..., bytes]


def test_films_are_found_by_either_id(catalog: Catalog, film: Film, poster: Bytes) -> None:
    catalog.add_many([(film(1, tmdb_id=603), poster(1)), (film(2), poster(2))], "test")
    known = catalog.known_films()
    first, second = film(1).imdb_id, film(2).imdb_id
    assert known.of(first, None) == known.of("tmdb-603", 603) == 1
    assert known.of(second, 603) == 2, "an id of IMDb's tells more"
    assert known.of("tt9999999", None) is None
    assert known.of("tt9999999", 603) is None, "of two ids of IMDb's one is another film's"
    assert {*known.imdb_ids()} == {first, second}
    assert (known.imdb_id(603), known.imdb_id(604)) == (first, None)


def test_a_film_without_an_id_at_imdb_is_found_by_its_number(catalog: Catalog, film: Film) -> None:
    catalog.add(replace(film(1, tmdb_id=603), imdb_id="tmdb-603"), None, "test")
    assert catalog.known_films().of("tt9999999", 603) == 1


def test_of_films_with_one_number_the_oldest_has_it_however_rows_lie(
    postgres: Postgres, film: Film, tmp_path: Path
) -> None:
    """PostgreSQL gives a changed row behind those that were never changed."""
    engine = connect(postgres.url())
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
    catalog = Catalog(engine, tmp_path)
    for title, number in (("A", 1), ("B", 2), ("C", 1)):
        catalog.add(film(number, title=title, tmdb_id=603), None, "test")
    assert catalog.known_films().of("tmdb-603", 603) == 1
    engine.dispose()


def test_a_picture_is_known_by_where_it_came_from_as_a_films_own_or_an_alternate(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    own, other = f"{TMDB_ORIGIN}/1.jpg", f"{TMDB_ORIGIN}/2.jpg"
    catalog.add(film(1), poster(1), own)
    catalog.add(film(1), poster(2), f"{ALTERNATE_ORIGIN}/2.jpg")
    hashes = {card.poster_id: card.content_hash for card in catalog.all_cards()}
    known = catalog.known_films()
    assert known.picture(1, own) == hashes[1]
    assert known.picture(1, other) == hashes[2]
    assert known.picture(2, own) is None
    assert known.picture(None, own) is None
    assert known.picture(1, f"{TMDB_ORIGIN}/3.jpg") is None
