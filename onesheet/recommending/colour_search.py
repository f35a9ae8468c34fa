"""Films whose posters are in colours that somebody names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from catalog.catalog import Catalog, PosterCard
from onesheet.base.payload import View
from onesheet.recommending.restriction import filtered

LEAST_COVERED: Final = 0.05
"""Of a poster: one that has less of the colours is not in them."""


@dataclass(frozen=True)
class ColouredFilm:
    """A film by the poster that is most in the colours, and how much of it is: 0-1, of several
    colours the geometric mean."""

    card: PosterCard
    covered: float


def films_in_colours(
    catalog: Catalog, hexes: Sequence[str], view: View, k: int
) -> list[ColouredFilm]:
    """The k films of the view's genres and decades whose posters are most in all of these colours,
    such as #c0392b. Those with less than LEAST_COVERED are left out."""
    with catalog.snapshot():
        table, facets = catalog.colours(), catalog.facets()
        ids, covered = table.poster_ids, table.coverage(hexes)
        kept = covered >= LEAST_COVERED
        passing = filtered(view, facets)
        if passing is not None:
            kept &= np.isin(ids, passing)
        ids, covered = ids[kept], covered[kept]
        order = np.argsort(-covered, kind="stable")  # equal ones by their ids, which ascend
        best = order[facets.first_of_each_film(ids[order], k)]
        share = dict(zip(ids[best].tolist(), covered[best].tolist(), strict=True))
        cards = catalog.cards(ids[best].tolist())
    return [ColouredFilm(card, share[number]) for number, card in cards.items()]
