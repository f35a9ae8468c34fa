"""How ordinary a poster is: how much those nearest to it look like it, beside other posters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from catalog.catalog import Catalog
from catalog.images.palette import Palette, oklab_of
from catalog.impressions import Impressions
from index import Metric
from onesheet.explaining.traits import plain_colours
from onesheet.portraits.colour_census import NAMES, colour_part
from onesheet.recommending.answers import Answer
from onesheet.recommending.likeness import likeness_between, words_of
from onesheet.recommending.neighbourhood import PreparedQuery
from onesheet.recommending.recommender import Recommender
from onesheet.recommending.same_poster import Copies

if TYPE_CHECKING:
    from onesheet.indexing.live import Live, Opened

NEAREST: Final = 50
"""Posters that a poster is held against, whatever distance chose its five."""
OTHERS: Final = 100
"""Posters drawn from the catalogue to compare with."""
OWN: Final = 10
"""Posters of its own film and copies that are allowed for where all drawn are searched at once; one
with more is searched by itself."""
MAIN_COLOURS: Final = 2
RARE: Final = 0.1
"""Of the nearest posters: a colour that no more of them have sets a poster apart."""
LEAST_SHARED: Final = 0.1
"""Of a poster: what covers less is none of its colours."""


@dataclass(frozen=True)
class Ordinariness:
    """How a poster stands among the `near` posters nearest to it by cosine.

    Attributes:
        alike: those of them that are called like or very like it.
        more_ordinary_than: the share of the posters drawn, 0-1, that are less like their own
            nearest on average.
        colours: names of its main colours.
        coloured: those of the nearest whose colours are known, of which alone the rest tells.
        sharing: those of them that have all of these colours.
        apart: the plain name of a colour of it that hardly any of them has; None without one.
        having: those that have it.
    """

    near: int
    alike: int
    more_ordinary_than: float
    colours: tuple[str, ...]
    coloured: int
    sharing: int
    apart: str | None = None
    having: int = 0


class OrdinaryPosters:
    """Measures how ordinary an answer's poster is; nothing of it is recorded."""

    def __init__(
        self, catalog: Catalog, impressions: Impressions, recommender: Recommender, live: Live
    ) -> None:
        self._catalog, self._impressions = catalog, impressions
        self._recommender, self._live = recommender, live
        self._drawn: tuple[str, NDArray[np.float64]] | None = None

    def of(self, answer: Answer, prepared: PreparedQuery | None = None) -> Ordinariness | None:
        """None where the catalogue has too few posters. `prepared` is a poster that is not kept.
        Raises what Recommender.prepared raises."""
        prepared = prepared or self._recommender.prepared(answer)
        opened = self._live.opened()
        ids = _nearest(prepared.embedding[None], opened, prepared.exclude)[0]
        usual = self._usual(opened)
        if not len(ids) or not len(usual):
            return None
        alike = _likeness(prepared.embedding, ids, opened)
        colours = main_colours(prepared.palette)
        palettes = self._palettes(ids)
        found = [main_colours(each, len(NAMES)) for each in palettes]
        apart, having = rarest_colour(prepared.palette, palettes)
        return Ordinariness(
            near=len(ids),
            alike=int((alike >= words_of(opened.embedder.card).like).sum()),
            more_ordinary_than=float((usual < alike.mean()).mean()),
            colours=colours,
            coloured=len(palettes),
            sharing=sum(set(colours) <= set(each) for each in found) if colours else 0,
            apart=apart,
            having=having,
        )

    def _palettes(self, ids: NDArray[np.int64]) -> list[Palette]:
        """The colours of each poster whose file can be read, now if it never was."""
        hashes = [card.content_hash for card in self._catalog.cards(ids.tolist()).values()]
        known = self._impressions.of(hashes)
        return [known[each].palette for each in hashes if each in known]

    def _usual(self, opened: Opened) -> NDArray[np.float64]:
        """`usual_likeness` of the index's folder, worked out once."""
        folder, drawn = opened.index.manifest.fingerprint, self._drawn
        if drawn is None or drawn[0] != folder:
            drawn = self._drawn = folder, usual_likeness(opened, self._catalog)
        return drawn[1]


def main_colours(colours: Palette, most: int = MAIN_COLOURS) -> tuple[str, ...]:
    """The names of at most `most` colours that cover a poster most, none less than LEAST_SHARED."""
    shares: dict[str, float] = {}
    for part, swatch in zip(colour_part(oklab_of(colours)), colours, strict=True):
        shares[NAMES[part]] = shares.get(NAMES[part], 0.0) + swatch.share
    named = sorted(shares, key=lambda name: -shares[name])[:most]
    return tuple(name for name in named if shares[name] >= LEAST_SHARED)


def rarest_colour(colours: Palette, others: Sequence[Palette]) -> tuple[str | None, int]:
    """The colour of a poster that fewest of the others have, and how many; None where each is had
    by more than `RARE` of them, or there are none."""
    theirs = [plain_colours(each) for each in others]
    having = {name: sum(name in each for each in theirs) for name in plain_colours(colours)}
    rarest = min(having, key=lambda name: having[name], default=None)
    if not others or rarest is None or having[rarest] > RARE * len(others):
        return None, 0
    return rarest, having[rarest]


def usual_likeness(opened: Opened, catalog: Catalog) -> NDArray[np.float64]:
    """The mean likeness of posters drawn from the index to their own nearest, float64[OTHERS]; of
    each, as of a query, the posters of its film and its copies are left out."""
    drawn = np.sort(np.random.default_rng(0).permutation(opened.index.poster_ids)[:OTHERS])
    own = _own_posters(drawn.tolist(), opened, catalog)
    embeddings = opened.index.embeddings(drawn)
    found = _nearest(embeddings, opened, more=OWN)
    likeness = []
    for vector, near, mine in zip(embeddings, found, own, strict=True):
        others = near[~np.isin(near, mine)][:NEAREST]
        if len(others) < NEAREST and len(mine) > OWN:  # a picture that many films have
            others = _nearest(vector[None], opened, mine)[0]
        if len(others):
            likeness.append(_likeness(vector, others, opened).mean())
    return np.array(likeness, np.float64)


def _own_posters(poster_ids: Sequence[int], opened: Opened, catalog: Catalog) -> list[list[int]]:
    """Of each poster itself, the posters of its film, and those of its copies' films."""
    copies, facets = Copies(catalog, opened.index), catalog.facets()
    films = {
        number: {each.movie_id for each in (card, *copies.known([card]))}
        for number, card in catalog.cards(poster_ids).items()
    }
    return [[each, *facets.posters(films.get(each, ()))] for each in poster_ids]


def _nearest(
    embeddings: NDArray[np.float32], opened: Opened, excluded: Collection[int] = (), more: int = 0
) -> list[NDArray[np.int64]]:
    found = opened.index.search_many(embeddings, Metric.COSINE, NEAREST + more, exclude=excluded)
    return [np.array([each.poster_id for each in near], np.int64) for near in found]


def _likeness(
    embedding: NDArray[np.float32], ids: NDArray[np.int64], opened: Opened
) -> NDArray[np.float64]:
    others = opened.index.embeddings(ids)
    return likeness_between(embedding, others, opened.embedder.card, opened.index)
