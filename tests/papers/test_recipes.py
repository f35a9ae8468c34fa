"""The papers' networks on posters of flat colours: they learn, and refuse what makes no sense."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision

from papers.recipe_networks import RecipeClassifier
from papers.recipes import RECIPES, VGG_FROZEN, recipe_features


def test_the_vgg_recipe_runs_from_a_file_of_weights(tmp_path: Path) -> None:
    torch.manual_seed(0)
    file = tmp_path / "vgg16.pt"
    published = torchvision.models.vgg16(weights=None).features
    torch.save({f"features.{k}": v for k, v in published.state_dict().items()}, file)
    recipe = dataclasses.replace(
        RECIPES["VGG-16"], weights=str(file), hidden=(20, 12, 8), epochs=1, batch=2
    )
    X = np.random.default_rng(0).integers(0, 256, (2, 100, 100, 3), dtype=np.uint8)
    features = recipe_features(recipe)
    assert not isinstance(features[-1], torch.nn.MaxPool2d)
    assert not any(p.requires_grad for p in features[:VGG_FROZEN].parameters())
    assert all(p.requires_grad for p in features[VGG_FROZEN:].parameters())
    said = RecipeClassifier(recipe).fit(X, np.eye(2, 6, dtype=bool)).predict_proba(X)
    assert said.shape == (2, 6)


def test_freezing_random_blocks_is_refused() -> None:
    with pytest.raises(ValueError, match="no transfer learning"):
        dataclasses.replace(RECIPES["VGG-16"], weights="none")
