"""Groups of vectors that point the same way."""

import faiss
import numpy as np
import pytest

from index.clusters import clusters


def three_bundles(rng: np.random.Generator) -> np.ndarray:
    """50, 30 and 20 vectors about three axes, of many lengths."""
    axes = np.repeat(np.eye(3, 8), (50, 30, 20), axis=0)
    return ((axes + rng.normal(0, 0.05, axes.shape)) * rng.uniform(1, 9, (100, 1))).astype("f4")


def test_bundles_are_found_and_numbered_by_size() -> None:
    group, closeness = clusters(three_bundles(np.random.default_rng(0)), 3, seed=1)
    assert group.tolist() == [0] * 50 + [1] * 30 + [2] * 20
    assert closeness.min() > 0.9


def test_closeness_is_the_cosine_with_the_groups_mean_direction() -> None:
    vectors = three_bundles(np.random.default_rng(2))
    group, closeness = clusters(vectors, 3, seed=1)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    centre = unit[group == 0].mean(axis=0)
    np.testing.assert_allclose(
        closeness[group == 0], unit[group == 0] @ centre / np.linalg.norm(centre), atol=1e-5
    )


def test_one_seed_gives_one_grouping() -> None:
    vectors = np.random.default_rng(0).normal(size=(200, 16)).astype("f4")
    first, second = (clusters(vectors, 5, seed=7)[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_the_number_of_cores_changes_no_grouping() -> None:
    vectors = np.random.default_rng(0).normal(size=(5000, 48)).astype("f4")
    found = []
    for cores in (1, 2):
        faiss.omp_set_num_threads(cores)
        found.append(clusters(vectors, 9, seed=7)[1])
    np.testing.assert_array_equal(found[0], found[1])


@pytest.mark.parametrize("count", [0, 4])
def test_a_count_that_cannot_be_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="groups"):
        clusters(np.ones((3, 2), dtype="f4"), count, seed=0)
