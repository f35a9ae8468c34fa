"""Models in an object store: machines that have none open what made the index."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from catalog.file_store import UnreachableError
from catalog.file_store.object_files import ObjectFiles
from embedder import Embedder, ModelError
from embedder.card import load_model, save_model
from onesheet.backup import back_up
from onesheet.base.home import Home
from onesheet.indexing import upkeep
from onesheet.indexing.models import instance_models
from onesheet.instance import Instance
from onesheet.storage.file_places import file_store
from tests.conftest import movie
from tests.onesheet.indexing.conftest import Start, add, same_as, until
from tests.tiny_model import tiny_card, tiny_likeness, tiny_onnx


@pytest.fixture
def another(tmp_path: Path) -> Path:
    """The folder of a model that no instance has yet."""
    save_model(tmp_path / "another", tiny_onnx(3).SerializeToString(), tiny_card("another"))
    return tmp_path / "another"


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Makes a folder's model the packaged one."""

    def packages(folder: Path) -> None:
        for module in ("embedder.card", "embedder.model", "onesheet.indexing.models"):
            monkeypatch.setattr(f"{module}.PACKAGED", folder)

    return packages


def made_by(instance: Instance) -> str:
    """The model of the index that an instance has open, which is that of its queries."""
    opened = instance.opened()
    assert opened.embedder.fingerprint == opened.index.manifest.model
    return opened.embedder.fingerprint


def in_store(instance: Instance) -> set[str]:
    entries = file_store(instance.home, "model").entries()
    return {entry.name.partition("/")[0] for entry in entries}


def copies(instance: Instance) -> list[str]:
    """Models that a machine keeps a copy of."""
    return [path.name for path in (instance.home.cache / "model").iterdir() if path.is_dir()]


def test_a_machine_with_an_empty_folder_has_the_model_of_the_index(start: Start) -> None:
    one, other = start("one"), start("other")
    assert not other.home.trained
    one.builder.build()
    own = load_model(one.home.model)[2]
    assert made_by(one) == made_by(other) == own
    assert same_as(other, 7) == movie(7).imdb_id
    assert in_store(one) == {own, "current"}
    assert copies(other) == [own]
    add(other, 600)
    built = other.builder.build(anew=True).manifest
    assert built.model == own, "a machine without a folder builds with the one chosen"
    until(lambda: other.index().manifest == built)


