"""The one orchestration: a poster in, a recorded recommendation out."""

from __future__ import annotations

import random
import secrets
import threading
from collections.abc import Hashable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, TypedDict, Unpack

from cachetools import LRUCache, cachedmethod

from bandit import Choice, Policy, Rating, Recommendation
from bandit.kept_counts import KeptStats
from catalog.catalog import Catalog
from catalog.impressions import Impressions
from index import Metric
from onesheet.base.bandit_settings import BanditSettings
from onesheet.base.payload import PLAIN, Record, RecordStore, View
from onesheet.base.refusals import UnknownFilmError
from onesheet.base.stages import Stage, Turns, at_stage
from onesheet.queries.query import Query
from onesheet.reading.readings import Intent, Reading
from onesheet.recommending.answers import NEIGHBOURHOOD, Answer, BanditState, FilmsInView
from onesheet.recommending.neighbourhood import Neighbourhood, PreparedQuery
from onesheet.recommending.permalinks import Permalinks
from onesheet.recommending.query_reading import read_query
from onesheet.recommending.raters import with_rater
from onesheet.recommending.record import agreeing, answer_from, results
from onesheet.uploads.errors import UNKEPT
from onesheet.uploads.store import Recorder, UploadStore

if TYPE_CHECKING:
    from onesheet.indexing.live import Live, Opened

ARMS = tuple(metric.value for metric in Metric)
SHOWN = 5
"""Films in a recommendation unless asked otherwise."""
MOST_SHOWN = 50
PREPARED_KEPT = 32
"""Queries that a process keeps prepared, so that re-ranking needs no network; 60 KB each."""


class Wishes(TypedDict, total=False):
    """How a query is to be answered, as `Recommender.ask` takes it."""

    metric: Metric | None
    k: int
    restrict: bool | None
    view: View


def _key(recommender: Recommender, recommendation_id: str, opened: Opened) -> tuple[Hashable, ...]:
    """What a prepared query stays the same for; copies of it may come in beside the index."""
    model, index = opened.embedder.fingerprint, opened.index.manifest.fingerprint
    return recommendation_id, model, index, recommender._catalog.state(), len(opened.index)


