"""Drafts of one poster side by side: what each says, and what changed from one to the next.

A comparison is no record of its own: each draft is a recommendation with its own permalink, and the
comparison is asked for by their ids. All are shown under one distance, so that they compare.
"""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import structs

from catalog.catalog import Catalog
from catalog.images import ImageError
from index import Metric
from onesheet.base.payload import LikenessWords, Record
from onesheet.base.refusals import QueryError, UnknownFilmError
from onesheet.base.texts import marked
from onesheet.queries.query import Query, from_upload
from onesheet.reading.genre_names import genres_named
from onesheet.reading.readings import Intent
from onesheet.recommending.answers import Answer, Result
from onesheet.recommending.draft_gaps import Draft, DraftChange, DraftGap, draft_gaps
from onesheet.recommending.likeness import words_of
from onesheet.recommending.permalinks import Permalinks
from onesheet.recommending.recommender import SHOWN, Recommender
from onesheet.recommending.record import answer_from
from onesheet.uploads.errors import GoneError
from onesheet.uploads.ownership import UNCLAIMED, Ownership

if TYPE_CHECKING:
    from onesheet.indexing.live import Live

FEWEST_DRAFTS = 2
MOST_DRAFTS = 6
"""Drafts compared at once: as many as stand beside each other on a desktop."""
LETTERS = string.ascii_uppercase[:MOST_DRAFTS]
TOO_FEW = marked(
    "Choose at least two drafts to compare; to look at a single poster, search with it."
)
TOO_MANY = marked("At most %(most)s drafts can be compared at once; choose fewer.")


@dataclass(frozen=True)
class Comparison:
    """Drafts in the order they came, all under one metric."""

    metric: Metric
    drafts: list[Draft]
    changes: list[DraftChange]
    gaps: dict[tuple[str, str], DraftGap]
    """By pairs of letters, in both orders; pairs with a poster that is gone are missing."""
    likeness_words: LikenessWords | None
    """What the gaps' likeness is called; None without gaps."""
    genres: list[str]
    """Those that all drafts were read for, in alphabetical order."""
    intended: list[str]
    gone: list[str]
    """The letters of drafts left out, since their posters are no longer kept."""
    earlier_model: bool
    """Whether some draft is still as a model before the one in use had it."""

    @property
    def metric_told(self) -> bool:
        """Whether the first draft's own page names the distance already."""
        return self.drafts[0].answer.arm_told

    @property
    def best(self) -> list[Draft]:
        """Those that promise the intended genres best; none without such genres, and none where
        all drafts are level."""
        strengths = [draft.strength for draft in self.drafts]
        if not self.intended or len(set(strengths)) == 1:
            return []
        return [draft for draft in self.drafts if draft.strength == max(strengths)]

    @property
    def kept(self) -> bool:
        """Whether any draft promises all intended genres."""
        return any(draft.intent and not draft.intent.missing for draft in self.drafts)

    @property
    def shared(self) -> list[Result]:
        """Films that are among the five of every draft; none where there is no other draft."""
        first, *others = self.drafts
        if not others:
            return []
        films = [{each.film for each in draft.answer.results} for draft in others]
        return [each for each in first.answer.results if all(each.film in five for five in films)]

    @property
    def among_all(self) -> bool:
        """Whether all of every draft was compared with all films."""
        return all(draft.answer.plain for draft in self.drafts)


