import numpy as np

from index import Metric
from index.pgvector.guides import (
    GUIDE_FILES,
    MOST_COMPONENTS,
    Guide,
    guide_files,
    guides_from,
    guides_over,
)
from index.search.components import Components
from tests.index.conftest import clustered

VECTORS = clustered(600, 300, seed=44)


def unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def share_among(short: np.ndarray, ready: np.ndarray, order: int) -> float:
    """Of the five nearest of the first 20, how many are among the 60 nearest by `short`."""
    apart = np.linalg.norm(short[:20, None] - short, axis=2)
    whole = np.linalg.norm(ready[:20, None] - ready, order, axis=2)
    near, nearest = np.argsort(apart, axis=1)[:, :60], np.argsort(whole, axis=1)[:, :5]
    return float((nearest[:, :, None] == near[:, None, :]).any(2).mean())


def test_each_metric_is_led_by_the_nearest_that_its_graph_has() -> None:
    guides = guides_over(VECTORS)
    assert guides[Metric.EUCLIDEAN] is guides[Metric.MANHATTAN]
    for metric, ready, order in (
        (Metric.COSINE, unit(VECTORS), 2),
        (Metric.EUCLIDEAN, VECTORS, 2),
        (Metric.MANHATTAN, VECTORS, 1),
    ):
        short = guides[metric].shortened(VECTORS)
        assert short.shape == (600, guides[metric].dimensions)
        assert short.shape[1] <= MOST_COMPONENTS + 1
        assert share_among(short, ready, order) > 0.95


def test_raw_numbers_that_vary_little_count_more_than_euclidean_distance_has_it() -> None:
    rng = np.random.default_rng(3)
    deviations = np.geomspace(1, 0.01, 300)
    vectors = (rng.normal(size=(600, 300)) * deviations).astype(np.float32)
    guide = guides_over(vectors)[Metric.MANHATTAN]
    np.testing.assert_allclose(guide.scales, vectors.std(axis=0, dtype=float) ** -0.25)
    plain = Guide(Metric.EUCLIDEAN, np.ones(300), Components.of(vectors, MOST_COMPONENTS))
    shares = [share_among(each.shortened(vectors), vectors, 1) for each in (guide, plain)]
    assert shares[0] > shares[1]


def test_numbers_that_never_vary_are_left_as_they_are() -> None:
    vectors = VECTORS.copy()
    vectors[:, 7] = 0.5
    guide = guides_over(vectors)[Metric.EUCLIDEAN]
    assert guide.scales[7] == 1.0
    assert np.isfinite(guide.shortened(vectors)).all()


def test_guides_come_back_from_their_files() -> None:
    guides = guides_over(VECTORS)
    files = guide_files(guides)
    assert set(files) < set(GUIDE_FILES)
    again = guides_from({**files, "ids.npy": np.arange(600)})
    for metric in Metric:
        np.testing.assert_array_equal(
            again[metric].shortened(VECTORS), guides[metric].shortened(VECTORS)
        )


def test_guides_without_scales_come_back_too() -> None:
    """As indexes had them until scales were added."""
    parts = {Metric.COSINE: unit(VECTORS), Metric.EUCLIDEAN: VECTORS}
    components = {m: Components.of(each, MOST_COMPONENTS) for m, each in parts.items()}
    guides = guides_from({f"{m}.guide.npy": each.as_array() for m, each in components.items()})
    assert guides[Metric.EUCLIDEAN] is guides[Metric.MANHATTAN]
    for metric, ready in parts.items():
        np.testing.assert_allclose(
            guides[metric].shortened(VECTORS), components[metric].shortened(ready), atol=1e-5
        )


def test_there_are_none_where_a_file_is_missing() -> None:
    files = guide_files(guides_over(VECTORS))
    for missing in files:
        assert guides_from({name: each for name, each in files.items() if name != missing}) == {}
    assert guide_files({}) == {}
