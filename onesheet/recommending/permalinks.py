"""What stands behind an answer's permanent address: its record, and its poster while it is kept."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from bandit import UnknownRecommendation
from catalog.catalog import Catalog
from onesheet.base.payload import Record, RecordStore
from onesheet.queries.likes import from_likes
from onesheet.queries.query import Query, from_record
from onesheet.recommending.answers import Answer
from onesheet.recommending.record import answer_from
from onesheet.uploads.store import UploadStore


class Permalinks:
    """Answers that were given before, by the ids of their recommendations."""

    def __init__(self, catalog: Catalog, feedback: RecordStore, uploads: UploadStore) -> None:
        self._catalog = catalog
        self._feedback = feedback
        self._uploads = uploads

    def known(self, recommendation_id: str) -> Record:
        """Whatever is left of it. Raises bandit.UnknownRecommendation."""
        record = self._feedback.get(recommendation_id)
        if record is None:
            raise UnknownRecommendation(recommendation_id)
        return record

    def record(self, recommendation_id: str) -> Record:
        """Raises bandit.UnknownRecommendation, and uploads.GoneError where its poster is kept no
        longer."""
        return self._uploads.present(self.known(recommendation_id))

    def answer(self, recommendation_id: str) -> Answer | None:
        """What a permalink shows, from the record; None where the id is unknown.

        Raises uploads.GoneError where the poster is kept no longer.
        """
        with suppress(UnknownRecommendation):
            return answer_from(self.record(recommendation_id), self._catalog)
        return None

    def redacted_answer(self, recommendation_id: str) -> Answer:
        """What is left of an answer whose poster is gone: who chose, and the rating.

        Raises bandit.UnknownRecommendation.
        """
        return answer_from(self.known(recommendation_id), self._catalog)

    def query(self, recommendation_id: str) -> Query:
        """What a recommendation was asked about, to ask again.

        Raises what `record` raises, and refusals.UnknownFilmError where the poster's file is
        missing.
        """
        record = self.record(recommendation_id)
        asked = record.payload.query
        if asked.like:
            return from_likes(asked.like, asked.unlike, self._catalog)
        return from_record(record, self._uploads.path(recommendation_id), self._catalog)

    def has_poster(self, answer: Answer) -> bool:
        """Whether the poster asked about is the catalogue's, or an upload whose file is there."""
        return answer.query.card is not None or self._uploads.path(answer.id).exists()

    def poster_path(self, answer: Answer) -> Path:
        """Where the poster asked about is kept, or was."""
        card = answer.query.card
        return (
            self._catalog.poster_path(card.content_hash) if card else self._uploads.path(answer.id)
        )