def test_a_new_model_is_taken_up_with_its_index_and_not_before(
    start: Start, another: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = start("one"), start("other")
    one.builder.build()
    old, new = made_by(other), load_model(another)[2]
    other.live().models.choose(another)
    assert made_by(start("late")) == old, "what starts now serves the index that is there"
    monkeypatch.setattr(upkeep, "REBUILD_SHARE", 0.0)
    add(other, 600)
    other.upkeep.rebuild_if_due()
    assert made_by(start("later")) == old, "only who builds on purpose changes the model"
    monkeypatch.setattr("onesheet.indexing.models._LEFT_ALONE", timedelta(0))
    builder = start("builder")
    builder.builder.build()
    for each in (one, other, builder):
        until(partial(serves, each, new))
        assert same_as(each, 7) == movie(7).imdb_id
    assert in_store(one) == {new, "current"}
    assert copies(other) == [new]


def serves(instance: Instance, model: str) -> bool:
    return made_by(instance) == model


def test_a_copy_that_is_damaged_is_fetched_anew_and_one_in_the_store_told_of(start: Start) -> None:
    one = start("one")
    one.builder.build()
    own = made_by(start("other"))
    for name in ("model.onnx", "model.json"):
        copy = start("other").home.cache / "model" / own / name
        copy.write_bytes(copy.read_bytes()[:-1])
        assert made_by(start("other")) == own
    file_store(one.home, "model").write(f"{own}/model.onnx", b"?")
    with pytest.raises(ModelError, match="does not match its fingerprint"):
        start("third").opened()


def test_a_likeness_fitted_later_is_taken_though_the_fingerprint_stays(
    start: Start, tmp_path: Path
) -> None:
    one = start("one")
    one.builder.build()
    assert start("other").opened().embedder.card.likeness is None
    weights, card, own = load_model(one.home.model)
    fitted = dataclasses.replace(card, likeness=tiny_likeness())
    assert save_model(tmp_path / "fitted", weights, fitted) == own
    one.live().models.choose(tmp_path / "fitted")
    assert start("other").opened().embedder.card.likeness is not None


def test_what_a_version_packages_is_served_by_the_next_that_packages_another(
    start: Start, home: Path, another: Path, packages: Callable[[Path], None]
) -> None:
    packages(home / "model")
    start("two").builder.build()
    before = made_by(start("three"))
    packages(another)
    assert made_by(start("four")) == before
    start("five").builder.build()
    assert made_by(start("six")) == load_model(another)[2], "of what was not chosen nobody keeps on"


def test_a_likeness_that_a_later_version_packages_with_the_same_weights_is_taken(
    start: Start, tmp_path: Path, packages: Callable[[Path], None]
) -> None:
    weights, card, own = load_model(start("one").home.model)
    save_model(tmp_path / "first", weights, card)
    save_model(tmp_path / "later", weights, dataclasses.replace(card, likeness=tiny_likeness()))
    packages(tmp_path / "first")
    start("two").builder.build()
    packages(tmp_path / "later")
    assert start("three").opened().embedder.card.likeness is None
    start("four").builder.build()
    packages(tmp_path / "first")
    late = start("five").opened().embedder
    assert late.card.likeness is not None
    assert late.fingerprint == own


def test_a_store_without_models_leaves_the_folders_to_serve(start: Start) -> None:
    one, other = start("one"), start("other")
    one.builder.build()
    own, files = made_by(one), file_store(one.home, "model")
    for entry in list(files.entries()):
        files.remove(entry.name)
    assert made_by(start("one")) == own
    with pytest.raises(ValueError, match="made with another model"):
        other.opened()


def test_the_folder_of_a_machine_gives_way_to_what_was_chosen(start: Start, another: Path) -> None:
    one, models = start("one"), start("two").live().models
    one.builder.build()
    assert one.live().models.told_of_another() is None
    models.choose(another)
    assert "onesheet index --model" in (one.live().models.told_of_another() or "")
    assert one.live().models.load().fingerprint == load_model(another)[2]


def test_a_model_that_was_written_is_chosen_and_stays_where_the_store_is_away(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one = start("one")
    models, before = one.live().models, load_model(one.home.model)[2]
    with models.new(None) as folder:
        save_model(folder, tiny_onnx(5).SerializeToString(), tiny_card("trained"))
    assert models.load().card.name == "trained"
    assert models.place(None) == one.home.settings.files
    assert load_model(one.home.model)[2] == before
    with models.new(tmp_path / "aside") as folder:
        save_model(folder, tiny_onnx(6).SerializeToString(), tiny_card("aside"))
    assert models.load().card.name == "trained"

    def away(self: ObjectFiles, name: str, content: object) -> None:
        raise UnreachableError("away")

    monkeypatch.setattr(ObjectFiles, "write", away)
    with (
        pytest.raises(UnreachableError, match="onesheet index --model"),
        models.new(None) as folder,
    ):
        save_model(folder, tiny_onnx(7).SerializeToString(), tiny_card("kept"))
    assert load_model(folder)[1].name == "kept"


@pytest.mark.parametrize("said", [b"", b"nonsense\n", b"a" * 64 + b"\n"])
def test_a_choice_that_names_no_model_is_told(
    start: Start, said: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one = start("one")
    file_store(one.home, "model").write("current", said)
    with pytest.raises(ModelError, match="onesheet index --model FOLDER"):
        one.builder.build()
    names = back_up(one.home, tmp_path / "all.tar").files
    assert sum(name.startswith("posters/") for name in names) == 80, "all else is backed up"
    assert [each.getMessage().partition(":")[0] for each in caplog.records] == [
        "the backup has no model"
    ]


def test_a_damaged_copy_that_the_store_has_no_more_is_not_taken_for_another(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = start("one"), start("other").live().models
    one.builder.build()
    own, load, files = made_by(one), Embedder.load, file_store(one.home, "model")

    def removed_meanwhile(folder: Path) -> Embedder:
        for name in ("model.onnx", "model.json"):
            files.remove(f"{own}/{name}")
            (folder / name).unlink()
        return load(folder)

    monkeypatch.setattr(Embedder, "load", removed_meanwhile)
    with pytest.raises(ModelError, match="no model in"):
        other.load(own)


def test_a_folder_instance_takes_a_model_into_its_folder(home: Path, another: Path) -> None:
    models = instance_models(Home(home))
    models.choose(another)
    models.choose(home / "model")
    assert load_model(home / "model")[2] == load_model(another)[2]
    assert models.load("f" * 64).card.name == "another", "whatever made the index"
    assert models.place(None) == str(home / "model")
    assert models.place(another) == str(another)
