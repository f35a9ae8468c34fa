import numpy as np
import pytest
import torch
from torch.nn import functional

from embedder.finishing.nca import NcaConfig, _loss, fit_nca, jaccard_matrix


def test_jaccard_by_hand() -> None:
    labels = torch.tensor([[1.0, 1, 0, 0], [0, 1, 1, 1], [0, 0, 1, 0]])
    wanted = [[1, 1 / 4, 0], [1 / 4, 1, 1 / 3], [0, 1 / 3, 1]]
    assert torch.allclose(jaccard_matrix(labels), torch.tensor(wanted))


def test_the_loss_by_hand() -> None:
    """Two genres, three posters: the third is nobody's kin, so that it asks for nothing."""
    similarities = torch.tensor([[9.0, 1, 2], [1, 9, 3], [2, 3, 9]])
    likeness = torch.tensor([[1.0, 0.5, 0], [0.5, 1, 0], [0, 0, 1]])
    first = -np.log(np.exp(1) / (np.exp(1) + np.exp(2)))
    second = -np.log(np.exp(1) / (np.exp(1) + np.exp(3)))
    assert float(_loss(similarities, likeness)) == pytest.approx((first + second) / 3, rel=1e-5)


SMALL = NcaConfig(dimensions=4, epochs=60, batch=200, lr=1e-2)


def posters(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Features whose few useful directions are drowned in loud ones that say nothing."""
    rng = np.random.default_rng(5)
    labels = np.eye(4, dtype=np.float32)[rng.integers(0, 4, count)]
    noise = rng.normal(size=(count, 20)) * 30
    features = np.concatenate([labels + 0.1 * rng.normal(size=(count, 4)), noise], 1)
    return torch.from_numpy(features.astype(np.float32)), torch.from_numpy(labels)


def nearest_share(features: torch.Tensor, labels: torch.Tensor) -> float:
    """Share of posters whose nearest neighbour by cosine has their genre."""
    unit = functional.normalize(features)
    similarities = (unit @ unit.T).fill_diagonal_(-2)
    return float((labels[similarities.argmax(1)] == labels).all(1).float().mean())


def test_neighbours_share_genres_that_raw_features_hide() -> None:
    known, known_labels = posters(400)
    others, labels = posters(200)
    head = fit_nca(known[None], known_labels, SMALL)
    with torch.no_grad():
        assert nearest_share(head(others), labels) > 0.9 > 0.5 > nearest_share(others, labels)


def test_what_differs_between_views_of_a_poster_is_not_learned() -> None:
    known, known_labels = posters(400)
    others, labels = posters(200)
    # In the first view a loud number tells posters of two genres apart; in others it tells nothing.
    known[:, 4] = 30 * known_labels[:, 0]
    turned = known.clone()
    turned[:, 4] = -known[:, 4]
    weights = []
    for views in (known[None], torch.stack([known, turned])):
        head = fit_nca(views, known_labels, SMALL)
        size = head.weight.detach().abs().sum(0)
        weights.append(float(size[4] / size[0]))
    assert weights[1] < 0.5 * weights[0]
    with torch.no_grad():
        assert nearest_share(head(others), labels) > 0.9


def test_the_same_seed_gives_the_same_map() -> None:
    features, labels = posters(64)
    config = NcaConfig(dimensions=3, epochs=3)
    one, other = (fit_nca(features[None], labels, config) for _ in range(2))
    assert torch.equal(one.weight, other.weight)


def test_posters_without_a_genre_are_refused() -> None:
    features, labels = posters(8)
    labels[3] = 0
    with pytest.raises(ValueError, match="at least one genre"):
        fit_nca(features[None], labels, NcaConfig())
