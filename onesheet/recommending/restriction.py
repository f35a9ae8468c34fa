"""Which films may be among the nearest: those that share a predicted genre, and the view's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from catalog.lookups.facets import FacetTable
from index import Metric, Neighbour
from onesheet.base.payload import PLAIN, View
from onesheet.reading.readings import Reading
from onesheet.recommending.answers import NEIGHBOURHOOD

PosterIds = NDArray[np.int64]
Nearest = dict[Metric, list[Neighbour]]
"""The nearest films under each metric, each by its nearest poster."""

FEWEST_FILMS = NEIGHBOURHOOD
"""A restriction that leaves fewer films than this is dropped: the scatter must be full."""


SURE_ENOUGH = 0.8
"""The least probability of a genre that restricts a search nobody said anything of: below it, films
restricted so are graded worse (docs/decisions/0018)."""


@dataclass(frozen=True)
class Restriction:
    """Whether to stay within the predicted genres was asked for (None: left to us), the genres it
    held to, and the filters and weights set beside it."""

    asked: bool | None
    genres: list[str] | None
    view: View = PLAIN


def restricting(reading: Reading, restrict: bool | None) -> list[str]:
    """The genres to stay within: those predicted, if so asked; where it is left to us (None), only
    if the likeliest is sure enough."""
    if restrict is None:
        likeliest = max((reading.genres[name] for name in reading.predicted), default=0.0)
        restrict = likeliest >= SURE_ENOUGH
    return reading.predicted if restrict else []


def restricted(
    genres: Sequence[str],
    view: View,
    facets: FacetTable,
    nearest: Callable[[PosterIds | None], Nearest],
) -> tuple[list[str] | None, Nearest]:
    """The nearest films that have one of the predicted `genres` and pass the view's own filters,
    and these genres.

    Without the restriction to the genres, and None, where there is no genre, where the view names
    its own, or where fewer than FEWEST_FILMS have one.

    Args:
        nearest: searches the posters of these ids, int64[N] ascending; None for all.
    """
    passing = filtered(view, facets)
    if genres and not view.genres:
        sharing = facets.sharing(genres)
        found = nearest(sharing if passing is None else np.intersect1d(sharing, passing))
        if max(map(len, found.values())) >= FEWEST_FILMS:
            return list(genres), found
    return None, nearest(passing)


def filtered(view: View, facets: FacetTable) -> PosterIds | None:
    """The posters that pass the view's own filters, int64[N]; None for all."""
    filters = []
    if view.genres:
        filters.append(facets.sharing(view.genres))
    if view.decades:
        filters.append(facets.released_in(view.decades))
    return reduce(np.intersect1d, filters) if filters else None
