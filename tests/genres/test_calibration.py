import numpy as np
import pytest
from numpy.typing import NDArray

from genres.calibration import expected_calibration_error, reliability


def drawn(power: float = 1.0) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Truth drawn from P, and P's logits multiplied by `power`: two genres."""
    rng = np.random.default_rng(1)
    logits = rng.normal(-1, 1.5, size=(4000, 2))
    Y = rng.random((4000, 2)) < 1 / (1 + np.exp(-logits))
    return Y, 1 / (1 + np.exp(-logits * power))


def test_expected_calibration_error_by_hand() -> None:
    """Two bins: (.1, .3) with one of two, (.6, .8, 1) with two of three."""
    Y, P = [[0], [1], [1], [0], [1]], [[0.1], [0.3], [0.6], [0.8], [1.0]]
    expected = (2 * abs(1 / 2 - 0.2) + 3 * abs(2 / 3 - 0.8)) / 5
    assert expected_calibration_error(Y, P, bins=2) == pytest.approx(expected)
    found = reliability(Y, P, bins=2)
    assert found.confidence == pytest.approx([0.2, 0.8])
    assert found.frequency == pytest.approx([1 / 2, 2 / 3])
    assert found.count.tolist() == [2, 3]


def test_honest_probabilities_have_a_small_error_and_sharpened_ones_a_large() -> None:
    assert expected_calibration_error(*drawn()) < 0.02
    assert expected_calibration_error(*drawn(power=3)) > 0.08


def test_misuse_is_refused() -> None:
    with pytest.raises(ValueError, match="bins"):
        reliability([[1]], [[0.5]], bins=0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        reliability([[1]], [[1.5]])
