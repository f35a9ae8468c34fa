"""Several posters of the catalogue as one query: what is like these, and less like those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from catalog.catalog import Catalog
from onesheet.base.refusals import QueryError, UnknownFilmError
from onesheet.queries.query import Likes, Query, from_card

MOST_LIKED = 8
"""Posters that one query may join, and as many again that it may turn from."""


def from_likes(liked: Sequence[int], unliked: Sequence[int], catalog: Catalog) -> Query:
    """What is like all of `liked` and less like `unliked`, which are posters' numbers.

    It stands under the first that is liked; one alone is that poster's own query. Raises QueryError
    for none or too many, UnknownFilmError for a poster that is gone.
    """
    liked = list(dict.fromkeys(liked))
    unliked = [each for each in dict.fromkeys(unliked) if each not in liked]
    if not liked or max(len(liked), len(unliked)) > MOST_LIKED:
        raise QueryError(
            "Choose 1 to %(most)s films that it should be like, and at most as many others.",
            most=str(MOST_LIKED),
        )
    cards = catalog.cards([*liked, *unliked])
    if len(cards) < len(liked) + len(unliked):
        raise UnknownFilmError("One of those films is no longer in the catalogue.")
    first, *others = (from_card(cards[each], catalog) for each in liked)
    if not others and not unliked:
        return first
    rejected = tuple(from_card(cards[each], catalog) for each in unliked)
    return replace(first, likes=Likes((first, *others), rejected))
