"""What `benchmarks.index` measures of exact search, and how searches are timed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.instruments.measuring import Row, timed
from index import Metric, PosterIndex
from onesheet.indexing.same_pictures import same_pictures
from onesheet.instance import Instance

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

K = 5
FILTER_SHARES = (0.1, 0.01, 0.001)

_clock = time.perf_counter


def use_processor_time(yes: bool) -> None:
    """Count what the calling thread uses of the processor instead of the time that passes."""
    global _clock
    _clock = time.thread_time if yes else time.perf_counter


def exact(gallery: Vectors, queries: Vectors, root: Path) -> list[Row]:
    """Equality with NumPy's brute force under filters, and times."""
    ids = np.random.default_rng(0).permutation(len(gallery)).astype(np.int64)
    index = PosterIndex.build(root, ids, gallery, model="benchmark")
    filters = [None, *(some(ids, share) for share in FILTER_SHARES)]
    passing = [np.isin(ids, ids if within is None else within) for within in filters]
    rows, double = [], gallery.astype(np.float64)
    for metric in Metric:
        equal = 0
        for query in queries:
            apart = _brute_force(query.astype(np.float64), double, metric)
            for within, passes in zip(filters, passing, strict=True):
                among = np.flatnonzero(passes)
                best = among[np.lexsort((ids[among], apart[among]))[:K]]
                found = index.search(query, metric, K, within=within)
                equal += [n.poster_id for n in found] == ids[best].tolist()
        asked = len(queries) * len(filters)
        rows.append(
            Row(
                f"{metric}: equal to NumPy, {len(filters)} filters x {len(queries)} queries",
                f"{equal} of {asked}",
                "all",
                equal == asked,
            )
        )
        times = milliseconds(partial(_nearest, index, metric), queries)
        rows.append(time_row(f"{metric}: {len(ids):,} posters", times, 8))
    return rows


def rebuild(instance: Instance) -> list[Row]:
    """Seconds of the clock: it uses all cores. Nothing is read by the model, and no map laid."""
    before = instance.index()
    ids = before.poster_ids
    vectors, model = before.embeddings(ids), before.manifest.model
    cards = instance.catalog.all_cards()
    steps: dict[str, Callable[[], object]] = {
        "of it, the index folder": lambda: PosterIndex.build(
            instance.home.indexes, ids, vectors, model=model
        ),
        "of it, copies of one picture": lambda: same_pictures(
            [card.content_hash for card in cards],
            np.array([card.perceptual_hash for card in cards], dtype=np.uint64),
            vectors,
            lambda row: instance.catalog.picture_of(cards[row]),
        ),
        "of it, what genres look like": lambda: instance.builder.paint(
            cards, vectors, instance.embedder(), before.manifest.fingerprint
        ),
    }
    took = _seconds(lambda: instance.builder.build())
    whole = f"all that `onesheet index` does but the map, {len(ids):,} posters read before"
    return [
        Row(whole, f"{took:.1f} s", "<= 20 s", took <= 20),
        *(Row(name, f"{_seconds(step):.1f} s") for name, step in steps.items()),
    ]


def _seconds(work: Callable[[], object]) -> float:
    with timed() as seconds:
        work()
    return seconds[0]


def _brute_force(
    q: NDArray[np.float64], x: NDArray[np.float64], metric: Metric
) -> NDArray[np.float64]:
    if metric is Metric.COSINE:
        apart = 1 - (x @ q) / np.sqrt(np.square(x).sum(axis=1) * (q @ q))
    elif metric is Metric.EUCLIDEAN:
        apart = np.sqrt(np.square(x - q).sum(axis=1))
    else:
        apart = np.abs(x - q).sum(axis=1)
    return np.asarray(np.round(apart, 10))


def some(ids: Rows, share: float) -> Rows:
    count = max(K, round(share * len(ids)))
    return np.sort(np.random.default_rng(count).choice(ids, count, replace=False))


def recall_of(found: Sequence[Sequence[int]], truth: Rows) -> float:
    """The mean share of the true nearest, int64[B, k], that was found."""
    both = [len({*one} & {*other.tolist()}) for one, other in zip(found, truth, strict=True)]
    return float(np.mean(both) / truth.shape[1])


def _nearest(index: PosterIndex, metric: Metric, query: Vectors) -> object:
    return index.search(query, metric, K)


def milliseconds(ask: Callable[[Vectors], object], queries: Vectors) -> list[float]:
    """Milliseconds of each query, after some to warm up."""
    for query in queries[:20]:
        ask(query)
    times = []
    for query in queries:
        start = _clock()
        ask(query)
        times.append(1000 * (_clock() - start))
    return times


def time_row(what: str, times: Sequence[float], at_most: float | None) -> Row:
    p50, p95 = np.percentile(times, [50, 95])
    figure = f"p50 {p50:.2f} ms, p95 {p95:.2f} ms"
    if at_most is None:
        return Row(what, figure)
    return Row(what, figure, f"p95 <= {at_most:g} ms", bool(p95 <= at_most))
