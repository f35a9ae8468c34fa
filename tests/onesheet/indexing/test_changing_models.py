"""A model that is to take the place of another with its index, whatever becomes of the build."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from embedder.card import load_model, save_model
from index import PosterIndex
from onesheet.backup import back_up
from onesheet.base.home import Home
from onesheet.indexing import object_indexes
from onesheet.indexing.models import InstanceModels
from onesheet.indexing.poster_reader import PosterReader
from onesheet.instance import Instance
from onesheet.restore import unpack
from tests.onesheet.indexing.conftest import Start, add
from tests.postgres import of_sqlite
from tests.tiny_model import tiny_card, tiny_onnx


@pytest.fixture
def another(tmp_path: Path) -> Path:
    """The folder of a model that no instance has yet."""
    save_model(tmp_path / "another", tiny_onnx(3).SerializeToString(), tiny_card("another"))
    return tmp_path / "another"


def fails(*args: object, **options: object) -> PosterIndex:
    raise OSError(errno.ENOSPC, "No space left on device")


def starts_with(home: Home) -> str:
    """The model that a worker which starts now has, and with which it opens the index."""
    late = Instance(home)
    found = late.opened()
    late.close()
    assert found.embedder.fingerprint == found.index.manifest.model
    return found.embedder.card.name


def train(instance: Instance) -> None:
    with instance.live().models.new(None) as folder:
        save_model(folder, tiny_onnx(5).SerializeToString(), tiny_card("trained"))


def build_and_train(instance: Instance, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Build the index of a model, while another one is trained."""
    write = instance.live().store.build

    def trains_meanwhile(*posters: Any, **more: Any) -> PosterIndex:
        train(instance)
        return write(*posters, **more)

    with monkeypatch.context() as patch:
        patch.setattr(instance.live().store, "build", trains_meanwhile)
        instance.builder.build(model=model)


