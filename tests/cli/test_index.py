"""index: its manifest, and what cannot be indexed."""

import json
import shutil
from pathlib import Path

import pytest

from embedder import Embedder
from embedder.card import save_model
from index import TurnLostError
from onesheet.base.home import Home
from onesheet.indexing.upkeep import IndexUpkeep
from onesheet.instance import Instance
from tests.cli.conftest import Run, one_line
from tests.tiny_model import tiny_card, tiny_onnx


def test_index_tells_its_manifest(run: Run) -> None:
    manifest = json.loads(run("index", "--json").stdout)
    assert (manifest["n"], manifest["d"]) == (80, 32)
    told = run("index", "--storage", "float16").output
    assert "Indexed 80 posters" in told
    assert f"cosine: hubness {manifest['hubness']['cosine']:.1f}" in told
    assert "found" not in told, "so few are compared one by one"


def test_an_index_that_cannot_be_saved_exits_2_before_reading(run: Run) -> None:
    shutil.rmtree(run.home / "index")
    (run.home / "index").touch()
    result = run("index", status=2)
    assert f"cannot write to {run.home / 'index'}: " in one_line(result)
    assert "Reading" not in result.stderr


def test_an_empty_catalogue_cannot_be_indexed(tmp_path: Path) -> None:
    assert "onesheet demo" in one_line(Run(tmp_path / "empty")("index", status=2))


def test_a_model_can_be_made_the_instances_own_first(run: Run, tmp_path: Path) -> None:
    save_model(tmp_path / "new", tiny_onnx(3).SerializeToString(), tiny_card("new"))
    manifest = json.loads(run("index", "--json", "--model", str(tmp_path / "new")).stdout)
    assert Embedder.load(run.home / "model").fingerprint == manifest["model"]
    assert Embedder.load(run.home / "model").card.name == "new"
    (tmp_path / "new" / "model.onnx").write_bytes(b"?")
    refused = run("index", "--model", str(tmp_path / "new"), status=2)
    assert "does not match its fingerprint" in one_line(refused)
    assert Embedder.load(run.home / "model").card.name == "new"


def test_an_index_that_is_not_built_leaves_the_model_before(run: Run, tmp_path: Path) -> None:
    before = Embedder.load(run.home / "model").fingerprint
    save_model(tmp_path / "new", tiny_onnx(3).SerializeToString(), tiny_card("new"))
    instance = Instance(Home(run.home))
    with instance.live().store.alone():
        assert "Another process" in one_line(run("index", "--model", tmp_path / "new", status=2))
    instance.close()
    shutil.rmtree(run.home / "posters")
    assert "missing" in one_line(run("index", "--model", tmp_path / "new", status=2))
    assert Embedder.load(run.home / "model").fingerprint == before


def test_a_turn_that_was_lost_while_a_folder_was_due_is_said(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> bool:
        raise TurnLostError("another one may be building by now")

    monkeypatch.setattr(IndexUpkeep, "rebuild_if_due", lost)
    assert "another one may be building by now" in run("remove", "demo-0009").stderr
