"""The reading's numbers by hand: predicted genres, expected score and its interval, intent."""

import dataclasses

import numpy as np
import pytest

from embedder import PosterReading
from onesheet.reading.readings import Intent, Reading, interval, promised_from
from tests.tiny_model import CARD_BY_HAND

READ = PosterReading(
    embeddings=np.zeros((1, 3), np.float32),
    genres=np.array([[0.6, 0.25, 0.95]], np.float32),
    decades=np.array([[0.25, 0.75]], np.float32),
    scores=np.array([[0.05, 0.15, 0.2, 0.4, 0.2]], np.float32),
)


@pytest.fixture
def reading() -> Reading:
    return Reading.of(CARD_BY_HAND, READ)


def test_genres_come_likeliest_first_and_are_predicted_above_their_own_threshold(
    reading: Reading,
) -> None:
    assert reading.genres == {"Western": 0.95, "Drama": 0.6, "Horror": 0.25}
    assert list(reading.genres) == ["Western", "Drama", "Horror"]
    # Drama's float32 0.6 is a hair above the threshold it was rounded to.
    assert reading.predicted == ["Western", "Drama", "Horror"]
    strict = dataclasses.replace(CARD_BY_HAND, thresholds=(0.61, 0.25, 0.9))
    assert Reading.of(strict, READ).predicted == ["Western"]


def test_limits_are_told_of_the_models_own_readings_alone(reading: Reading) -> None:
    assert promised_from(reading, CARD_BY_HAND) == {"Drama": 0.6, "Horror": 0.2, "Western": 0.9}
    stricter = dataclasses.replace(CARD_BY_HAND, thresholds=(0.6, 0.3, 0.9))
    assert promised_from(reading, stricter) == {}
    assert promised_from(dataclasses.replace(reading, genres={"Drama": 0.6}), CARD_BY_HAND) == {}


def test_decades_keep_their_order(reading: Reading) -> None:
    assert reading.decades == {"1970": 0.25, "1980": 0.75}


def test_the_likeliest_decade_is_named_where_decades_are_told(reading: Reading) -> None:
    assert reading.decade == "1980"
    assert dataclasses.replace(reading, decades_told=False).decade is None
    assert dataclasses.replace(reading, decades={}).decade is None


def test_the_expected_score_by_hand(reading: Reading) -> None:
    # 0.05*1 + 0.15*3 + 0.2*5 + 0.4*7 + 0.2*9 = 0.05 + 0.45 + 1 + 2.8 + 1.8
    assert reading.score == 6.1


def test_the_interval_by_hand(reading: Reading) -> None:
    # 0.1 is reached in 2-4, where F runs from 0.05 to 0.2: 2 + 2 * 0.05 / 0.15;
    # 0.9 in 8-10, where it runs from 0.8 to 1: 8 + 2 * 0.1 / 0.2.
    assert reading.score_interval == (2.67, 9.0)


def test_an_interval_skips_bins_without_any_share() -> None:
    # F is 0.1 all over 2-8: the quantile of 0.1 is the first place that reaches it.
    assert interval([0.1, 0, 0, 0, 0.9]) == pytest.approx((2.0, 8 + 2 * 0.8 / 0.9))
    assert interval([0, 0, 0, 0, 1]) == (8.2, 9.8)
    assert interval([1, 0, 0, 0, 0]) == (0.2, 1.8)


def test_an_interval_holds_its_share_and_widens_with_it() -> None:
    rng = np.random.default_rng(0)
    edges = np.arange(0, 11, 2)
    for shares in rng.dirichlet(np.ones(5), 50):
        low, high = interval(shares)
        reached = np.interp([low, high], edges, np.append(0, shares.cumsum()))
        assert reached == pytest.approx([0.1, 0.9])
        wider_low, wider_high = interval(shares, 0.9)
        assert wider_low <= low <= high <= wider_high


def test_shares_need_not_sum_to_one_exactly() -> None:
    assert interval([2, 2, 2, 2, 2]) == interval([0.2] * 5) == (1.0, 9.0)


def test_intent_sorts_genres_into_kept_missing_and_instead() -> None:
    reading = Reading({"Western": 0.9, "Drama": 0.5, "Horror": 0.2}, ["Western"], [0.2] * 5, {})
    intent = Intent.of(reading, ["Horror", "Western"], [])
    assert intent.promises == {"Horror": 0.2, "Western": 0.9}
    assert (intent.kept, intent.missing, intent.instead) == (["Western"], ["Horror"], [])
    assert intent.rival == "Drama"
    assert Intent.of(reading, ["Drama"], []).instead == ["Western"]
    assert Intent.of(reading, list(reading.genres), []).rival is None


@pytest.mark.parametrize(
    ("training", "told"),
    [
        ({}, True),
        ({"held_out": {}}, True),
        ({"held_out": {"score_gain": 0.07}}, True),
        ({"held_out": {"score_gain": 0.0}}, False),
        ({"held_out": {"score_gain": -0.02}}, False),
        ({"held_out": None}, True),
    ],
)
def test_a_score_no_better_than_its_floor_is_not_told(
    training: dict[str, object], told: bool
) -> None:
    reading = Reading.of(dataclasses.replace(CARD_BY_HAND, training=training), READ)
    assert reading.score_told is told
    assert reading.decades_told


def test_decades_no_better_than_their_floor_are_not_told() -> None:
    card = dataclasses.replace(
        CARD_BY_HAND, training={"held_out": {"decade_gain": 0.0, "score_gain": 1}}
    )
    reading = Reading.of(card, READ)
    assert (reading.score_told, reading.decades_told) == (True, False)