class Drafts:
    """Asks about drafts, and compares them."""

    def __init__(
        self,
        catalog: Catalog,
        recommender: Recommender,
        permalinks: Permalinks,
        live: Live,
    ) -> None:
        self._catalog = catalog
        self._recommender = recommender
        self._permalinks = permalinks
        self._live = live

    def submit(
        self,
        uploads: Sequence[tuple[str, bytes]],
        earlier: Sequence[str] = (),
        ownership: Ownership = UNCLAIMED,
    ) -> list[str]:
        """Ask about each upload, and give the ids of the comparison: the `earlier` ones first.

        `uploads` are file names and contents, and `ownership` says whose they are. All films are
        searched by one distance, so nothing is credited to any. Raises QueryError for too few or
        too many, catalog.images.ImageError that names the file, uploads.GoneError and
        bandit.UnknownRecommendation; then nothing is written.
        """
        count = len(earlier) + len(uploads)
        if not uploads or count < FEWEST_DRAFTS:
            raise QueryError(TOO_FEW)
        if count > MOST_DRAFTS:
            raise QueryError(TOO_MANY, most=str(MOST_DRAFTS))
        records = [self._permalinks.record(each) for each in earlier]
        arm = records[0].arm if records else self._recommender.bandit().leaders[0]
        queries = [dataclasses.replace(_query(*each), ownership=ownership) for each in uploads]
        made = [
            self._recommender.ask(query, metric=Metric(arm), restrict=False) for query in queries
        ]
        return [*earlier, *(each.id for each in made)]

    def compare(self, ids: Sequence[str], intended: Sequence[str]) -> Comparison:
        """The drafts behind these recommendations, all under the distance of the first.

        Those whose posters are no longer kept are left out, and the others keep the letters of
        their places. `intended` are values as a form sends them. Raises QueryError for more than
        `MOST_DRAFTS` drafts or for genres that not all of them were read for, uploads.GoneError
        where no draft is left, and bandit.UnknownRecommendation.
        """
        if len(ids) > MOST_DRAFTS:
            raise QueryError(TOO_MANY, most=str(MOST_DRAFTS))
        model = self._live.embedder().fingerprint
        records = {letter: self._among_all(r, model) for letter, r in self._kept(ids).items()}
        answers = {letter: self._five(record) for letter, record in records.items()}
        genres = sorted(set.intersection(*(set(answer.genres) for answer in answers.values())))
        meant = genres_named(intended, genres)
        films: set[int] = set()
        drafts = []
        for letter, answer in answers.items():
            intent = Intent.of(answer.reading, meant, []) if meant else None
            new = {r.card.movie_id for r in answer.results if films and r.film not in films}
            drafts.append(Draft(letter, answer, frozenset(new), intent))
            films = {each.film for each in answer.results}
        metric = Metric(drafts[0].answer.arm)
        gaps = self._gaps(drafts, metric)
        changes = [
            DraftChange.between(one, other, gaps.get((one.letter, other.letter)))
            for one, other in pairwise(drafts)
        ]
        words = words_of(self._live.embedder().card) if gaps else None
        gone = [letter for letter in LETTERS[: len(ids)] if letter not in records]
        earlier = any(record.model != model for record in records.values())
        return Comparison(metric, drafts, changes, gaps, words, genres, meant, gone, earlier)

    def _kept(self, ids: Sequence[str]) -> dict[str, Record]:
        """By their letters the records whose posters are still kept, each under the distance of the
        first. Raises GoneError where there is none."""
        kept: dict[str, Record] = {}
        gone = None
        for letter, each in zip(LETTERS, ids, strict=False):
            try:
                record = self._permalinks.record(each)
            except GoneError as error:
                gone = error
                continue
            arm = next(iter(kept.values()), record).arm
            kept[letter] = dataclasses.replace(record, arm=arm, agreeing=())
        if gone and not kept:
            raise gone
        return kept

    def _among_all(self, record: Record, model: str) -> Record:
        """The draft by all of its poster among all films, as the model in use sees it: searched
        anew where it was asked about in another way, for fewer or under another model, and as it is
        where its poster is gone."""
        plain = answer_from(record, self._catalog, around=False).plain
        if plain and record.payload.k >= SHOWN and record.model == model:
            return record
        payload = structs.replace(record.payload, restrict=False, k=SHOWN)
        whole = dataclasses.replace(record, payload=payload, model=model)
        with suppress(UnknownFilmError):
            query = self._permalinks.query(record.id).whole
            query = dataclasses.replace(query, draft=record.payload.draft)
            record, _ = self._recommender.remake(whole, query)
        return record

    def _five(self, record: Record) -> Answer:
        answer = answer_from(record, self._catalog)
        return dataclasses.replace(answer, results=answer.results[:SHOWN])

    def _gaps(self, drafts: Sequence[Draft], metric: Metric) -> dict[tuple[str, str], DraftGap]:
        """How far each two of the drafts are apart, read anew from the kept posters."""
        queries = {}
        for draft in drafts:
            with suppress(UnknownFilmError):
                queries[draft.letter] = self._permalinks.query(draft.answer.id).whole
        if len(queries) < FEWEST_DRAFTS:
            return {}
        images = {letter: query.image for letter, query in queries.items()}
        return draft_gaps(images, self._live.opened(), metric)


def _query(name: str, data: bytes) -> Query:
    try:
        return dataclasses.replace(from_upload(data), draft=True)
    except ImageError as error:
        raise ImageError("%(file)s: %(trouble)s", file=name, trouble=error) from error