def test_an_index_that_cannot_be_written_leaves_the_model_before(
    instance: Instance, another: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(instance.live().store, "build", fails)
        with pytest.raises(OSError, match="No space"):
            instance.builder.build(model=another)
    assert starts_with(instance.home) == "tiny"
    assert sorted(path.name for path in instance.home.model.iterdir()) == [
        "model.json",
        "model.onnx",
    ]
    instance.builder.build(model=another)
    assert starts_with(instance.home) == "another"


@pytest.mark.parametrize("written", [False, True])
def test_a_change_that_is_killed_leaves_a_model_that_fits_the_index(
    instance: Instance, another: Path, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    """What a kill leaves is there when it comes: before the index is written, or after it."""
    seen: list[str] = []

    def looked(then: Callable[..., PosterIndex | None]) -> Callable[..., PosterIndex | None]:
        def look(*args: object, **options: object) -> PosterIndex | None:
            seen.append(starts_with(instance.home))
            return then(*args, **options)

        return look

    if written:
        monkeypatch.setattr(InstanceModels, "choose", looked(InstanceModels.choose))
    else:
        monkeypatch.setattr(PosterIndex, "build", looked(PosterIndex.build))
    instance.builder.build(model=another)
    assert seen == ["another" if written else "tiny"]


def test_what_breaks_off_once_the_index_is_in_its_place_keeps_the_model_that_made_it(
    instance: Instance, another: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = instance.live().store
    write = store.build

    def interrupted(*args: Any, **options: Any) -> PosterIndex:
        write(*args, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "build", interrupted)
    with pytest.raises(KeyboardInterrupt):
        instance.builder.build(model=another)
    assert starts_with(instance.home) == "another"
    assert instance.live().models.load().card.name == "another"


def test_the_next_build_chooses_the_model_of_one_that_was_killed_after_its_index(
    instance: Instance, another: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(InstanceModels, "settle", lambda *_: None)
        instance.builder.build(model=another)
    assert instance.live().models.load().card.name == "tiny"
    instance.builder.build()
    assert starts_with(instance.home) == "another"
    assert not (instance.home.model / "next").exists()


def test_the_model_before_stays_chosen_in_an_object_store_too(
    start: Start, another: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = start("one")
    one.builder.build()
    with monkeypatch.context() as patch:
        patch.setattr(one.live().store, "build", fails)
        with pytest.raises(OSError, match="No space"):
            one.builder.build(model=another)
    assert start("other").live().models.load().card.name == "tiny"
    one.builder.build(model=another)
    assert start("third").live().models.load().fingerprint == load_model(another)[2]
    assert starts_with(start("third").home) == "another"


@pytest.fixture(params=["folder", "store"])
def one(request: pytest.FixtureRequest) -> Instance:
    """An instance whose models are in its folder, or in an object store."""
    if request.param == "folder":
        found: Instance = request.getfixturevalue("instance")
        return found
    start: Start = request.getfixturevalue("start")
    return start("one")


def test_a_model_trained_after_a_build_that_was_killed_is_the_one_chosen(
    one: Instance, another: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(InstanceModels, "settle", lambda *_: None)
        one.builder.build(model=another)
    train(one)
    one.builder.build()
    assert starts_with(one.home) == "trained"


def test_what_is_added_just_after_another_machine_changed_the_model_is_found(
    start: Start, another: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = start("one"), start("other")
    one.builder.build()
    add(other, 600)
    monkeypatch.setattr(object_indexes, "LOOK_SECONDS", 600.0)
    one.builder.build(model=another)
    number = add(other, 601)
    late = start("late").index()
    assert late.manifest.model == load_model(another)[2]
    assert late.holds([number]).all()


def test_a_model_trained_while_an_index_is_built_of_another_loses_neither(
    instance: Instance, another: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That index can be opened, and the next one is built with the trained model."""
    build_and_train(instance, another, monkeypatch)
    assert starts_with(instance.home) == "another"
    instance.builder.build()
    assert starts_with(instance.home) == "trained"


def test_a_model_trained_while_posters_are_read_for_another_stays_chosen(
    request: pytest.FixtureRequest, one: Instance, another: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_store = one.home.settings.files is not None
    trainer = request.getfixturevalue("start")("two") if in_store else one
    read = PosterReader.embeddings

    def trains_meanwhile(self: PosterReader, *posters: Any, **more: Any) -> Any:
        train(trainer)
        return read(self, *posters, **more)

    with monkeypatch.context() as patch:
        patch.setattr(PosterReader, "embeddings", trains_meanwhile)
        one.builder.build(model=another)
    assert starts_with(one.home) == "another"
    assert one.live().models.load().card.name == "trained"


def test_a_change_that_fails_leaves_the_model_of_the_index_though_another_is_chosen(
    instance: Instance, another: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_and_train(instance, another, monkeypatch)
    save_model(tmp_path / "third", tiny_onnx(7).SerializeToString(), tiny_card("third"))
    with monkeypatch.context() as patch:
        patch.setattr(instance.live().store, "build", fails)
        with pytest.raises(OSError, match="No space"):
            instance.builder.build(model=tmp_path / "third")
    assert starts_with(instance.home) == "another"
    assert instance.live().models.load().card.name == "trained"


@of_sqlite
def test_a_restored_instance_keeps_the_model_trained_after_the_one_of_its_index(
    instance: Instance, another: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_and_train(instance, another, monkeypatch)
    back_up(instance.home, tmp_path / "all.tar")
    unpack(tmp_path / "all.tar", tmp_path / "there")
    restored = Instance(Home(tmp_path / "there"))
    assert starts_with(restored.home) == "another"
    restored.builder.build()
    restored.close()
    assert starts_with(restored.home) == "trained"


def test_a_model_that_an_earlier_version_proposed_opens_its_index_and_replaces_none(
    instance: Instance, another: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_and_train(instance, another, monkeypatch)
    proposed, earlier = instance.home.model / "next", instance.home.model / "earlier"
    (proposed / load_model(another)[2]).rename(earlier)
    (earlier / "replaces").unlink()
    proposed.rmdir()
    earlier.rename(proposed)
    assert starts_with(instance.home) == "another"
    instance.builder.build()
    assert starts_with(instance.home) == "trained"
    assert not proposed.exists()
