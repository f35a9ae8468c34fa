"""What an index holds beside its vectors: measured from a set of embeddings when it is built."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

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
ARRAYS = (IDS, CALIBRATION, MAP, DUPLICATES)
VECTORS_SUM = "vectors"
"""What the manifest of an index in a database calls its vectors, whose bytes as float32 have the
SHA-256 beside it."""

# Below this many posters, arms that agree are a warning: small catalogues are often alike.
ENOUGH_TO_JUDGE = 100


@dataclass(frozen=True)
class IndexContents:
    """An index to be written, whatever holds its vectors.

    vectors: float32[N, D], raw, in the order of poster ids. arrays: what makes each of ARRAYS that
    the index is to have, by name. describe: makes the manifest, of `files` and `graph`,
    and has its fingerprint noted.
    """

    vectors: NDArray[np.float32]
    arrays: Mapping[str, Callable[[], NDArray[Any]]]
    describe: Callable[..., Manifest]


def contents(
    poster_ids: NDArray[np.int64],
    embeddings: NDArray[np.float32],
    model: str,
    with_map: bool,
    duplicates: NDArray[np.int64] | None,
    seed: int = 0,
    noted: Callable[[str], None] | None = None,
) -> IndexContents:
    """Measured; `PosterIndex.build` says what the arguments mean and what is raised."""
    ids, vectors = _ordered(poster_ids, embeddings)
    measured = calibrate(vectors, np.random.default_rng(seed))
    _check_arms_differ(measured, len(ids))
    nearest = np.stack([measured.nearest[m] for m in Metric])
    arrays: dict[str, Callable[[], NDArray[Any]]] = {IDS: lambda: ids, CALIBRATION: lambda: nearest}
    if with_map:
        arrays[MAP] = lambda: maps.project(vectors, seed=seed)
    if duplicates is not None:
        arrays[DUPLICATES] = lambda: duplicates
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
    )
    return IndexContents(vectors, arrays, partial(_noted_manifest, describe, noted))


def _noted_manifest(
    describe: Callable[..., Manifest], noted: Callable[[str], None] | None, **known: Any
) -> Manifest:
    manifest = describe(**known)
    if noted is not None:
        noted(manifest.fingerprint)
    return manifest


def build_folder(root: Path, contents: IndexContents, options: kinds.Options) -> Path:
    """An index's folder, written and current; `PosterIndex.build` says what is raised."""
    kind = kinds.written(contents.vectors, options)
    files: dict[str, folders.Writer] = {**kind.files}
    for name, made in contents.arrays.items():
        files[name] = partial(_write_array, made)
    return folders.write(root, files, partial(contents.describe, graph=kind.graph))


def _write_array(made: Callable[[], NDArray[Any]], path: Path) -> None:
    np.save(path, made())


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
