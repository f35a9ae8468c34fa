"""Why two posters are near, and where on a poster a genre is seen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np
from cachetools import LRUCache, cachedmethod
from numpy.typing import NDArray

from catalog.catalog import Catalog, CatalogError, PosterCard
from catalog.images.palette import palette
from embedder.likeness import position_shares
from genres.thresholds import above
from index import Metric, shares
from onesheet.base.refusals import MissingPosterError, QueryError
from onesheet.base.texts import marked
from onesheet.explaining.regions import region
from onesheet.explaining.shared_traits import PosterTraits, SharedTraits
from onesheet.explaining.traits import Trait
from onesheet.explaining.usual_shares import UsualShares, UsualSharesOfIndexes
from onesheet.recommending.answers import Answer
from onesheet.recommending.neighbourhood import PreparedQuery
from onesheet.recommending.recommender import Recommender
from onesheet.recommending.reranking import rebalanced

if TYPE_CHECKING:
    from embedder import Embedder, ModelCard
    from onesheet.indexing.live import Opened

Floats = NDArray[np.float64]
Looked = tuple[NDArray[np.float32], PosterTraits]

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
    """Why a result is near: the shares of either poster sum to `whole`. What pulls is of the pair's
    likeness, the same whatever the metric."""

    card: PosterCard
    metric: Metric
    whole: float
    """The cosine, or the Euclidean or Manhattan distance."""
    query: Heat
    result: Heat
    shared: SharedTraits = field(default_factory=SharedTraits)
    """What is true of both; nothing where a part of a poster, or several, were asked about."""


class Explainer:
    """Explains one instance's answers. Keeps only what can be computed again."""

    def __init__(
        self,
        catalog: Catalog,
        recommender: Recommender,
        opened: Callable[[], Opened],
    ) -> None:
        """`opened` gives the model and the index that the request in hand answers with."""
        self._catalog = catalog
        self._recommender = recommender
        self._opened = opened
        self._usual = UsualSharesOfIndexes(catalog)
        self._lock = threading.Lock()
        self._kept: LRUCache[tuple[str, str], Looked] = LRUCache(POSTERS_KEPT)

    def nearness(
        self,
        answer: Answer,
        poster_id: int,
        metric: Metric,
        balance: float | None = None,
        prepared: PreparedQuery | None = None,
    ) -> Explanation:
        """Why a poster of the catalogue is as near to what was asked as it is.

        `balance` is a view's, `prepared` a poster that is not kept. Raises
        refusals.MissingPosterError where either poster is gone.
        """
        card = self._catalog.cards([poster_id]).get(poster_id)
        if card is None:
            raise MissingPosterError("That poster is no longer in the catalogue; search again.")
        opened = self._opened()
        embedder, model = opened.embedder, opened.embedder.card
        prepared = prepared or self._recommender.prepared(answer)
        found, seen = self._of(card, embedder)
        # Posters of the demo are drawn, whatever the network takes them for.
        films = (card, answer.query.card, answer.same_as)
        untrue = {Trait.PHOTOGRAPHED} if any(each and each.invented for each in films) else set()
        traits = replace(seen, traits=seen.traits - untrue, year=card.year)
        asked = prepared.positions
        split = shares(
            _flat(rebalanced(asked, model, balance)),
            _flat(rebalanced(found, model, balance)),
            metric,
        )
        one, other = (_likeness_shares(model, *each) for each in ((asked, found), (found, asked)))
        usual = self._usual.of(opened) or UsualShares.even(*one.shape)
        stands_out = usual.part(one)
        part = None if stands_out is None else list(model.parts)[stands_out]
        return Explanation(
            card,
            metric,
            split.whole,
            Heat.of(_as_grid(split.one, asked), _as_grid(usual.pull(one), asked)),
            Heat.of(_as_grid(split.other, found), _as_grid(usual.pull(other), found)),
            _shared(answer, prepared, traits, embedder.fingerprint, part),
        )

    def genre(self, answer: Answer, name: str, prepared: PreparedQuery | None = None) -> Heat:
        """Where on the poster asked about a genre is seen; `prepared` as above.

        A position's share is its part of the genre's dimension of the embedding, which is the
        affine head's logit less its mean on val; positions above that mean speak for the genre.
        What the hidden layer adds to a reading cannot be split (docs/decisions/0012). Raises
        QueryError for a genre that the model does not place.
        """
        model = self._opened().embedder.card
        where = model.genre_dimensions
        if where is None or name not in model.genres:
            raise QueryError(NO_SUCH_GENRE)
        prepared = prepared or self._recommender.prepared(answer)
        logits = prepared.positions[..., where.start + model.genres.index(name)].astype(np.float64)
        return Heat.of(logits / logits.size, logits)

    @cachedmethod(
        attrgetter("_kept"),
        key=lambda _, card, embedder: (embedder.fingerprint, card.content_hash),
        lock=attrgetter("_lock"),
    )
    def _of(self, card: PosterCard, embedder: Embedder) -> Looked:
        """The positions float32[h, w, D] of a poster of the catalogue, and what of its traits the
        picture shows: several films may have it."""
        try:
            image = self._catalog.picture_of(card)
        except CatalogError as error:
            raise MissingPosterError(str(error)) from error
        read, model = embedder.read([image], positions=True), embedder.card
        positions: NDArray[np.float32] = np.asarray(read.positions)[0]
        chosen = above(read.genres.astype(np.float64), model.thresholds)[0]
        genres = [name for name, said in zip(model.genres, chosen, strict=True) if said]
        colours, model_name = palette(image), embedder.fingerprint
        return positions, PosterTraits.of(image, colours, positions, model_name, genres, None)


def _shared(
    answer: Answer, prepared: PreparedQuery, traits: PosterTraits, model: str, part: str | None
) -> SharedTraits:
    if prepared.cropped or answer.query.likes:
        return SharedTraits()
    genres, year = answer.reading.predicted, answer.film_year
    mine = PosterTraits.of(
        prepared.image, prepared.palette, prepared.positions, model, genres, year
    )
    return replace(SharedTraits.between(mine, traits), part=part)


def _likeness_shares(
    model: ModelCard, positions: NDArray[np.float32], others: NDArray[np.float32]
) -> Floats:
    flat, other = _flat(positions), _flat(others).mean(axis=0)
    return position_shares(model.likeness, model.parts, flat, other)


def _as_grid(values: Floats, positions: NDArray[np.float32]) -> Floats:
    return values.reshape(positions.shape[:2])


def _flat(positions: NDArray[np.float32]) -> NDArray[np.float32]:
    return positions.reshape(-1, positions.shape[-1])
