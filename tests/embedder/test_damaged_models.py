"""A model with a bit flipped, an end lost, something added or another's part is never opened."""

import dataclasses
import os
import random
import shutil
from pathlib import Path

import pytest

from embedder import Embedder, ModelError
from embedder.card import load_model, save_model
from tests.damage import TRIES, Damage, cut, flipped, trailed
from tests.tiny_model import tiny_card, tiny_likeness, tiny_onnx

FILES = ("model.onnx", "model.json")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """With a likeness, which is no part of the fingerprint."""
    card = dataclasses.replace(tiny_card("whole"), likeness=tiny_likeness())
    save_model(tmp_path / "model", tiny_onnx().SerializeToString(), card)
    return tmp_path / "model"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", [flipped, cut, trailed])
def test_no_damaged_model_is_opened(model: Path, damage: Damage, name: str) -> None:
    path, rng = model / name, random.Random(5)
    data = path.read_bytes()
    for _ in range(TRIES):
        path.write_bytes(damage(data, rng))
        with pytest.raises(ModelError, match="copy it again, or use another"):
            load_model(model)
    path.write_bytes(data)
    assert Embedder.load(model).dimensions


def test_every_byte_of_the_likeness_counts_and_so_does_the_last_line_end(model: Path) -> None:
    path = model / "model.json"
    text = path.read_bytes()
    for changed in (text.replace(b"-4.0", b"-4.5"), text[:-1], text + b"\n", text + b" "):
        assert changed != text
        path.write_bytes(changed)
        with pytest.raises(ModelError, match="checksum"):
            load_model(model)


def test_another_models_part_is_refused(model: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    save_model(other, tiny_onnx(seed=1).SerializeToString(), tiny_card("other"))
    for name in FILES:
        mixed = Path(shutil.copytree(model, tmp_path / f"mixed-{name}"))
        shutil.copy(other / name, mixed / name)
        with pytest.raises(ModelError, match="fingerprint"):
            load_model(mixed)


def test_a_card_from_before_there_was_a_checksum_is_opened(model: Path) -> None:
    path = model / "model.json"
    *lines, last, end = path.read_text().splitlines()
    assert "checksum" in last
    path.write_text("\n".join([*lines, end]).replace('",\n}', '"\n}') + "\n")
    assert load_model(model)[1].likeness is not None


def test_a_model_that_cannot_be_written_leaves_the_one_before(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, flushed = load_model(model), [OSError(28, "No space left on device"), None]

    def full(file: int) -> None:
        if failure := flushed.pop():
            raise failure

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        save_model(model, tiny_onnx(seed=1).SerializeToString(), tiny_card("other"))
    assert load_model(model) == before


def test_two_models_written_at_once_leave_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def another_meanwhile(file: int) -> None:
        monkeypatch.setattr(os, "fsync", sync)
        save_model(tmp_path / "model", b"of the other", tiny_card("other"))
        sync(file)

    monkeypatch.setattr(os, "fsync", another_meanwhile)
    name = save_model(tmp_path / "model", b"of the one", tiny_card("one"))
    assert load_model(tmp_path / "model")[2] == name
    assert sorted(each.name for each in (tmp_path / "model").iterdir()) == sorted(FILES)
