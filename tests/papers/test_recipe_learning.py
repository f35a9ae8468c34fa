import pytest
import torch

from papers.recipe_learning import weights_of


def test_weights_of_genres_by_hand() -> None:
    truth = torch.tensor([[1.0, 0], [1, 0], [1, 1], [0, 0]])
    present, each = weights_of(truth, "positive")
    assert each is None
    assert present is not None
    assert present.tolist() == pytest.approx([1 / 3, 3])
    present, each = weights_of(truth, "inverse")
    assert present is None
    assert each is not None
    assert each.tolist() == pytest.approx([0.5, 1.5])
    assert weights_of(truth, "none") == (None, None)
