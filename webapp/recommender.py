"""The one orchestration: a poster in, a recorded recommendation out."""

from __future__ import annotations

import random
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypedDict, Unpack

from bandit import Choice, Policy, Rating, Recommendation, UnknownRecommendation
from catalog.database import snapshot
from index import Metric
from webapp.answers import Answer, BanditState, QueryView, Result, Viewed
from webapp.nearest import NEIGHBOURHOOD, Asked, Surroundings
from webapp.queries import Query, UnknownFilmError, from_record
from webapp.reading import Intent, Reading
from webapp.record import Restriction, agreeing, answer_from, payload, results
from webapp.turns import Turns
from webapp.uploads import UNKEPT, encoded, redacted
from webapp.view import PLAIN, View

if TYPE_CHECKING:
    from webapp.instance import Instance
    from webapp.live import Opened

__all__ = ["ARMS", "Answer", "BanditState", "QueryView", "Recommender", "Result"]

ARMS = tuple(metric.value for metric in Metric)
SHOWN = 5
"""Films in a recommendation unless asked otherwise."""
MOST_SHOWN = 50
ASKED_KEPT = 32
"""Queries whose reading a process keeps, so that re-ranking them needs no network; 60 KB each."""


class How(TypedDict, total=False):
    """How a query is to be answered, as `Recommender.ask` takes it."""

    metric: Metric | None
    k: int
    restrict: bool
    view: View


