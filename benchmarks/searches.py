"""What `benchmarks.index` measures of searches, one function a part of its document."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import Row, timed
from benchmarks.peers import PEERS
from index import Metric, Options, PosterIndex, Storage
from index.calibration import nearest_of
from webapp.building import build_index, paint, poster
from webapp.duplicates import same_pictures
from webapp.instance import Instance

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

K = 5
SHARES = (0.1, 0.01, 0.001)
FILTERED = 200  # queries asked under each filter
EFFORTS = (16, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256, 320, 384, 512)

_clock = time.perf_counter


def use_processor_time(yes: bool) -> None:
    """Count what the calling thread uses of the processor instead of the time that passes."""
    global _clock
    _clock = time.thread_time if yes else time.perf_counter


def exact(gallery: Vectors, queries: Vectors, root: Path) -> list[Row]:
    """Equality with NumPy's brute force under filters, and times."""
    ids = np.random.default_rng(0).permutation(len(gallery)).astype(np.int64)
    index = PosterIndex.build(root, ids, gallery, model="benchmark")
    filters = [None, *(_some(ids, share) for share in SHARES)]
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
        times = _times(lambda query, m=metric: index.search(query, m, K), queries)
        rows.append(_timed(f"{metric}: {len(ids):,} posters", times, 8))
    return rows


def rebuild(instance: Instance) -> list[Row]:
    """Seconds of the clock: it uses all cores. Nothing is read by the model, and no map laid."""
    before = instance.index()
    ids = before.poster_ids
    vectors, model = before.embeddings(ids), before.manifest.model
    cards = instance.catalog.all_cards()
    steps: dict[str, Callable[[], object]] = {
        "of it, the index folder": lambda: PosterIndex.build(
            instance.indexes, ids, vectors, model=model
        ),
        "of it, copies of one picture": lambda: same_pictures(
            np.array([card.perceptual_hash for card in cards], dtype=np.uint64),
            vectors,
            lambda row: poster(instance, cards[row]),
        ),
        "of it, what genres look like": lambda: paint(
            instance, cards, vectors, before.manifest.fingerprint
        ),
    }
    took = _seconds(lambda: build_index(instance))
    whole = f"all that `onesheet index` does but the map, {len(ids):,} posters read before"
    return [
        Row(whole, f"{took:.1f} s", "<= 20 s", took <= 20),
        *(Row(name, f"{_seconds(step):.1f} s") for name, step in steps.items()),
    ]


def _seconds(work: Callable[[], object]) -> float:
    with timed() as seconds:
        work()
    return seconds[0]


def large(vectors: Vectors, queries: Vectors, root: Path, storage: Storage) -> list[Row]:
    """Recall and times of graphs, with filters and without, and their size."""
    start = time.perf_counter()
    index = _graphs(root, vectors, storage)
    rows = [Row("building, all cores", f"{time.perf_counter() - start:.0f} s")]
    rows += _memory(root, vectors, storage)
    ids = np.arange(len(vectors))
    for metric in Metric:
        rows += _searched(index, metric, vectors, queries, None, "all")
        for share in SHARES:
            rows += _searched(
                index, metric, vectors, queries[:FILTERED], _some(ids, share), f"{share:.1%}"
            )
    return rows


def _searched(
    index: PosterIndex,
    metric: Metric,
    vectors: Vectors,
    queries: Vectors,
    within: Rows | None,
    name: str,
) -> list[Row]:
    truth, _ = nearest_of(vectors if within is None else vectors[within], queries, metric, K)
    if within is not None:
        truth = within[truth]
    found: list[list[int]] = []

    def ask(query: Vectors) -> None:
        found.append([n.poster_id for n in index.search(query, metric, K, within=within)])

    times = _times(ask, queries)
    recall = _recall(found[-len(queries) :], truth)
    return [
        Row(f"{metric}, {name}: recall@5", f"{recall:.4f}", ">= 0.99", recall >= 0.99),
        _timed(f"{metric}, {name}", times, 5 if within is None else None),
    ]


