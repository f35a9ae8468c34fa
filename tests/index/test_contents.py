import hashlib
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import Metric, PosterIndex


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths: NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / lengths


def test_the_arms_differ_on_raw_vectors(built: PosterIndex) -> None:
    assert set(built.manifest.overlap) == {
        "cosine-euclidean",
        "cosine-manhattan",
        "euclidean-manhattan",
    }
    assert all(0.05 < o < 0.95 for o in built.manifest.overlap.values())


def test_unit_vectors_are_refused_for_cosine_and_euclidean_rank_them_alike(
    tmp_path: Path, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    with pytest.raises(ValueError, match="cosine-euclidean rank the 240 posters identically"):
        PosterIndex.build(tmp_path, poster_ids, unit(vectors), model="m")
    assert not list(tmp_path.iterdir())


def test_a_small_catalogue_of_unit_vectors_is_a_warning(
    tmp_path: Path, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    with pytest.warns(UserWarning, match="cosine-euclidean rank the 99 posters") as caught:
        PosterIndex.build(tmp_path, poster_ids[:99], unit(vectors[:99]), model="m")
    assert caught[0].filename == __file__


def test_too_few_posters_to_rank_differently_pass_in_silence(
    tmp_path: Path, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        PosterIndex.build(tmp_path, poster_ids[:6], unit(vectors[:6]), model="m")


def test_the_manifest_states_what_was_built(
    tmp_path: Path, built: PosterIndex, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    index = PosterIndex.build(tmp_path, poster_ids, vectors, model="m" * 64)
    manifest = index.manifest
    assert (manifest.n, manifest.d, manifest.model) == (240, 16, "m" * 64)
    assert manifest.metrics == tuple(Metric)
    assert manifest.sampled == 240
    assert set(manifest.hubness) == set(Metric)
    age = datetime.now(UTC) - datetime.fromisoformat(manifest.created)
    assert timedelta(0) <= age < timedelta(minutes=5)
    folder = tmp_path / manifest.fingerprint
    assert {p.name for p in folder.iterdir()} == {*manifest.files, "manifest.json"}
    for name, digest in manifest.files.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_equal_input_has_equal_fingerprints_whatever_its_order(
    tmp_path: Path, built: PosterIndex, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    again = PosterIndex.build(tmp_path, poster_ids[::-1], vectors[::-1], model="m" * 64)
    assert again.manifest.fingerprint == built.manifest.fingerprint
    other = PosterIndex.build(tmp_path, poster_ids, vectors, model="n" * 64)
    assert other.manifest.fingerprint != built.manifest.fingerprint


def test_a_loaded_index_answers_as_the_built_one(
    tmp_path: Path, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    made = PosterIndex.build(tmp_path, poster_ids, vectors, model="m")
    loaded = PosterIndex.load(tmp_path)
    assert loaded.manifest == made.manifest
    assert len(loaded) == 240
    for metric in Metric:
        assert loaded.search_many(vectors, metric, 7) == made.search_many(vectors, metric, 7)