class Recommender:
    """Answers queries over one instance. Holds nothing that another process must know."""

    def __init__(
        self,
        instance: Instance,
        policy: Policy | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self._instance = instance
        self._catalog = instance.catalog
        self._feedback = instance.feedback
        self.policy = policy or instance.bandit.over(ARMS)
        self._rng = rng or random.SystemRandom()
        self._lock = threading.Lock()
        self.turns = Turns(instance.asked_at_once)
        self._asked: OrderedDict[tuple[str, str, str], Asked] = OrderedDict()

    def recommend(self, query: Query, *, around: bool = True, **how: Unpack[How]) -> Answer:
        """The answer to `ask`, which says what it takes and raises; `around` as `answer_from`."""
        return answer_from(self.ask(query, **how), self._catalog, around=around)

    def ask(
        self,
        query: Query,
        *,
        metric: Metric | None = None,
        k: int = SHOWN,
        restrict: bool = True,
        view: View = PLAIN,
        meanwhile: Callable[[], object] | None = None,
    ) -> Recommendation:
        """Record the k films with the nearest posters, by the metric that the bandit chooses.

        `restrict`: only films that share a predicted genre, where enough do; `view`: filters and
        another order. What a person set otherwise, a `metric` by name, no restriction or a view,
        is not credited to any arm; a metric asked for by name skips the bandit altogether.
        `meanwhile` is called while the network reads. Raises ValueError for k outside 1-50, and
        whatever Instance.embedder and Instance.index raise.
        """
        if not 1 <= k <= MOST_SHOWN:
            raise ValueError(f"k must lie in 1-{MOST_SHOWN}, got {k}")
        with self.turns.taken() as aside:
            return self._ask(query, metric, k, restrict, view, meanwhile, aside)

    def _ask(
        self,
        query: Query,
        metric: Metric | None,
        k: int,
        restrict: bool,
        view: View,
        meanwhile: Callable[[], object] | None,
        aside: Executor,
    ) -> Recommendation:
        number, now = secrets.token_urlsafe(12), datetime.now(UTC)
        query = query.rooted(number)
        opened = self._instance.opened()  # before the snapshot: what it holds the catalogue has
        with snapshot(self._instance.engine):
            embedder, around = opened.embedder, Surroundings(self._instance, opened, aside)
            reads = aside.submit(embedder.read, [query.image], positions=True)
            poster = encoded(query.image) if _kept(query) else None
            if meanwhile:
                meanwhile()
            exact = around.exact(query)
            shown, choice = (metric, None) if metric else self._choose(embedder.fingerprint)
            read = reads.result()
            reading = Reading.of(embedder.card, read)
            genres = reading.predicted if restrict else []
            asked, same = around.asked(query, read, exact)
            counts = {each: max(k, NEIGHBOURHOOD) if each is shown else k for each in Metric}
            genres_held, nearest = around.seen(asked, counts, genres, view)
        restriction = Restriction(restrict, genres_held, view)
        recommendation = Recommendation(
            id=number,
            created=now,
            arm=shown.value,
            explored=choice.explored if choice else None,
            epsilon=choice.epsilon if choice else None,
            propensity=choice.propensity if choice else None,
            credited=choice is not None and restrict and view.plain,
            model=embedder.fingerprint,
            index=opened.index.manifest.fingerprint,
            agreeing=agreeing(shown, nearest, k),
            payload=payload(query, same, shown, nearest, k, reading, restriction),
            expires=self._expires(query, now),
        )
        self._record(recommendation, query, poster)
        return recommendation

    def viewed(
        self,
        answer: Answer,
        view: View,
        metric: Metric,
        restrict: bool,
        k: int = SHOWN,
        asked: Asked | None = None,
    ) -> Viewed:
        """An answer's film or poster among its neighbours as the view has them; recorded nowhere.

        `asked` is a poster that is not kept. Raises queries.UnknownFilmError where the poster is
        gone, and whatever Instance.opened raises.
        """
        opened = self._instance.opened()
        asked = asked or self.again(answer, opened)
        genres = answer.reading.predicted if restrict else []
        around = Surroundings(self._instance, opened)
        genres_held, nearest = around.seen(asked, {metric: k}, genres, view)
        films = results(nearest[metric], self._catalog)
        return Viewed(view, metric.value, restrict, genres_held, films)

    def read(self, query: Query, intended: Sequence[str] = ()) -> tuple[Reading, Intent | None]:
        """What the poster says, and where genres are `intended`, whether it says those.

        Raises what Instance.embedder raises; with genres also what Instance.index raises.
        """
        if not intended:
            embedder = self._instance.embedder()
            return Reading.of(embedder.card, embedder.read([query.image])), None
        opened = self._instance.opened()
        read = opened.embedder.read([query.image])
        reading = Reading.of(opened.embedder.card, read)
        around = Surroundings(self._instance, opened)
        examples = around.promising(query, read.embeddings[0], intended)
        return reading, Intent.of(reading, intended, examples)

    def intent(
        self, answer: Answer, intended: Sequence[str], query: Query | None = None
    ) -> Intent | None:
        """An answer's own reading beside genres of it; None without `intended`.

        Examples need the poster itself, which is the `query` where it is not kept: there are none
        where it is gone, or where the model in use does not know such a genre.
        """
        if not intended:
            return None
        found: Intent | None = None
        if set(intended) <= set(self._instance.embedder().card.genres):
            with suppress(UnknownFilmError):
                _, found = self.read(query or self.asked(answer.id), intended)
        return Intent.of(answer.reading, intended, found.examples if found else [])

    def asked(self, recommendation_id: str) -> Query:
        """What a recommendation was asked about, to ask again.

        Raises bandit.UnknownRecommendation, uploads.GoneError where its poster is kept no longer,
        and queries.UnknownFilmError where the poster's file is missing.
        """
        recommendation = self._feedback.get(recommendation_id)
        if recommendation is None:
            raise UnknownRecommendation(recommendation_id)
        self._instance.upload_store.present(recommendation)
        upload = self._instance.upload_path(recommendation_id)
        return from_record(recommendation, upload, self._catalog)

    def answer(self, recommendation_id: str) -> Answer | None:
        """What a permalink shows, from the record; None where the id is unknown.

        Raises uploads.GoneError where the poster is kept no longer.
        """
        recommendation = self._feedback.get(recommendation_id)
        if recommendation is None:
            return None
        return answer_from(self._instance.upload_store.present(recommendation), self._catalog)

    def remnant(self, recommendation_id: str) -> Answer:
        """What is left of an answer whose poster is gone: who chose, and the rating.

        Raises bandit.UnknownRecommendation.
        """
        recommendation = self._feedback.get(recommendation_id)
        if recommendation is None:
            raise UnknownRecommendation(recommendation_id)
        return answer_from(recommendation, self._catalog)

    def rate(self, recommendation_id: str, rating: Rating | None) -> None:
        """Give, change or (None) withdraw a rating. Raises bandit.UnknownRecommendation."""
        self._feedback.rate(recommendation_id, rating)

    def bandit(self) -> BanditState:
        """The bandit's present state; ratings given under another model do not count."""
        model = self._instance.embedder().fingerprint
        shared = self._instance.bandit.shared_credit
        stats = self._feedback.stats(ARMS, model, shared=shared)
        return BanditState(stats, self.policy, shared, model)

    def again(self, answer: Answer, opened: Opened) -> Asked:
        """What was asked, kept for a while: a slider asks many times. A deleted upload is gone.

        Raises queries.UnknownFilmError where the poster is gone.
        """
        key = (answer.id, opened.embedder.fingerprint, opened.index.manifest.fingerprint)
        there = answer.query.card or self._instance.upload_path(answer.id).exists()
        with self._lock:
            if there and key in self._asked:
                self._asked.move_to_end(key)
                return self._asked[key]
        query = self.asked(answer.id)
        read = opened.embedder.read([query.image], positions=True)
        asked = Surroundings(self._instance, opened).asked(query, read)[0].reduced()
        with self._lock:
            self._asked[key] = asked
            while len(self._asked) > ASKED_KEPT:
                self._asked.popitem(last=False)
        return asked

    def _choose(self, model: str) -> tuple[Metric, Choice]:
        shared = self._instance.bandit.shared_credit
        stats = self._feedback.stats(ARMS, model, shared=shared, rated_alone=True)
        choice = self.policy.choose(stats, self._rng)
        return Metric(choice.arm), choice

    def _expires(self, query: Query, now: datetime) -> datetime | None:
        """Until when the upload is kept; None for what is not kept, or is the catalogue's."""
        if not _kept(query):
            return None
        return query.custody.expires or now + timedelta(days=self._instance.settings.keep_days)

    def _record(self, recommendation: Recommendation, query: Query, poster: bytes | None) -> None:
        """What is not to be kept is recorded without anything that tells of the poster."""
        if poster is not None:
            self._instance.upload_store.keep(recommendation, poster)
        elif query.card is not None:
            self._feedback.record(recommendation)
        else:
            bare = redacted(recommendation.payload, UNKEPT, recommendation.created)
            self._feedback.record(replace(recommendation, payload=bare))


def _kept(query: Query) -> bool:
    """Whether the poster is an upload whose file is kept."""
    return query.card is None and query.custody.keep
