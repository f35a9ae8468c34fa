"""What tells that all that was read of a catalogue no longer holds."""

from collections.abc import Callable

from sqlalchemy import Engine, update

from catalog.catalog import Catalog, MovieRecord
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
