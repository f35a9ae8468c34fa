"""What is usual between near posters, and what stands out beside it."""

import numpy as np
import pytest

from onesheet.explaining import usual_shares as measured
from onesheet.explaining.usual_shares import UsualShares, UsualSharesOfIndexes, usual_shares
from onesheet.instance import Instance

PLACES, PARTS = 24, 3


def made(pairs: int, seed: int = 0) -> np.ndarray:
    """Shares float64[pairs, PLACES, PARTS] of which most is the same for all: that of the place."""
    rng = np.random.default_rng(seed)
    usual = np.linspace(0, 1, PLACES)[:, None] * [0.1, 0.2, 0.3]
    return usual + rng.normal(0, 0.02, (pairs, PLACES, PARTS))


def correlation(maps: np.ndarray) -> float:
    """Of each map with the mean of the others, the median."""
    rest = (maps.sum(axis=0) - maps) / (len(maps) - 1)
    return float(
        np.median([np.corrcoef(one, other)[0, 1] for one, other in zip(maps, rest, strict=True)])
    )


def test_unrelated_pairs_pull_at_places_of_their_own() -> None:
    usual, others = UsualShares.of(made(300)), made(60, seed=1)
    assert correlation(others.sum(axis=2)) > 0.9
    assert abs(correlation(np.array([usual.pull(each) for each in others]))) < 0.15


def test_a_position_pulls_by_what_it_has_beyond_its_usual_part_in_its_own_spread() -> None:
    usual = UsualShares(
        places=np.array([0.75, 0.25]),
        place_spread=np.array([2.0, 1.0]),
        parts=np.ones(1),
        part_spread=np.ones(1),
    )
    np.testing.assert_allclose(usual.pull(np.array([[5.0], [3.0]])), [-0.5, 1.0])
    np.testing.assert_allclose(usual.pull(np.array([[6.0], [2.0]])), [0, 0], atol=1e-12)


def test_usual_is_the_mean_part_of_the_whole() -> None:
    shares = np.array([[[1.0, 0.0], [2.0, 1.0]], [[1.0, 2.0], [1.0, 0.0]]])  # pairs, places, parts
    found = UsualShares.of(shares)
    np.testing.assert_allclose(found.places, [0.5, 0.5])
    np.testing.assert_allclose(found.parts, [5 / 8, 3 / 8])
    np.testing.assert_allclose(found.place_spread, [1, 1])


def test_a_part_is_told_where_it_stands_out_alone() -> None:
    usual = UsualShares.of(made(300))
    even = usual.places[:, None] * usual.parts
    assert usual.part(even) is None
    more = even.copy()
    more[:, 1] += 0.01
    assert usual.part(more) == 1


def test_where_nothing_is_known_the_largest_share_pulls_and_no_part_is_told() -> None:
    shares = made(1)[0]
    even = UsualShares.even(PLACES, PARTS)
    places = shares.sum(axis=1)
    np.testing.assert_allclose(even.pull(shares), places - places.mean())
    assert even.part(shares) is None


def test_every_worker_measures_the_same_and_measures_an_index_once(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = instance.opened()
    first, again = (usual_shares(opened, instance.catalog) for _ in range(2))
    assert first is not None
    assert again is not None
    np.testing.assert_array_equal(first.places, again.places)
    assert first.places.sum() == pytest.approx(1)
    assert first.parts.sum() == pytest.approx(1)
    kept = UsualSharesOfIndexes(instance.catalog)
    found = kept.of(opened)
    monkeypatch.setattr(measured, "usual_shares", lambda *_: pytest.fail("measured again"))
    assert kept.of(opened) is found


def test_posters_whose_files_are_gone_are_passed_over(instance: Instance) -> None:
    opened, catalog = instance.opened(), instance.catalog
    cards = list(catalog.cards(opened.index.poster_ids.tolist()).values())
    for card in cards[::2]:
        catalog.poster_path(card.content_hash).unlink(missing_ok=True)
    assert usual_shares(opened, catalog) is not None
    for card in cards:
        catalog.poster_path(card.content_hash).unlink(missing_ok=True)
    assert usual_shares(opened, catalog) is None
