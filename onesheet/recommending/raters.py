"""Who may rate an answer: whoever asked for it (docs/decisions/0019-whoever-asked-rates.md)."""

from __future__ import annotations

from msgspec import structs

from bandit import Rating, RedactedRecommendation
from catalog.catalog import Catalog
from onesheet.base.film_thumbs import Thumbs
from onesheet.base.payload import Payload, Record, RecordStore
from onesheet.base.refusals import RefusalError, UnknownFilmError
from onesheet.base.texts import marked
from onesheet.queries.query import Query
from onesheet.recommending.permalinks import Permalinks
from onesheet.uploads.ownership import Visitor, rater

NOT_ASKED = marked(
    "Only whoever asked for this answer can rate it: in the browser that asked, or with the "
    "rating_key that came with it."
)


NUMBERS = 2**31
"""What posters' numbers stay below."""


class NotAskedError(RefusalError):
    """An answer that somebody else asked for."""

    def __init__(self) -> None:
        super().__init__(NOT_ASKED)


def may_rate(recommendation: Record, visitor: Visitor) -> bool:
    """Whether the visitor asked for this answer; of records that do not say so, its uploader."""
    payload = recommendation.payload
    if payload.rater is None:
        return payload.query.owner in visitor.keys
    return any(rater(key, recommendation.id) == payload.rater for key in visitor.keys)


class Raters:
    """Takes visitors' ratings. More than `a_minute` from one place are a burst; 0: none is."""

    def __init__(
        self,
        feedback: RecordStore,
        thumbs: Thumbs,
        permalinks: Permalinks,
        catalog: Catalog,
        a_minute: int,
    ) -> None:
        self._feedback, self._most = feedback, a_minute or None
        self._thumbs, self._permalinks, self._catalog = thumbs, permalinks, catalog

    def rate(self, recommendation_id: str, rating: Rating | None, visitor: Visitor) -> None:
        """Give, change or (None) withdraw a rating.

        Raises bandit.UnknownRecommendation, and NotAskedError where the visitor did not ask.
        """
        if not may_rate(self._permalinks.known(recommendation_id), visitor):
            raise NotAskedError
        self._feedback.rate(recommendation_id, rating, by=visitor.trace, most=self._most)

    def give_thumb(
        self, recommendation_id: str, poster_id: int, up: bool | None, visitor: Visitor
    ) -> None:
        """Give, change or (None) withdraw the thumb of one film.

        Raises what Permalinks.record raises, NotAskedError where the visitor did not ask, and
        UnknownFilmError for a poster that the catalogue lacks.
        """
        record = self._permalinks.record(recommendation_id)
        if not may_rate(record, visitor):
            raise NotAskedError
        if poster_id >= NUMBERS or not self._catalog.cards([poster_id]):
            raise UnknownFilmError("That film is no longer in the catalogue.")
        try:
            self._thumbs.give(recommendation_id, poster_id, up, kept=record.expires is not None)
        except RedactedRecommendation:
            self._permalinks.record(recommendation_id)  # which says why it is gone
            raise


def with_rater(payload: Payload, query: Query, recommendation_id: str) -> Payload:
    """The payload with who may rate it."""
    asker = query.ownership.asker
    own = None if asker is None else rater(asker, recommendation_id)
    return structs.replace(payload, rater=own)
