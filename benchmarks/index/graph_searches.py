"""What `benchmarks.index` measures of graphs, one function a part of its document."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest.mock import patch

import numpy as np

from benchmarks.index.peers import PEERS, Ask, opened
from benchmarks.index.searches import (
    FILTER_SHARES,
    K,
    Rows,
    Vectors,
    milliseconds,
    recall_of,
    some,
    time_row,
)
from benchmarks.instruments.measuring import Row
from benchmarks.instruments.measuring import timed as stopwatch
from index import Metric, Options, PosterIndex, Storage
from index.search import graph
from index.search.nearest import nearest_of

FILTERED = 200  # queries asked under each filter
DEEP = (60, 210)  # neighbours that pages ask for, to choose among
PASSING = (500, 1_000, 2_000, 5_000, 20_000, 50_000, 100_000)
WALKED_FROM = 20_000  # of them, from where on a walk is tried; of fewer it takes seconds
FEW_PASSING = 50  # queries to tell which way is faster
COMPARED = (Metric.COSINE, Metric.EUCLIDEAN)  # peers have no Manhattan distance
_MOST = 2048  # candidates of a peer
_ROUNDS = 3
BUILT = "built.txt"  # how long it took, beside the index folders


def large(vectors: Vectors, queries: Vectors, root: Path, storage: Storage) -> list[Row]:
    """Recall and times of graphs, with filters and without, and their size."""
    index = graphs(root, vectors, storage)
    rows = [Row("building, all cores, measuring included", (root / BUILT).read_text("ascii"))]
    rows += _memory(root, vectors, storage)
    if index.manifest.graph is not None:
        for metric, width in index.manifest.graph.width.items():
            share = index.manifest.graph.recall[metric]
            rows.append(
                Row(
                    f"{metric}: candidates that the build measured (half as many again are held)",
                    f"{width} ({share:.4f})",
                )
            )
    for metric in Metric:
        rows += _searched(index, metric, vectors, queries, None, (K,))
        for share in FILTER_SHARES:
            rows += _searched(index, metric, vectors, queries[:FILTERED], share, (K,))
    return rows


def deep(vectors: Vectors, queries: Vectors, root: Path) -> list[Row]:
    """The same for as many neighbours as pages ask for."""
    index = graphs(root, vectors, Storage.FLOAT32)
    return [
        row
        for metric in Metric
        for share in (None, *FILTER_SHARES)
        for row in _searched(index, metric, vectors, queries, share, DEEP)
    ]


def _searched(
    index: PosterIndex,
    metric: Metric,
    vectors: Vectors,
    queries: Vectors,
    share: float | None,
    counts: Sequence[int],
) -> Iterator[Row]:
    """Recall and times of the nearest, by number, of all or a share of the vectors."""
    within = None if share is None else some(np.arange(len(vectors)), share)
    among = vectors if within is None else vectors[within]
    truth, _ = nearest_of(among, queries, metric, max(counts))
    if within is not None:
        truth = within[truth]
    for k in counts:
        took, found = searched_for(index, metric, queries, within, k)
        recall = recall_of(found, truth[:, :k])
        name = f"{metric}, {'all' if share is None else f'{share:.1%}'}"
        if k == K:
            yield Row(f"{name}: recall@5", f"{recall:.4f}", ">= 0.99", recall >= 0.99)
            yield time_row(name, took, 5 if share is None else None)
        else:
            yield Row(f"{name}: recall@{k}", f"{recall:.4f}")
            yield time_row(f"{name}, {k} nearest", took, None)


def beside_peers(vectors: Vectors, queries: Vectors, root: Path, built: Path) -> list[Row]:
    """Queries a second beside each peer, with the fewest candidates that give it the recall which
    this index has: the medians of ROUNDS, in turns, judged by the median of each turn's ratio."""
    index, rows = graphs(root, vectors, Storage.FLOAT32), []
    for metric in COMPARED:
        truth, _ = nearest_of(vectors, queries, metric, K)
        own_recall = recall_of(searched_for(index, metric, queries, None)[1], truth)
        for name in PEERS:
            ask = opened(name, vectors, metric, built)
            effort = _least_effort(ask, queries, truth, own_recall)
            recall = recall_of([ask(q, K, effort).tolist() for q in queries], truth)
            turns = [
                (
                    1000 / np.mean(searched_for(index, metric, queries, None)[0]),
                    1000 / np.mean(_walks(ask, effort, queries)),
                )
                for _ in range(_ROUNDS)
            ]
            own, rate = np.median(turns, axis=0)
            times = float(np.median([one / other for one, other in turns]))
            least = 0.95 if name == "bare FAISS HNSW" else 1.0
            rows.append(
                Row(
                    f"{metric}, {name}, {effort} candidates",
                    f"{rate:.0f}/s at {recall:.4f}; onesheet {own:.0f}/s at {own_recall:.4f} "
                    f"(medians); {times:.2f}x (median of each turn's ratio)",
                    f">= {least:g}x",
                    times >= least,
                )
            )
            del ask
    return rows


