"""Figures for Prometheus: what requests and their stages take, and what the record says.

Times are counted by prometheus_client, whose files all workers share where the server names a
folder for them (`SHARED_FOLDER`, before that package is first imported). The rest is asked of the
record and of the index at each scrape. Nothing tells of a visitor.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from embedder import ModelError
from index import IndexFolderError
from onesheet.base.stages import Stage, heard_by
from webapp.current import current
from webapp.monitoring.shared_metrics import SHARED_FOLDER

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


METRICS_EXTENSION = "onesheet_metrics"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds."""
NO_ENDPOINT = "none"


class AnswerTimes:
    """What requests and the stages of answers take, in one process or all of a server's."""

    def __init__(self) -> None:
        self._own = CollectorRegistry()
        self._requests = Histogram(
            "onesheet_request_seconds",
            "What requests took, by endpoint and status.",
            ("endpoint", "status"),
            registry=self._own,
            buckets=BUCKETS,
        )
        self._stages = Histogram(
            "onesheet_stage_seconds",
            "What the stages of answers took; turn is the wait for others' answers.",
            ("stage",),
            registry=self._own,
            buckets=BUCKETS,
        )
        self._under_way = Gauge(
            "onesheet_stage_under_way",
            "Answers that are in a stage now; in turn they wait in the queue.",
            ("stage",),
            registry=self._own,
            multiprocess_mode="livesum",
        )
        for each in Stage:
            self._under_way.labels(each.value).set(0)

    def begun(self, stage: Stage) -> None:
        self._under_way.labels(stage.value).inc()

    def ended(self, stage: Stage, seconds: float) -> None:
        self._under_way.labels(stage.value).dec()
        self._stages.labels(stage.value).observe(seconds)

    def answered(self, endpoint: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(endpoint, str(status)).observe(seconds)

    @property
    def registry(self) -> CollectorRegistry:
        """What there is to tell, of all processes."""
        if SHARED_FOLDER not in os.environ:
            return self._own
        every = CollectorRegistry()
        MultiProcessCollector(every)  # type: ignore[no-untyped-call]
        return every


class InstanceMetrics(Collector):
    """What the record and the index of the request's instance say now."""

    def collect(self) -> Iterator[Metric]:
        """What cannot be read now is left out, and `onesheet_ready` is 0."""
        found: list[Metric] = []
        with suppress(IndexFolderError, ModelError, OSError, SQLAlchemyError):
            found = [*self._bandit(), *self._index()]
        yield _one("onesheet_ready", "Whether model, index and record can be read.", bool(found))
        yield from found

    def _bandit(self) -> Iterator[Metric]:
        state = current().recommender.bandit()
        arms = state.arms
        yield _by_arm(
            "onesheet_arm_picks",
            "Credited answers under the model in use, by the arm that was picked.",
            ((each.arm, each.shown) for each in arms),
        )
        yield _by_arm(
            "onesheet_arm_reward",
            "The mean reward of an arm, from -1 to 1; 0 without a rating.",
            ((each.arm, each.value) for each in arms),
        )
        ratings = GaugeMetricFamily(
            "onesheet_ratings", "Credited ratings under the model in use.", labels=("arm", "rating")
        )
        for each in arms:
            for rating in ("good", "okay", "bad"):
                ratings.add_metric((each.arm, rating), getattr(each, rating))
        yield ratings
        yield _one("onesheet_epsilon", "The chance that the next pick is random.", state.epsilon)

    def _index(self) -> Iterator[Metric]:
        index = current().index()
        age = datetime.now(UTC) - datetime.fromisoformat(index.manifest.created)
        yield _one("onesheet_index_posters", "Posters that are searched.", len(index))
        yield _one("onesheet_index_age_seconds", "Since the index was built.", age.total_seconds())


def init_app(app: Flask) -> None:
    """Count requests and stages."""
    times = AnswerTimes()
    app.extensions[METRICS_EXTENSION] = times
    app.before_request(note_time)
    app.after_request(lambda response: count_request(times, response))
    answer = app.wsgi_app

    def heard(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with heard_by(times):
            return answer(environ, start_response)

    app.wsgi_app = heard  # type: ignore[method-assign]


def note_time() -> None:
    """When the request began."""
    g.began = time.perf_counter()


def count_request(times: AnswerTimes, response: Response) -> Response:
    """Count what has been answered."""
    if (began := g.get("began")) is not None:
        endpoint = request.endpoint or NO_ENDPOINT
        times.answered(endpoint, response.status_code, time.perf_counter() - began)
    return response


def exposition() -> Response:
    """All figures, as Prometheus reads them."""
    times: AnswerTimes = current_app.extensions[METRICS_EXTENSION]
    asked = CollectorRegistry()
    asked.register(InstanceMetrics())
    text = generate_latest(times.registry) + generate_latest(asked)
    return Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _one(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(name, says, value=value)


def _by_arm(name: str, says: str, values: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=("arm",))
    for arm, value in values:
        family.add_metric((arm,), value)
    return family
