"""What tells that all that was read of a catalogue no longer holds."""

from collections.abc import Callable

from sqlalchemy import Engine, update

from catalog.catalog import Catalog, MovieRecord
from catalog.clashes import Clashes
from catalog.database import writing
from catalog.models import Movie
from catalog.state import State


def test_it_differs_after_every_film_that_comes_changes_or_goes(
    catalog: Catalog,
    engine: Engine,
    film: Callable[..., MovieRecord],
    poster: Callable[..., bytes],
) -> None:
    seen: list[State] = [catalog.state()]
    for number in (1, 2, 3):
        catalog.add(film(number), poster(number), "test")
        seen.append(catalog.state())
    with writing(engine) as session:  # as by a clock that was ahead
        session.execute(update(Movie).where(Movie.imdb_id == "tt0000003").values(changed=1 << 60))
    for change in (
        lambda: catalog.add(film(1, year=1931), None, "test"),
        lambda: catalog.remove("tt0000003"),
        lambda: catalog.remove("tt0000001"),
        lambda: catalog.add(film(4), poster(4), "test"),
        lambda: catalog.remove("tt0000004"),
        lambda: catalog.remove("tt0000002"),
    ):
        change()
        seen.append(catalog.state())
    assert seen[-1] == seen[0] == (None, None)  # no film
    assert len(set(seen[1:])) == len(seen) - 1


def test_it_differs_after_two_films_became_one_though_the_latest_of_all_is_gone(
    catalog: Catalog,
    engine: Engine,
    film: Callable[..., MovieRecord],
    poster: Callable[..., bytes],
) -> None:
    catalog.add(film(imdb_id="tmdb-1", tmdb_id=7), poster(1), "test")
    for number in (1, 2):
        catalog.add(film(number), poster(number), "test")
    ahead = 1 << 60  # as by a clock that was ahead
    latest = update(Movie).where(Movie.imdb_id == "tmdb-1")
    with writing(engine) as session:
        session.execute(update(Movie).values(changed=ahead))
        session.execute(latest.values(changed=ahead + 1, tmdb_id=1))
    before = catalog.state()
    assert catalog.counts().posters == 3
    clashes = Clashes(engine, None)
    clashes.mend(clashes.among()[0])
    assert catalog.state() != before
    assert (catalog.counts().movies, catalog.counts().posters) == (2, 2)
