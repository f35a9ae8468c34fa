"""A collection joined with the catalogue: its films, its posters' files, and what is missing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from catalog.catalog import Catalog, PosterCard
from catalog.images.surroundings.part import WHOLE_PICTURE, Part
from onesheet.collections.collection import Collection, KeptPoster
from onesheet.recommending.answers import Answer
from onesheet.recommending.permalinks import Permalinks
from onesheet.uploads.errors import GoneError


@dataclass(frozen=True)
class CollectedFilm:
    """A film of a collection by one of its posters."""

    card: PosterCard
    note: str
    path: Path
    """The poster's file."""
    search: str | None = None
    """The id of the recommendation that it was found by, where the collection says it."""


@dataclass(frozen=True)
class SearchedPoster:
    """A poster that films of a collection were found by."""

    answer: Answer
    path: Path
    part: Part
    """What was read of the picture."""


@dataclass(frozen=True)
class ShownCollection:
    """What a page, a table or a contact sheet shows of a collection."""

    name: str
    note: str
    films: list[CollectedFilm]
    searches: list[SearchedPoster]
    missing: list[KeptPoster]
    """Posters that the catalogue has no longer."""
    searches_gone: int
    """How many posters searched with are kept no longer."""


def shown_collection(
    collection: Collection, catalog: Catalog, permalinks: Permalinks
) -> ShownCollection:
    """The collection with its films in their order, those left out that are gone."""
    cards = catalog.cards([each.poster_id for each in collection.films])
    films, missing = [], []
    for each in collection.films:
        card = cards.get(each.poster_id)
        if card is None or not card.content_hash.startswith(each.check):
            missing.append(each)
        else:
            path = catalog.poster_path(card.content_hash)
            films.append(CollectedFilm(card, each.note, path, each.search))
    found = [_searched_poster(each, permalinks) for each in collection.searches]
    searches = [each for each in found if each is not None]
    return ShownCollection(
        name=collection.name,
        note=collection.note,
        films=films,
        searches=searches,
        missing=missing,
        searches_gone=len(found) - len(searches),
    )


def _searched_poster(recommendation_id: str, permalinks: Permalinks) -> SearchedPoster | None:
    """The poster behind a permalink; None where it is kept no longer, or never was."""
    with suppress(GoneError):
        answer = permalinks.answer(recommendation_id)
        if answer and permalinks.has_poster(answer):
            path = permalinks.poster_path(answer)
            return SearchedPoster(answer, path, answer.query.part or WHOLE_PICTURE)
    return None
