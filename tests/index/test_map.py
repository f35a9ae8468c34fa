from pathlib import Path

import numpy as np
import pytest

from index import IndexFolderError, Metric, Neighbour, PosterIndex
from index.map import place, project


@pytest.mark.slow
def test_a_map_keeps_clusters_together_is_stored_and_repeats_with_its_seed(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    group = np.repeat([0, 1, 2], 20)
    vectors = (10 * np.eye(3, 12)[group] + rng.normal(size=(60, 12))).astype(np.float32)
    index = PosterIndex.build(tmp_path, np.arange(60), vectors, model="m", with_map=True)

    assert index.map is not None
    assert index.map.shape == (60, 2)
    assert index.map.dtype == np.float32
    np.testing.assert_array_equal(index.map, project(vectors, seed=0))
    apart = np.linalg.norm(index.map[:, None] - index.map[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert (group[apart.argmin(axis=1)] == group).all()

    loaded = PosterIndex.load(tmp_path)
    np.testing.assert_array_equal(loaded.map, index.map)
    neighbours = loaded.search(vectors[3], Metric.COSINE, 5)
    assert loaded.place(neighbours) == pytest.approx(tuple(index.map[3].tolist()))

    path = tmp_path / index.manifest.fingerprint / "map.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(IndexFolderError, match=r"map\.npy is damaged"):
        PosterIndex.load(tmp_path)


@pytest.mark.parametrize("count", [1, 2, 3, 14, 16])
def test_a_few_posters_have_a_map(count: int) -> None:
    vectors = np.random.default_rng(count).normal(size=(count, 4)).astype(np.float32)
    placed = project(vectors, seed=0)
    assert placed.shape == (count, 2)
    assert placed.dtype == np.float32
    assert np.isfinite(placed).all()
    np.testing.assert_array_equal(placed, project(vectors, seed=0))


def test_few_posters_are_placed_in_proportion_to_their_distances() -> None:
    corners = np.array([[1, 1, 0], [4, 1, 0], [4, 2, 0], [1, 2, 0]], dtype=np.float32)
    placed = project(corners, seed=0)
    sides = np.linalg.norm(placed - np.roll(placed, 1, axis=0), axis=1)
    np.testing.assert_allclose(sides[[1, 3]] / sides[[2, 0]], [3, 3], rtol=1e-5)


def test_a_place_is_the_mean_of_its_neighbours_weighted_by_nearness() -> None:
    positions = np.array([[0, 0], [4, 8]], dtype=np.float32)
    assert place(positions, np.array([1.0, 1.0])) == (2.0, 4.0)
    assert place(positions, np.array([1.0, 3.0])) == (1.0, 2.0)
    assert place(positions, np.array([5.0, 0.0])) == (4.0, 8.0)


def test_a_place_needs_a_neighbour() -> None:
    with pytest.raises(ValueError, match="at least one neighbour"):
        place(np.zeros((0, 2), np.float32), np.zeros(0))


def test_an_index_without_a_map_has_no_places(built: PosterIndex) -> None:
    assert built.map is None
    assert built.place([Neighbour(1000, 1.0, 50.0)]) is None
