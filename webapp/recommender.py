"""The one orchestration: a poster in, a recorded recommendation out."""

from __future__ import annotations

import random
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bandit import Choice, EpsilonGreedy, Rating, Recommendation
from catalog.catalog import PosterCard
from catalog.images import perceptual_hash, to_webp
from index import Metric, Neighbour
from webapp.answers import Answer, BanditState, QueryView, Result
from webapp.files import write_atomically
from webapp.queries import Query
from webapp.record import answer_from, payload

if TYPE_CHECKING:
    from webapp.instance import Instance

__all__ = ["ARMS", "Answer", "BanditState", "QueryView", "Recommender", "Result"]

Embedding = NDArray[np.float32]

ARMS = tuple(metric.value for metric in Metric)
SHOWN = 5
"""Films in a recommendation unless asked otherwise."""
MOST_SHOWN = 50
NEIGHBOURHOOD = 50
"""Films in the scatter."""
LARGEST_UPLOAD = 750
"""Pixels of the longer side of a kept upload: pages show 300 across, screens have up to two each.

Somebody waits while it is scaled and written, hence the quicker filter and the least effort.
"""
SPARE = 2
"""Posters searched for a film wanted, since a film may have several."""
SAME_CLOSENESS = 50.0
"""Copies of one poster are at least as close as the median poster and its nearest."""


class Recommender:
    """Answers queries over one instance. Holds nothing that the next query needs."""

    def __init__(
        self,
        instance: Instance,
        policy: EpsilonGreedy | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self._instance = instance
        self._catalog = instance.catalog
        self._feedback = instance.feedback
        self.policy = policy or EpsilonGreedy(ARMS)
        self._rng = rng or random.SystemRandom()

    def recommend(self, query: Query, *, metric: Metric | None = None, k: int = SHOWN) -> Answer:
        """The k films with the nearest posters, by the metric that the bandit chooses.

        A `metric` asked for by name skips the bandit and is not credited. Raises ValueError for k
        outside 1-50, and whatever Instance.embedder and Instance.index raise.
        """
        if not 1 <= k <= MOST_SHOWN:
            raise ValueError(f"k must lie in 1-{MOST_SHOWN}, got {k}")
        embedder, index = self._instance.embedder(), self._instance.index()
        reading = embedder.read([query.image])
        embedding = reading.embeddings[0]
        same = self._copies(query, embedding)
        exclude = self._posters_of(same)
        shown, choice = (metric, None) if metric else self._choose(embedder.fingerprint)
        counts = {each: max(k, NEIGHBOURHOOD) if each is shown else k for each in Metric}
        nearest = self._nearest(embedding, counts, exclude)
        recommendation = Recommendation(
            id=secrets.token_urlsafe(12),
            created=datetime.now(UTC),
            arm=shown.value,
            explored=choice.explored if choice else None,
            epsilon=choice.epsilon if choice else None,
            propensity=choice.propensity if choice else None,
            credited=choice is not None,
            model=embedder.fingerprint,
            index=index.manifest.fingerprint,
            payload=payload(query, same, shown, nearest, k, embedder.card.genres, reading),
        )
        self._record(recommendation, query)
        return answer_from(recommendation, self._catalog)

    def answer(self, recommendation_id: str) -> Answer | None:
        """What a permalink shows, from the record; None where the id is unknown."""
        recommendation = self._feedback.get(recommendation_id)
        return answer_from(recommendation, self._catalog) if recommendation else None

    def rate(self, recommendation_id: str, rating: Rating | None) -> None:
        """Give, change or (None) withdraw a rating. Raises bandit.UnknownRecommendation."""
        self._feedback.rate(recommendation_id, rating)

    def bandit(self) -> BanditState:
        """The bandit's present state; ratings given under another model do not count."""
        model = self._instance.embedder().fingerprint
        arms = self._feedback.stats(ARMS, model)
        rated = sum(arm.rated for arm in arms)
        return BanditState(arms, rated, self.policy.epsilon(rated), self.policy.decay, model)

    def _choose(self, model: str) -> tuple[Metric, Choice]:
        choice = self.policy.choose(self._feedback.stats(ARMS, model), self._rng)
        return Metric(choice.arm), choice

    def _copies(self, query: Query, embedding: Embedding) -> list[PosterCard]:
        """Catalogue posters that show the very poster asked about, the surest first.

        The same bytes, or perceptual hash and embedding both nearly the same: hashes alone
        confuse plain posters, embeddings alone confuse a series' posters. After the same bytes
        comes the nearest hash, of equally near ones the nearest embedding.
        """
        exact = [query.card] if query.card else []
        exact += self._catalog.by_hash(query.source_hash)
        alike = {c.poster_id: (c, b) for c, b in self._catalog.near(perceptual_hash(query.image))}
        if alike:
            index = self._instance.index()
            near = index.search(embedding, Metric.COSINE, len(alike), within=alike.keys())
            close = [alike[n.poster_id] for n in near if n.closeness >= SAME_CLOSENESS]
            exact += [card for card, _ in sorted(close, key=lambda found: found[1])]
        return list({card.poster_id: card for card in exact}.values())

    def _posters_of(self, cards: Iterable[PosterCard]) -> set[int]:
        """All posters of these cards' films."""
        films = {card.imdb_id for card in cards}
        return {poster.poster_id for film in films for poster in self._catalog.by_imdb(film)}

    def _nearest(
        self, embedding: Embedding, counts: Mapping[Metric, int], exclude: Collection[int]
    ) -> dict[Metric, list[Neighbour]]:
        """Under each metric as many of the nearest films as counted, each by its nearest poster."""
        index, spare = self._instance.index(), SPARE
        while True:
            asked = {metric: spare * count for metric, count in counts.items()}
            found = {m: index.search(embedding, m, k, exclude=exclude) for m, k in asked.items()}
            cards = self._catalog.cards(
                list({n.poster_id for near in found.values() for n in near})
            )
            films = {metric: one_a_film(near, cards) for metric, near in found.items()}
            if all(len(films[m]) >= counts[m] or len(found[m]) < asked[m] for m in counts):
                return {metric: films[metric][: counts[metric]] for metric in counts}
            spare *= 4

    def _record(self, recommendation: Recommendation, query: Query) -> None:
        """The upload first and then the row, so that no permalink lacks its poster."""
        if query.card is not None:
            self._feedback.record(recommendation)
            return
        path = self._instance.upload_path(recommendation.id)
        image = query.image.copy()
        image.thumbnail((LARGEST_UPLOAD, LARGEST_UPLOAD), Image.Resampling.BILINEAR)
        write_atomically(path, to_webp(image, method=0))
        try:
            self._feedback.record(recommendation)
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def one_a_film(neighbours: Sequence[Neighbour], cards: Mapping[int, PosterCard]) -> list[Neighbour]:
    """Each film's first; posters that left the catalogue since the index was built are dropped."""
    films: dict[int, Neighbour] = {}
    for each in neighbours:
        if each.poster_id in cards:
            films.setdefault(cards[each.poster_id].movie_id, each)
    return list(films.values())
