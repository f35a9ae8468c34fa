from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from embedder import Embedder
from embedder.finishing.finish import finish
from embedder.finishing.nca import NcaConfig
from genres.thresholds import best_thresholds


def test_a_finished_model_states_what_it_was_made_of(folder: Path) -> None:
    card = Embedder.load(folder).card
    assert card.name == "tiny"
    assert card.balance == pytest.approx(0.4)
    assert len(card.thresholds) == len(card.genres)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"balance": 1.0}, "between 0 and 1"),
        ({"nca": NcaConfig(dimensions=100_000)}, "at most"),
    ],
)
def test_what_cannot_be_finished_is_refused_before_reading(
    trained: SimpleNamespace, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    posters = np.load(trained.run / "posters.npy", mmap_mode="r")
    setting: dict[str, Any] = {
        "name": "tiny",
        "balance": 0.4,
        "thresholds": best_thresholds,
    } | change
    with pytest.raises(ValueError, match=message):
        finish(trained.best, trained.examples, posters, tmp_path, **setting)
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_val_posters_is_refused(trained: SimpleNamespace, tmp_path: Path) -> None:
    posters = np.load(trained.run / "posters.npy", mmap_mode="r")
    examples = [replace(each, split="train") for each in trained.examples]
    with pytest.raises(ValueError, match="no val posters"):
        finish(
            trained.best,
            examples,
            posters,
            tmp_path,
            name="tiny",
            balance=0.4,
            thresholds=best_thresholds,
        )
