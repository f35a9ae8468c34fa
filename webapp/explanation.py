"""Why two posters are near, and where on a poster a genre is seen."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from catalog.catalog import CatalogError, PosterCard
from index import Metric, shares
from webapp.answers import Answer
from webapp.building import poster
from webapp.nearest import Asked
from webapp.queries import QueryError, UnknownFilmError
from webapp.regions import region
from webapp.reranking import rebalanced
from webapp.translation import gettext as _
from webapp.translation import marked

if TYPE_CHECKING:
    from embedder import Embedder
    from webapp.instance import Instance

Floats = NDArray[np.float64]

POSTERS_KEPT = 256
"""Posters whose positions a process keeps, about 30 KB each."""
NO_SUCH_GENRE = marked("The model in use does not say where on a poster it sees that.")


@dataclass(frozen=True)
class Heat:
    """Something's grid over a poster, top row first.

    Attributes:
        shares: float64[h, w], what each position contributes.
        pull: float64[h, w], 0-1: how strongly a position speaks for it, beside the strongest.
        region: where that is, in words.
    """

    shares: Floats
    pull: Floats
    region: str

    @classmethod
    def of(cls, shares: Floats, pull: Floats) -> Heat:
        """`pull` of any scale; what speaks against it counts as none."""
        strong = np.maximum(pull, 0.0)
        most = float(strong.max())
        return cls(shares, strong / most if most > 0 else strong, region(strong))


@dataclass(frozen=True)
class Explanation:
    """Why a result is near: the shares of either poster sum to `whole`."""

    card: PosterCard
    metric: Metric
    whole: float
    """The cosine, or the Euclidean or Manhattan distance."""
    query: Heat
    result: Heat


class Explainer:
    """Explains one instance's answers. Keeps only what can be computed again."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], NDArray[np.float32]] = OrderedDict()

    def nearness(
        self,
        answer: Answer,
        poster_id: int,
        metric: Metric,
        balance: float | None = None,
        asked: Asked | None = None,
    ) -> Explanation:
        """Why a poster of the catalogue is as near to what was asked as it is.

        `balance` is a view's, `asked` a poster that is not kept. Raises
        queries.UnknownFilmError where either poster is gone.
        """
        card = self._instance.catalog.cards([poster_id]).get(poster_id)
        if card is None:
            raise UnknownFilmError(_("That poster is no longer in the catalogue; search again."))
        opened = self._instance.opened()
        asked = asked or self._instance.recommender.again(answer, opened)
        query, result = (
            rebalanced(positions, opened.embedder.card, balance)
            for positions in (asked.positions, self._of(card, opened.embedder))
        )
        split = shares(_flat(query), _flat(result), metric)
        grid, other = query.shape[:2], result.shape[:2]
        return Explanation(
            card,
            metric,
            split.whole,
            Heat.of(split.one.reshape(grid), split.one_pull.reshape(grid)),
            Heat.of(split.other.reshape(other), split.other_pull.reshape(other)),
        )

    def genre(self, answer: Answer, name: str, asked: Asked | None = None) -> Heat:
        """Where on the poster asked about a genre is seen; `asked` as above.

        A position's share is its part of the genre's dimension of the embedding, which is the
        affine head's logit less its mean on val; positions above that mean speak for the genre.
        What the hidden layer adds to a reading cannot be split (docs/decisions/0012). Raises
        QueryError for a genre that the model does not place.
        """
        opened = self._instance.opened()
        model = opened.embedder.card
        where = model.genre_dimensions
        if where is None or name not in model.genres:
            raise QueryError(_(NO_SUCH_GENRE))
        asked = asked or self._instance.recommender.again(answer, opened)
        logits = asked.positions[..., where.start + model.genres.index(name)].astype(np.float64)
        return Heat.of(logits / logits.size, logits)

    def _of(self, card: PosterCard, embedder: Embedder) -> NDArray[np.float32]:
        """The positions float32[h, w, D] of a poster of the catalogue."""
        key = (embedder.fingerprint, card.content_hash)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        try:
            image = poster(self._instance, card)
        except CatalogError as error:
            raise UnknownFilmError(str(error)) from error
        read = embedder.read([image], positions=True)
        found: NDArray[np.float32] = np.asarray(read.positions)[0]
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > POSTERS_KEPT:
                self._kept.popitem(last=False)
        return found


def _flat(positions: NDArray[np.float32]) -> NDArray[np.float32]:
    return positions.reshape(-1, positions.shape[-1])
