"""What the model reads of a query: of its poster, of a part of it, or of several together."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from onesheet.base.stages import Stage, at_stage
from onesheet.queries.query import Likes, Query

if TYPE_CHECKING:
    from embedder import Embedder, PosterReading

TURNED_AWAY = 0.5
"""How far a query is moved from what is not liked, as a share of the way that lies between."""


@dataclass(frozen=True)
class QueryReading:
    """What was read of a query, each picture once.

    Attributes:
        searched: of what is searched by, with positions; batch size 1.
        says: of all of the poster; batch size 1.
        posters: each poster of the query, all of it, with its own embedding, float32[D], raw.
    """

    searched: PosterReading
    says: PosterReading
    posters: tuple[tuple[Query, NDArray[np.float32]], ...]


@at_stage(Stage.READ)
def read_query(embedder: Embedder, query: Query) -> QueryReading:
    """The reading of one poster; where a part of it is searched by, also of that.

    Of several it is the mean of those liked, its embedding and positions moved away from the mean
    of those not liked by `TURNED_AWAY` of the way between (Rocchio, 1971).
    """
    if query.likes:
        chosen = query.likes.all
        read = embedder.read([each.image for each in chosen], positions=True)
        together = _together(read, query.likes)
        return QueryReading(together, together, tuple(zip(chosen, read.embeddings, strict=True)))
    whole = query.whole
    says = embedder.read([whole.image], positions=True)
    searched = embedder.read([query.image], positions=True) if query.crop else says
    return QueryReading(searched, says, ((whole, says.embeddings[0]),))


def _together(read: PosterReading, likes: Likes) -> PosterReading:
    count = len(likes.liked)
    means = {}
    for field in fields(read):
        values = getattr(read, field.name)
        mean = values[:count].mean(axis=0, keepdims=True)
        if likes.unliked and field.name in ("embeddings", "positions"):
            mean = mean + TURNED_AWAY * (mean - values[count:].mean(axis=0, keepdims=True))
        means[field.name] = np.asarray(mean, np.float32)
    return type(read)(**means)
