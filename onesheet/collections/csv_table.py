"""A collection as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from catalog.catalog import PosterCard
from onesheet.base.csv_cells import BYTE_ORDER_MARK, harmless
from onesheet.collections.shown_collection import SearchedPoster, ShownCollection
from onesheet.recommending.answers import imdb_url

_FILM_COLUMNS = ("imdb_id", "title", "year", "rating", "genres", "imdb_url")
TABLE_COLUMNS = (*_FILM_COLUMNS, "note", "kind", "permalink")
"""`kind` is `search` for a poster that was searched with, else `film`; `permalink` is the answer to
that search, or the one that the film was found by."""


def as_table(collection: ShownCollection, permalink: Callable[[str], str]) -> str:
    """CSV as RFC 4180 has it, searches first; `permalink` gives the address of an answer."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(TABLE_COLUMNS)
    for searched in collection.searches:
        answer = searched.answer
        cells = (*_searched_cells(searched), None, "search", permalink(answer.id))
        writer.writerow(map(harmless, cells))
    for film in collection.films:
        found_by = permalink(film.search) if film.search else None
        writer.writerow(map(harmless, (*_film_cells(film.card), film.note, "film", found_by)))
    return BYTE_ORDER_MARK + buffer.getvalue()


def _searched_cells(searched: SearchedPoster) -> tuple[object, ...]:
    """The first columns: of several posters their films' titles alone, of a film that the catalogue
    lacks what a service told; empty for a poster of no known film."""
    query, empty = searched.answer.query, (None,) * len(_FILM_COLUMNS)
    if query.like_several:
        return (None, searched.answer.title, *empty[2:])
    if card := query.card or searched.answer.same_as:
        return _film_cells(card)
    if film := query.film:
        address = imdb_url(film.imdb_id) if film.imdb_id else None
        return (film.imdb_id, film.title, film.year, None, None, address)
    return empty


def _film_cells(card: PosterCard) -> tuple[object, ...]:
    genres, address = "|".join(card.genres), imdb_url(card.imdb_id)
    return (card.imdb_id, card.title, card.year, card.rating, genres, address)