def under_filters(vectors: Vectors, queries: Vectors, root: Path) -> list[Row]:
    """The five nearest that pass a filter in each of three ways, whichever would be taken."""
    index, rows = graphs(root, vectors, Storage.FLOAT32), []
    ids = np.arange(len(vectors))
    ways = {
        "exactly": patch.multiple(graph, EXACT_BELOW=len(ids), ROWS_A_CANDIDATE=len(ids)),
        "by coarse vectors": patch.multiple(graph, EXACT_BELOW=0, ROWS_A_CANDIDATE=len(ids)),
        "walking": patch.multiple(graph, EXACT_BELOW=0, ROWS_A_CANDIDATE=0),
    }
    for count in (each for each in PASSING if each < len(ids)):
        within = some(ids, count / len(ids))
        for metric in Metric:
            truth = within[nearest_of(vectors[within], queries, metric, K)[0]]
            said = []
            for way, patched in ways.items():
                if way == "walking" and count < WALKED_FROM:
                    continue
                with patched:
                    took, found = searched_for(index, metric, queries, within)
                said.append(f"{way} {np.median(took):.2f} ms at {recall_of(found, truth):.4f}")
            rows.append(Row(f"{metric}, {len(within):,} pass", "; ".join(said)))
    return rows


def _walks(ask: Ask, effort: int, queries: Vectors) -> list[float]:
    """The milliseconds of each query."""
    return milliseconds(lambda query: ask(query, K, effort), queries)


def searched_for(
    index: PosterIndex, metric: Metric, queries: Vectors, within: Rows | None, k: int = K
) -> tuple[list[float], list[list[int]]]:
    """The milliseconds of each query, and the ids that it found."""
    found: list[list[int]] = []

    def ask(query: Vectors) -> None:
        found.append([n.poster_id for n in index.search(query, metric, k, within=within)])

    took = milliseconds(ask, queries)
    return took, found[-len(queries) :]


def build_peers(vectors: Vectors, root: Path, built: Path) -> None:
    """What `beside_peers` would build first."""
    graphs(root, vectors, Storage.FLOAT32)
    for metric in COMPARED:
        for name in PEERS:
            opened(name, vectors, metric, built)


def _least_effort(ask: Ask, queries: Vectors, truth: Rows, recall: float) -> int:
    """The fewest candidates that give `recall`, by bisection; MOST where none do."""
    low, high = K, _MOST
    while low < high:
        middle = (low + high) // 2
        enough = recall_of([ask(q, K, middle).tolist() for q in queries], truth) >= recall
        low, high = (low, middle) if enough else (middle + 1, high)
    return low


def graphs(root: Path, vectors: Vectors, storage: Storage) -> PosterIndex:
    """The graphs over `vectors` in `root`, as an earlier part left them or built now."""
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
    with stopwatch() as seconds:
        index = PosterIndex.build(root, ids, vectors, model="benchmark", options=options)
    (root / BUILT).write_text(f"{seconds[0]:.0f} s", encoding="ascii")
    return index


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
