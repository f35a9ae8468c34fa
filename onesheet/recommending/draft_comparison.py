"""Drafts of one poster side by side: what each says, and what changed from one to the next.

A comparison is no record of its own: each draft is a recommendation with its own permalink, and the
comparison is asked for by their ids. All are shown under one distance, so that they compare.
"""

from __future__ import annotations

import dataclasses
import math
import string
from collections.abc import Mapping, Sequence
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
from onesheet.recommending.draft_gaps import DraftGap, draft_gaps
from onesheet.recommending.likeness import words_of
from onesheet.recommending.permalinks import Permalinks
from onesheet.recommending.recommender import SHOWN, Recommender
from onesheet.recommending.record import answer_from
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
class Draft:
    """One draft among those compared."""

    letter: str
    """A, B, C … in the order they came."""
    answer: Answer
    new: frozenset[int]
    """Films (movie ids) of its five that the draft before it did not have; for A none."""
    intent: Intent | None
    """The draft beside the intended genres; None where none are marked."""

    @property
    def strength(self) -> tuple[int, float]:
        """What drafts are ranked by: how many intended genres it promises, then how far it
        promises all of them: the geometric mean of their probabilities, so that one genre does not
        make up for another that is missing."""
        if self.intent is None:
            return 0, 0.0
        shares = self.intent.promises.values()
        return len(self.intent.kept), math.prod(shares) ** (1 / len(shares))


@dataclass(frozen=True)
class DraftChange:
    """What became of the poster from one draft to the next."""

    before: Draft
    after: Draft
    gained: list[str]
    """Genres promised now and not before, likeliest first."""
    lost: list[str]
    """Genres promised before and not now."""
    new: list[Result]
    """Of the five, those that the draft before did not have."""
    gap: DraftGap | None
    """None where one of the posters is no longer kept."""


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
        """Films that are among the five of every draft."""
        first, *others = self.drafts
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

        `intended` are values as a form sends them. Raises QueryError for more than `MOST_DRAFTS`
        drafts or for genres that not all of them were read for, uploads.GoneError and
        bandit.UnknownRecommendation.
        """
        if len(ids) > MOST_DRAFTS:
            raise QueryError(TOO_MANY, most=str(MOST_DRAFTS))
        answers = self._answers(ids)
        genres = sorted(set.intersection(*(set(answer.genres) for answer in answers)))
        meant = genres_named(intended, genres)
        films: set[int] = set()
        drafts = []
        for letter, answer in zip(LETTERS, answers, strict=False):
            intent = Intent.of(answer.reading, meant, []) if meant else None
            new = {r.card.movie_id for r in answer.results if films and r.film not in films}
            drafts.append(Draft(letter, answer, frozenset(new), intent))
            films = {each.film for each in answer.results}
        metric = Metric(answers[0].arm)
        gaps = self._gaps(drafts, metric)
        changes = [_change(before, after, gaps) for before, after in pairwise(drafts)]
        words = words_of(self._live.embedder().card) if gaps else None
        return Comparison(metric, drafts, changes, gaps, words, genres, meant)

    def _answers(self, ids: Sequence[str]) -> list[Answer]:
        """The records' fives, each as the first one's distance sees it among all films."""
        records = [self._permalinks.record(each) for each in ids]
        same = [dataclasses.replace(each, arm=records[0].arm, agreeing=()) for each in records]
        found = [self._among_all(record) for record in same]
        return [dataclasses.replace(each, results=each.results[:SHOWN]) for each in found]

    def _among_all(self, record: Record) -> Answer:
        """The draft by all of its poster among all films: searched anew where it was asked about in
        another way or for fewer, and as it is where its poster is gone."""
        answer = answer_from(record, self._catalog)
        if answer.plain and record.payload.k >= SHOWN:
            return answer
        payload = structs.replace(record.payload, restrict=False, k=SHOWN)
        with suppress(UnknownFilmError):
            query = self._permalinks.query(record.id).whole
            found, _ = self._recommender.remake(dataclasses.replace(record, payload=payload), query)
            answer = answer_from(found, self._catalog)
        return answer

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


def _change(before: Draft, after: Draft, gaps: Mapping[tuple[str, str], DraftGap]) -> DraftChange:
    was, now = before.answer.reading.predicted, after.answer.reading.predicted
    return DraftChange(
        before=before,
        after=after,
        gained=[name for name in now if name not in was],
        lost=[name for name in was if name not in now],
        new=[each for each in after.answer.results if each.card.movie_id in after.new],
        gap=gaps.get((before.letter, after.letter)),
    )


def _query(name: str, data: bytes) -> Query:
    try:
        return dataclasses.replace(from_upload(data), draft=True)
    except ImageError as error:
        raise ImageError("%(file)s: %(trouble)s", file=name, trouble=error) from error
