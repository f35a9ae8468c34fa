"""Measures a set of embeddings and writes its index folder."""

import warnings
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import folder as folders
from index import map as maps
from index.arguments import check_ids, check_vectors
from index.calibration import IDENTICAL, TOP, Calibration, calibrate
from index.manifest import MANIFEST_FORMAT, Manifest
from index.metric import Metric
from index.search import kinds

IDS, CALIBRATION, MAP = "ids.npy", "calibration.npy", "map.npy"
DUPLICATES = "duplicates.npy"

# Below this many posters, arms that agree are a warning: small catalogues are often alike.
ENOUGH_TO_JUDGE = 100


def build_folder(
    root: Path,
    poster_ids: NDArray[np.int64],
    embeddings: NDArray[np.float32],
    *,
    model: str,
    with_map: bool,
    seed: int,
    duplicates: NDArray[np.int64] | None,
    options: kinds.Options,
) -> Path:
    """The folder written for `PosterIndex.build`, which says what the arguments mean."""
    ids, vectors = _ordered(poster_ids, embeddings)
    measured = calibrate(vectors, np.random.default_rng(seed))
    _check_arms_differ(measured, len(ids))
    kind = kinds.written(vectors, options)
    describe = partial(
        Manifest,
        format=MANIFEST_FORMAT,
        model=model,
        n=len(ids),
        d=vectors.shape[1],
        metrics=tuple(m.value for m in Metric),
        overlap=measured.overlap,
        hubness=measured.hubness,
        sampled=len(measured.rows),
        seed=seed,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        graph=kind.graph,
    )
    nearest = np.stack([measured.nearest[m] for m in Metric])
    files: dict[str, folders.Writer] = {
        IDS: lambda path: np.save(path, ids),
        CALIBRATION: lambda path: np.save(path, nearest),
        **kind.files,
    }
    if with_map:
        files[MAP] = lambda path: np.save(path, maps.project(vectors, seed=seed))
    if duplicates is not None:
        files[DUPLICATES] = lambda path: np.save(path, duplicates)
    return folders.write(root, files, describe)


def _ordered(
    poster_ids: NDArray[np.int64], embeddings: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Both in the order of ids, once they are checked."""
    check_ids(poster_ids)
    check_vectors(embeddings, "embeddings")
    if len(poster_ids) != len(embeddings):
        raise ValueError(f"{len(poster_ids)} poster ids for {len(embeddings)} embeddings")
    order = np.argsort(poster_ids)
    return poster_ids[order].astype(np.int64), np.ascontiguousarray(embeddings[order])


def _check_arms_differ(measured: Calibration, count: int) -> None:
    """An arm that ranks as another does teaches a bandit nothing."""
    if count - 1 <= TOP:
        return  # any list of five is then the same five
    same = [pair for pair, overlap in measured.overlap.items() if overlap >= IDENTICAL]
    if not same:
        return
    problem = (
        f"{' and '.join(same)} rank the {count} posters identically, so a bandit cannot tell them "
        "apart: give the network's raw embeddings, not vectors of unit length"
    )
    if count >= ENOUGH_TO_JUDGE:
        raise ValueError(problem)
    warnings.warn(problem, stacklevel=4)