def beside_peers(vectors: Vectors, queries: Vectors, root: Path) -> list[Row]:
    """Queries a second of each at the recall that this index has, or the next above it."""
    index = _graphs(root, vectors, Storage.FLOAT32)
    rows = []
    for metric in (Metric.COSINE, Metric.EUCLIDEAN):
        truth, _ = nearest_of(vectors, queries, metric, K)
        found = [[n.poster_id for n in index.search(q, metric, K)] for q in queries]
        own_recall = _recall(found, truth)
        own = 1000 / np.mean(_times(lambda q, m=metric: index.search(q, m, K), queries))
        rows.append(Row(f"{metric}, onesheet", f"{own:.0f}/s at {own_recall:.4f}"))
        for name, built in PEERS.items():
            ask = built(vectors, metric)
            for effort in EFFORTS:
                recall = _recall([ask(q, K, effort).tolist() for q in queries], truth)
                if recall >= own_recall:
                    break
            rate = 1000 / np.mean(_times(lambda q, e=effort, a=ask: a(q, K, e), queries))
            least = 0.95 if name == "bare FAISS HNSW" else 1.0
            rows.append(
                Row(
                    f"{metric}, {name}, {effort} candidates",
                    f"{rate:.0f}/s at {recall:.4f}; onesheet {own / rate:.2f}x",
                    f">= {least:g}x",
                    bool(own / rate >= least),
                )
            )
            del ask
    return rows


def _graphs(root: Path, vectors: Vectors, storage: Storage) -> PosterIndex:
    """The graphs over `vectors`, as an earlier part left them or built now."""
    if (root / "current").exists():
        index = PosterIndex.load(root)
        if (
            index.manifest.n == len(vectors)
            and index.manifest.graph is not None
            and index.manifest.graph.storage == storage
        ):
            return index
    options = Options(exact_up_to=0, storage=storage)
    ids = np.arange(len(vectors))
    return PosterIndex.build(root, ids, vectors, model="benchmark", options=options)


# A fresh process, as a worker is: what it has to itself before and after it opens and searches.
_WORKER = """
import sys, pathlib
import numpy as np
from index import Metric, PosterIndex
def own():
    lines = pathlib.Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty"))
before = own()
index = PosterIndex.load(pathlib.Path(sys.argv[1]))
for row in np.random.default_rng(0).integers(0, len(index), 200):
    for metric in Metric:
        index.search(index.embeddings([row])[0], metric, 5)
print(own() - before)
"""


def _memory(root: Path, vectors: Vectors, storage: Storage) -> list[Row]:
    folder = root / (root / "current").read_text().strip()
    mapped = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    own_bytes = vectors.nbytes / 1e6
    most = 1.75 * own_bytes / (2 if storage is Storage.FLOAT16 else 1)
    worker = subprocess.run(
        [sys.executable, "-c", _WORKER, str(root)], capture_output=True, text=True, check=True
    )
    return [
        Row(
            "mapped from disk, one copy for all workers",
            f"{mapped:.0f} MB; the float32 vectors alone {own_bytes:.0f} MB",
            f"<= {most:.0f} MB",
            mapped <= most,
        ),
        Row("a worker's own, beside it", f"{int(worker.stdout) / 1e3:.0f} MB"),
    ]


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


def _some(ids: Rows, share: float) -> Rows:
    count = max(K, round(share * len(ids)))
    return np.sort(np.random.default_rng(count).choice(ids, count, replace=False))


def _recall(found: Sequence[Sequence[int]], truth: Rows) -> float:
    return float(
        np.mean(
            [len({*one} & {*other.tolist()}) / K for one, other in zip(found, truth, strict=True)]
        )
    )


def _times(ask: Callable[[Vectors], object], queries: Vectors) -> list[float]:
    """Milliseconds of each query, after some to warm up."""
    for query in queries[:20]:
        ask(query)
    times = []
    for query in queries:
        start = _clock()
        ask(query)
        times.append(1000 * (_clock() - start))
    return times


def _timed(what: str, times: Sequence[float], at_most: float | None) -> Row:
    p50, p95 = np.percentile(times, [50, 95])
    figure = f"p50 {p50:.2f} ms, p95 {p95:.2f} ms"
    if at_most is None:
        return Row(what, figure)
    return Row(what, figure, f"p95 <= {at_most:g} ms", bool(p95 <= at_most))
