import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from genres.calibration import (
    IsotonicCalibration,
    TemperatureCalibration,
    expected_calibration_error,
    reliability,
)


def drawn(
    power: float = 1.0, n: int = 4000, seed: int = 1
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Truth drawn from P, and P's logits multiplied by `power`: two genres."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(-1, 1.5, size=(n, 2))
    Y = rng.random((n, 2)) < 1 / (1 + np.exp(-logits))
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


@pytest.mark.parametrize("power", [0.5, 1, 3])
def test_temperature_undoes_sharpening(power: float) -> None:
    Y, P = drawn(power)
    learnt = TemperatureCalibration().fit(P, Y)
    assert learnt.temperature == pytest.approx(power, rel=0.1)
    fresh = drawn(power, seed=2)
    assert expected_calibration_error(fresh[0], learnt.transform(fresh[1])) < 0.025


def test_temperature_keeps_order_and_the_decision_at_one_half() -> None:
    Y, P = drawn(power=3)
    calibrated = TemperatureCalibration().fit(P, Y).transform(P)
    assert np.array_equal(calibrated > 0.5, P > 0.5)
    assert (np.diff(calibrated[np.argsort(P[:, 0]), 0]) >= 0).all()


def test_isotonic_curve_by_hand() -> None:
    """.2 no, .4 yes, .6 no, .8 yes: the middle two pool to one half."""
    learnt = IsotonicCalibration().fit([[0.2], [0.4], [0.6], [0.8]], [[0], [1], [0], [1]])
    assert learnt.transform([[0.0], [0.2], [0.5], [0.7], [1.0]]).ravel() == pytest.approx(
        [0, 0, 0.5, 0.75, 1]
    )


def test_isotonic_undoes_what_a_temperature_cannot() -> None:
    Y, P = drawn()
    fresh_Y, fresh = drawn(seed=2)
    learnt = IsotonicCalibration().fit(P**3, Y)
    assert expected_calibration_error(fresh_Y, fresh**3) > 0.1
    assert expected_calibration_error(fresh_Y, learnt.transform(fresh**3)) < 0.025


def test_the_curve_of_an_absent_genre_is_zero() -> None:
    learnt = IsotonicCalibration().fit([[0.2], [0.9]], [[0], [0]])
    assert learnt.transform([[0.0], [0.5], [1.0]]).ravel().tolist() == [0, 0, 0]


@given(st.integers(2, 60), st.integers(0, 10_000))
def test_calibrated_probabilities_lie_between_zero_and_one(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    P, Y = rng.random((n, 3)).round(1), rng.random((n, 3)) < 0.5
    for calibration in (TemperatureCalibration(), IsotonicCalibration()):
        calibrated = calibration.fit(P, Y).transform(rng.random((9, 3)))
        assert calibrated.shape == (9, 3)
        assert ((calibrated >= 0) & (calibrated <= 1)).all()


@given(st.permutations(range(3)), st.integers(0, 10_000))
def test_permuting_the_genres_permutes_the_calibrated(order: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    P, Y = rng.random((30, 3)), rng.random((30, 3)) < 0.5
    for make in (TemperatureCalibration, IsotonicCalibration):
        straight = make().fit(P, Y).transform(P)
        assert make().fit(P[:, order], Y[:, order]).transform(P[:, order]) == pytest.approx(
            straight[:, order]
        )


def test_misuse_is_refused() -> None:
    with pytest.raises(ValueError, match="bins"):
        reliability([[1]], [[0.5]], bins=0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        TemperatureCalibration().fit([[1.5]], [[1]])
    with pytest.raises(ValueError, match="do not fit"):
        IsotonicCalibration().fit([[0.5], [0.4]], [[1]])
    with pytest.raises(ValueError, match="fit"):
        IsotonicCalibration().transform([[0.5]])
    with pytest.raises(ValueError, match="fit"):
        TemperatureCalibration().transform([[0.5]])
    with pytest.raises(ValueError, match="1 genres"):
        IsotonicCalibration().fit([[0.5], [0.4]], [[1], [0]]).transform([[0.5, 0.5]])
