import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from embedder import Embedder, ModelError
from embedder.card import save_model
from embedder.finishing.finish import finish
from genres.thresholds import best_thresholds
from tests.tiny_model import tiny_card


def test_a_changed_card_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    card = json.loads((copy / "model.json").read_text())
    card["thresholds"][0] += 0.1
    (copy / "model.json").write_text(json.dumps(card))
    with pytest.raises(ModelError, match="fingerprint"):
        Embedder.load(copy)


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 99}', '{"format": 1, "name": "x"}'])
def test_a_card_that_is_none_is_refused(folder: Path, tmp_path: Path, content: str) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / "model.json").write_text(content)
    with pytest.raises(ModelError):
        Embedder.load(copy)


def test_nobody_is_told_to_remove_a_folder_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"")
    with pytest.raises(ModelError, match=r"model\.json is missing; copy it again, or use another$"):
        Embedder.load(tmp_path)


def test_a_balance_out_of_range_is_refused(trained: SimpleNamespace, tmp_path: Path) -> None:
    posters = np.load(trained.run / "posters.npy", mmap_mode="r")
    with pytest.raises(ValueError, match="balance"):
        finish(
            trained.best,
            trained.examples,
            posters,
            tmp_path,
            name="x",
            balance=1.0,
            thresholds=best_thresholds,
        )


def test_what_killed_saves_left_is_removed_by_the_next(tmp_path: Path) -> None:
    for name in ("left", "made"):
        (tmp_path / f".saving.{name}").mkdir()
        (tmp_path / f".saving.{name}" / "model.onnx").write_bytes(b"half of one")
    os.utime(tmp_path / ".saving.left", (0, 0))
    save_model(tmp_path, b"", tiny_card("tiny"))
    names = [".saving.made", "model.json", "model.onnx"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
