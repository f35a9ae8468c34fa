"""The demo catalogue as a source of movies."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from catalog.catalog import Catalog
from catalog.images import to_webp
from catalog.records import ImportReport, MovieRecord, PosterCard
from demo.films import DEFAULT_COUNT, DemoFilm, films
from demo.poster import draw

DEMO_SOURCE: Final = "demo"
_FILMS_A_CHUNK: Final = 8


def import_demo(
    catalog: Catalog,
    *,
    count: int = DEFAULT_COUNT,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Draw `count` invented films' posters and bring the catalogue up to date with them.

    Repeating it changes nothing and draws nothing again: a film that already has a poster keeps
    it, unless its file is lost or cut short. `workers` processes draw, one for each processor
    unless given; with 1 nothing is started. `progress(done, total)` is called as
    `folder.import_folder` does. Raises ValueError for a count or a number of workers below 1.
    """
    if workers is not None and workers < 1:
        raise ValueError(f"drawing needs at least 1 worker, not {workers}")
    made = films(count)

    def taken(done: int) -> None:
        if progress is not None:
            progress(done, len(made))

    taken(0)
    kept = {(card.imdb_id, card.title) for card in _undamaged(_invented(catalog), catalog)}
    fresh = [film for film in made if (film.record.imdb_id, film.record.title) not in kept]
    posters = _posters_drawn(
        fresh, min(workers or os.cpu_count() or 1, -(-len(fresh) // _FILMS_A_CHUNK) or 1)
    )
    report = catalog.add_many(_paired(made, fresh, posters), DEMO_SOURCE, progress=taken)
    taken(len(made))
    return report


def is_drawn(catalog: Catalog, count: int) -> bool:
    """Whether there are so many invented films, and of each that would be drawn a whole poster."""
    cards = _invented(catalog)
    if len(cards) < count:
        return False
    lost = {card.imdb_id for card in cards}
    lost -= {card.imdb_id for card in _undamaged(cards, catalog)}
    return not lost or lost.isdisjoint(film.record.imdb_id for film in films(count))


def _invented(catalog: Catalog) -> list[PosterCard]:
    return [card for card in catalog.all_cards() if card.invented]


def _undamaged(cards: Sequence[PosterCard], catalog: Catalog) -> list[PosterCard]:
    """Those of the posters whose files are there, and not cut short."""
    whole = catalog.whole_files({card.content_hash for card in cards})
    return [card for card in cards if card.content_hash in whole]


def _paired(
    made: Sequence[DemoFilm], fresh: Sequence[DemoFilm], posters: Iterable[bytes]
) -> Iterator[tuple[MovieRecord, bytes | None]]:
    """Every film with its poster's bytes, or None where the catalogue has it."""
    new = {film.record.imdb_id for film in fresh}
    drawn = iter(posters)
    for film in made:
        yield film.record, next(drawn) if film.record.imdb_id in new else None


def _posters_drawn(made: Sequence[DemoFilm], workers: int) -> Iterator[bytes]:
    """Each film's poster as WebP, in order."""
    if workers == 1:
        yield from map(_encoded, made)
        return
    # Spawned, not forked: the caller may hold threads and database connections.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        yield from pool.map(_encoded, made, chunksize=_FILMS_A_CHUNK)


def _encoded(film: DemoFilm) -> bytes:
    return to_webp(draw(film))
