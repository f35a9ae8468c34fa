import numpy as np

from index.search.components import Components


def leaning(count: int, dimensions: int, axes: int, rest: float, seed: int) -> np.ndarray:
    """float32[count, dimensions] that vary along a few axes and by `rest` along all others."""
    rng = np.random.default_rng(seed)
    along = rng.normal(size=(count, axes)) @ rng.normal(size=(axes, dimensions))
    return (along + rest * rng.normal(size=(count, dimensions))).astype(np.float32)


def test_components_hold_the_directions_of_variance() -> None:
    components = Components.of(leaning(500, 40, axes=3, rest=0.01, seed=1))
    assert components.axes.shape == (3, 40)
    np.testing.assert_allclose(components.axes @ components.axes.T, np.eye(3), atol=1e-12)
    again = Components.from_array(components.as_array())
    np.testing.assert_array_equal(again.axes, components.axes)
    np.testing.assert_array_equal(again.centre, components.centre)
