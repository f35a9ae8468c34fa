"""Models beside a chosen one, by their fingerprints."""

from pathlib import Path

import pytest

from embedder.card import ModelError, load_model, save_model
from embedder.proposals import ModelProposals, replaced_by
from tests.tiny_model import tiny_card


def model(folder: Path, name: str) -> str:
    return save_model(folder, name.encode(), tiny_card(name))


def test_several_are_found_by_their_fingerprints_and_all_but_one_removed(tmp_path: Path) -> None:
    proposals = ModelProposals(tmp_path / "next")
    names = [model(tmp_path / each, each) for each in ("first", "second")]
    for name in ("first", "second"):
        proposals.add(tmp_path / name, "the model before")
    folders = [proposals.find(name) for name in names]
    assert [load_model(each)[2] for each in folders if each] == names
    assert proposals.keep_only(names[0]) == folders[0]
    assert proposals.find(names[1]) is None
    assert folders[0] is not None
    assert replaced_by(folders[0]) == "the model before"
    assert proposals.keep_only(None) is None
    assert not proposals.root.exists()


def test_one_of_an_earlier_version_stays_until_it_is_not_kept(tmp_path: Path) -> None:
    proposals = ModelProposals(tmp_path / "next")
    earlier = model(tmp_path / "next", "earlier")
    proposals.add(tmp_path / "next", None)
    later = model(tmp_path / "later", "later")
    proposals.add(tmp_path / "later", None)
    (tmp_path / "next" / earlier / "model.json").unlink()
    assert proposals.find(earlier) == proposals.root
    assert replaced_by(proposals.root) is None
    assert proposals.keep_only(earlier) == proposals.root
    assert [each.name for each in proposals.root.iterdir() if each.is_dir()] == []
    proposals.add(tmp_path / "later", None)
    assert proposals.keep_only(later) == proposals.root / later
    assert [each.name for each in proposals.root.iterdir()] == [later]


def test_a_torn_one_is_neither_added_nor_found(tmp_path: Path) -> None:
    proposals = ModelProposals(tmp_path / "next")
    name = model(tmp_path / "torn", "torn")
    proposals.add(tmp_path / "torn", None)
    for folder in (tmp_path / "torn", proposals.root / name):
        (folder / "model.onnx").write_bytes(b"?")
    assert proposals.find(name) is None
    with pytest.raises(ModelError):
        proposals.add(tmp_path / "torn", None)
