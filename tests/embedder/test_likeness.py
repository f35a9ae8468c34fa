"""How alike two posters are: a logistic model over the weighted cosines of their parts."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from embedder.card import ModelError, load_model, save_model
from embedder.likeness import LikenessModel, chances, part_cosines, position_shares
from tests.tiny_model import PARTS, tiny_card, tiny_likeness

SIZE = sum(PARTS.values())


def drawn(count: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(count, SIZE)).astype(np.float32)


def test_a_pair_is_as_like_from_either_side_and_whatever_its_length() -> None:
    model = tiny_likeness()
    one, other = drawn(2)
    (there,) = chances(model, PARTS, one, other[None])
    (back,) = chances(model, PARTS, 3 * other, one[None])
    assert there == pytest.approx(back, rel=1e-6)
    assert 0 < there < 1


def test_nothing_is_liker_than_the_poster_itself() -> None:
    weights = tuple(np.random.default_rng(1).uniform(0, 2, SIZE))
    model = dataclasses.replace(tiny_likeness(), weights=weights)
    posters = drawn(30)
    found = chances(model, PARTS, posters[0], posters)
    assert found.argmax() == 0
    assert found[0] == pytest.approx(1 / (1 + np.exp(-4)), rel=1e-6)


def test_each_part_counts_by_its_own_cosine_and_slope() -> None:
    one, other = drawn(2)
    other[: PARTS["promise"]] = -one[: PARTS["promise"]]
    other[PARTS["promise"] :] = 2 * one[PARTS["promise"] :]
    cosines = part_cosines(PARTS, one, other[None], np.ones(SIZE))
    np.testing.assert_allclose(cosines, [[-1, 1]], rtol=1e-5)


def test_the_shares_of_positions_sum_to_the_log_odds_of_the_likeness() -> None:
    weights = tuple(np.random.default_rng(1).uniform(0, 2, SIZE))
    model = dataclasses.replace(tiny_likeness(), weights=weights)
    positions, other = drawn(24) + np.float32(0.3), drawn(25)[-1]
    (chance,) = chances(model, PARTS, positions.mean(axis=0), other[None])
    found = position_shares(model, PARTS, positions, other)
    assert found.shape == (24, len(PARTS))
    assert found.sum() + model.offset == pytest.approx(np.log(chance / (1 - chance)), rel=1e-5)
    cosines = part_cosines(PARTS, positions.mean(axis=0), other[None], weights)[0]
    np.testing.assert_allclose(
        found.sum(axis=0), cosines * list(model.slopes.values()), rtol=1e-5, atol=1e-7
    )


def test_without_a_model_the_shares_sum_to_the_cosine() -> None:
    positions, other = drawn(24) + np.float32(0.3), drawn(25)[-1]
    one = positions.mean(axis=0)
    cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    assert position_shares(None, PARTS, positions, other).sum() == pytest.approx(cosine, rel=1e-5)


def test_the_position_that_resembles_the_other_poster_has_the_largest_share() -> None:
    positions, other = drawn(6), drawn(7)[-1]
    positions[4] = other
    for model in (tiny_likeness(), None):
        assert position_shares(model, PARTS, positions, other).sum(axis=1).argmax() == 4


def test_a_likeness_is_kept_in_the_card_and_leaves_the_fingerprint_as_it_was(
    tmp_path: Path,
) -> None:
    plain = tiny_card("tiny")
    fitted = dataclasses.replace(plain, likeness=tiny_likeness())
    without = save_model(tmp_path, b"weights", plain)
    assert "likeness" not in (tmp_path / "model.json").read_text()
    assert load_model(tmp_path)[1].likeness is None
    assert save_model(tmp_path, b"weights", fitted) == without
    assert load_model(tmp_path)[1] == fitted


@pytest.mark.parametrize(
    "change",
    [
        {"weights": (1.0,)},
        {"weights": (-1.0,) * SIZE},
        {"slopes": {"promise": 1.0}},
    ],
)
def test_a_likeness_that_fits_no_embedding_is_refused(
    tmp_path: Path, change: dict[str, object]
) -> None:
    broken: LikenessModel = dataclasses.replace(tiny_likeness(), **change)  # type: ignore[arg-type]
    save_model(tmp_path, b"weights", dataclasses.replace(tiny_card("tiny"), likeness=broken))
    with pytest.raises(ModelError, match="not a complete model card"):
        load_model(tmp_path)