class Recommender:
    """Answers queries over one instance. Holds nothing that another process must know."""

    def __init__(
        self,
        catalog: Catalog,
        feedback: RecordStore,
        uploads: UploadStore,
        permalinks: Permalinks,
        impressions: Impressions,
        live: Live,
        bandit: BanditSettings,
        *,
        keep_days: float,
        at_once: int,
    ) -> None:
        """Uploads are shown for `keep_days`. `at_once` recommendations are worked out at a time:
        more would share the same cores, and all come late (docs/decisions/0013)."""
        self._catalog = catalog
        self._feedback = feedback
        self._uploads = uploads
        self._permalinks = permalinks
        self._impressions = impressions
        self._live = live
        self._keep_for = timedelta(days=keep_days)
        self._stats = KeptStats(feedback, ARMS, shared=bandit.shared_credit)
        self.policy: Policy = bandit.over(ARMS)
        self.rng: random.Random = random.SystemRandom()
        self.places = Turns(at_once)
        self._lock = threading.Lock()
        self._kept: LRUCache[tuple[Hashable, ...], PreparedQuery] = LRUCache(PREPARED_KEPT)

    def recommend(self, query: Query, *, around: bool = True, **wishes: Unpack[Wishes]) -> Answer:
        """The answer to `ask`, which says what it takes and raises; `around` as `answer_from`."""
        return answer_from(self.ask(query, **wishes), self._catalog, around=around)

    def ask(
        self,
        query: Query,
        *,
        metric: Metric | None = None,
        k: int = SHOWN,
        restrict: bool | None = None,
        view: View = PLAIN,
    ) -> Record:
        """Record the k films whose posters are nearest, by the metric that the bandit chooses.

        An arm is credited with a rating only for all of one poster, without a `metric` (which skips
        the bandit), without `restrict` False and without a `view`. Raises ValueError for k outside
        1-50, and what Live.opened raises.
        """
        if not 1 <= k <= MOST_SHOWN:
            raise ValueError(f"k must lie in 1-{MOST_SHOWN}, got {k}")
        number, now = secrets.token_urlsafe(12), datetime.now(UTC)
        query = query.rooted(number)
        with self._recorder(number, query) as record:
            with self.places:
                opened = self._live.opened()  # before the snapshot: what it holds the catalogue has
                with self._catalog.snapshot():
                    model = opened.embedder.fingerprint
                    shown, choice = (metric, None) if metric else self._choose(model)
                    counts = {
                        each: max(k, NEIGHBOURHOOD) if each is shown else k for each in Metric
                    }
                    found = self._around(opened).find(query, counts, restrict, view)
            recommendation = Recommendation(
                id=number,
                created=now,
                arm=shown.value,
                explored=choice.explored if choice else None,
                epsilon=choice.epsilon if choice else None,
                propensity=choice.propensity if choice else None,
                credited=(
                    choice is not None and restrict is not False and view.plain and query.one_whole
                ),
                model=opened.embedder.fingerprint,
                index=opened.index.manifest.fingerprint,
                agreeing=agreeing(shown, found.nearest, k, self._catalog.facets()),
                payload=with_rater(found.payload(query, shown, k), query, number),
                expires=(query.ownership.expires or now + self._keep_for) if query.kept else None,
            )
            with at_stage(Stage.RECORD):
                record(recommendation)
        return recommendation

    def remake(self, recommendation: Record, query: Query) -> tuple[Record, PreparedQuery]:
        """The record of an answer that was shown once, with all that was left out of it: worked out
        anew from its poster, by the distance and among the films that it names."""
        stored, shown = recommendation.payload, Metric(recommendation.arm)
        around = self._around(self._live.opened())
        found = around.find(query, {shown: max(stored.k, NEIGHBOURHOOD)}, stored.restrict, PLAIN)
        whole = replace(recommendation, payload=found.payload(query, shown, stored.k))
        return whole, found.prepared

    def viewed(
        self,
        answer: Answer,
        view: View,
        metric: Metric,
        restrict: bool,
        k: int = SHOWN,
        prepared: PreparedQuery | None = None,
    ) -> FilmsInView:
        """An answer's neighbours as the view has them; recorded nowhere. `prepared`: of a poster
        that is not kept. Raises UnknownFilmError where it is gone, and what Live.opened raises."""
        prepared = prepared or self.prepared(answer)
        genres = answer.reading.predicted if restrict else []
        around = self._around(self._live.opened())
        wide = {metric: max(k, NEIGHBOURHOOD)}  # what is shown decides no restriction
        restricted_to, nearest = around.nearest(prepared, wide, genres, view)
        alike = around.likeness(prepared, nearest)
        films = results(nearest[metric][:k], alike, self._catalog)
        return FilmsInView(view, metric.value, restrict, restricted_to, films, alike.words)

    def read(self, query: Query, intended: Sequence[str] = ()) -> tuple[Reading, Intent | None]:
        """What all of the poster says, and where genres are `intended`, whether it says those.

        Raises what Live.embedder raises; with genres also what Live.opened raises.
        """
        query = query.whole
        if not intended:
            embedder = self._live.embedder()
            return Reading.of(embedder.card, embedder.read([query.image])), None
        opened = self._live.opened()
        read = opened.embedder.read([query.image])
        reading = Reading.of(opened.embedder.card, read)
        examples = self._around(opened).promising(query, read.embeddings[0], intended)
        return reading, Intent.of(reading, intended, examples)

    def intent(
        self, answer: Answer, intended: Sequence[str], query: Query | None = None
    ) -> Intent | None:
        """An answer's own reading beside genres of it; None without `intended`.

        Examples need the poster itself, which is the `query` where it is not kept: there are none
        where it is gone, or where the model in use does not know such a genre.
        """
        found: Intent | None = None
        if not intended:
            return found
        if set(intended) <= set(self._live.embedder().card.genres):
            with suppress(UnknownFilmError):
                _, found = self.read(query or self._permalinks.query(answer.id), intended)
        return Intent.of(answer.reading, intended, found.examples if found else [])

    def rate(self, recommendation_id: str, rating: Rating | None) -> None:
        """As `Raters.rate`, for whoever runs the instance and need not have asked."""
        self._feedback.rate(recommendation_id, rating)

    def bandit(self, *, exact: bool = False) -> BanditState:
        """The bandit's present state, of a large record as KeptCounts has it, or as it is now where
        it must be `exact`; ratings given under another model do not count."""
        model, stats = self._live.embedder().fingerprint, self._stats
        return BanditState(stats.of(model, exact=exact), self.policy, stats.shared, model)

    def prepared(self, answer: Answer) -> PreparedQuery:
        """What was asked about, prepared and kept for a while, since a slider searches many times.

        Raises what Permalinks.query raises where the poster is gone, and what Live.opened raises.
        """
        if not self._permalinks.has_poster(answer):
            self._permalinks.query(answer.id)  # raises, and says why
        return self._prepare(answer.id, self._live.opened())

    @cachedmethod(attrgetter("_kept"), _key, attrgetter("_lock"))
    def _prepare(self, recommendation_id: str, opened: Opened) -> PreparedQuery:
        query = self._permalinks.query(recommendation_id)
        read = read_query(opened.embedder, query)
        return self._around(opened).prepared(query, read)[0].reduced()

    def _around(self, opened: Opened) -> Neighbourhood:
        return Neighbourhood(opened, self._catalog, self._impressions)

    def _choose(self, model: str) -> tuple[Metric, Choice]:
        choice = self.policy.choose(self._stats.of(model, rated_alone=True), self.rng)
        return Metric(choice.arm), choice

    def _recorder(self, number: str, query: Query) -> AbstractContextManager[Recorder]:
        """What records the answer to a query, under this id."""
        if query.kept:
            return self._uploads.arriving(number, query.encoded())
        return nullcontext(self._feedback.record if query.card else self._record_bare)

    def _record_bare(self, recommendation: Record) -> None:
        """Record an answer without anything that tells of the poster, which is not to be kept."""
        bare = recommendation.payload.redacted(UNKEPT, recommendation.created)
        self._feedback.record(replace(recommendation, payload=bare))
