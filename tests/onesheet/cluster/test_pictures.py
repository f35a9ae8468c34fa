"""What workers read, told as though it was read here; the workers' part runs in this process."""

from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from catalog.records import CatalogError
from embedder.card import PACKAGED, load_model, save_model
from onesheet.cluster import picture_actor, pictures
from onesheet.cluster.connection import ClusterError, RayCluster
from onesheet.cluster.picture_actor import PictureActor, ReadingPlan
from onesheet.cluster.pictures import RayPictures
from onesheet.cluster.worker_files import WorkerFiles
from onesheet.indexing.picture_reading import PictureBatch
from onesheet.instance import Instance
from tests.tiny_model import tiny_card, tiny_onnx


@pytest.fixture
def engine(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> RayPictures:
    """An engine whose one worker is this process."""

    def read(reading: ReadingPlan) -> Generator[bytes]:
        worker = PictureActor(reading.place, reading.model)
        for job in reversed(reading.jobs):
            yield from worker({"job": [job]})["answer"]

    monkeypatch.setattr("ray.get", lambda model: model)
    monkeypatch.setattr(pictures, "read_by_ray", read)
    return RayPictures(RayCluster(1, 1), instance.home)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the worker's machine has where this one has the instance."""
    folder = tmp_path / "elsewhere"
    opened = WorkerFiles.opened
    monkeypatch.setattr(
        WorkerFiles, "opened", lambda place: opened(WorkerFiles(folder, place.files, 1))
    )
    return folder


def test_embeddings_come_in_the_posters_order_whatever_order_workers_have(
    instance: Instance, engine: RayPictures
) -> None:
    cards, embedder = instance.catalog.all_cards(), instance.embedder()
    here = instance.posters.embeddings(embedder, cards)
    np.testing.assert_array_equal(instance.posters.embeddings(embedder, cards, engine=engine), here)
    assert (engine.report() or "").startswith("Ray read 80 posters in ")


def test_a_worker_without_the_folder_is_told_of_with_its_machine(
    instance: Instance, engine: RayPictures, elsewhere: Path
) -> None:
    with pytest.raises(ClusterError, match=r"there is no folder .*elsewhere/posters on this mach"):
        instance.builder.build(anew=True, engine=engine)


def test_a_worker_with_another_folder_of_that_name_is_told_of(
    instance: Instance, engine: RayPictures, elsewhere: Path
) -> None:
    (elsewhere / "posters").mkdir(parents=True)
    with pytest.raises(ClusterError, match=r"does not see .*\.webp, which is on this machine; sha"):
        instance.builder.build(anew=True, engine=engine)


def test_a_poster_that_nobody_can_read_is_told_of_by_its_film(
    instance: Instance, engine: RayPictures
) -> None:
    card = instance.catalog.all_cards()[3]
    instance.catalog.poster_path(card.content_hash).unlink()
    with pytest.raises(CatalogError, match=f"{card.imdb_id} .* is missing"):
        instance.builder.build(anew=True, engine=engine)
    instance.catalog.poster_path(card.content_hash).write_bytes(b"torn")
    with pytest.raises(CatalogError, match=f"{card.imdb_id} .* is damaged"):
        instance.builder.build(anew=True, engine=engine)


def test_a_poster_that_a_worker_may_not_read_is_told_of(
    instance: Instance, engine: RayPictures
) -> None:
    path = instance.catalog.poster_path(instance.catalog.all_cards()[3].content_hash)
    path.unlink()
    path.mkdir()
    with pytest.raises(ClusterError, match=r"A worker .* cannot read posters\. .*: .*directory"):
        instance.builder.build(anew=True, engine=engine)


def test_the_cluster_is_left_when_reading_ends(
    instance: Instance, engine: RayPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ["begun"]
    cluster = RayCluster(1, 1, lambda: order.append("left"))
    monkeypatch.setattr(instance.builder, "paint", lambda *_: order.append("painted"))
    instance.builder.build(anew=True, engine=RayPictures(cluster, instance.home))
    assert order == ["begun", "left", "painted"]


def test_posters_that_no_worker_answers_for_are_told_of(
    instance: Instance, engine: RayPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "read", partial(without_the_first, engine.read))
    before = instance.index().manifest.fingerprint
    with pytest.raises(CatalogError, match="8 of 80 posters were left unread"):
        instance.builder.build(anew=True, engine=engine)
    assert instance.index().manifest.fingerprint == before


def without_the_first(
    read: Callable[..., Generator[PictureBatch]], *arguments: object
) -> Generator[PictureBatch]:
    """All batches but the first."""
    batches = read(*arguments)
    next(batches)
    yield from batches


@pytest.mark.parametrize("noticed", [True, False], ids=["noticed", "unnoticed"])
def test_a_cluster_that_went_away_is_asked_for_no_more(
    monkeypatch: pytest.MonkeyPatch, noticed: bool
) -> None:
    """Ray's client raises from whatever is asked of it; once it knows, `ray.kill` starts a Ray."""
    connected = [True]

    class Foreman:
        def __getattr__(self, name: str) -> "Foreman":
            return self

        def remote(self, *_: object) -> "Foreman":
            return self

    def lost(*_: object) -> NoReturn:
        if noticed:
            connected[:] = [False]
        raise ConnectionError("Client is shutting down.")

    def kill(_: object) -> NoReturn:
        assert connected[0], "nobody is there to be killed"
        raise ConnectionError("Client is shutting down.")

    monkeypatch.setattr("ray.util.client.ray.is_connected", lambda: connected[0])
    monkeypatch.setattr("ray.remote", lambda **_: lambda _: Foreman())
    monkeypatch.setattr("ray.put", lambda value: value)
    monkeypatch.setattr("ray.get", lost)
    monkeypatch.setattr("ray.kill", kill)
    reading = ReadingPlan(
        [], WorkerFiles(Path(), None, 1), load_model(PACKAGED)[:2], 1, PictureActor
    )
    with pytest.raises(ConnectionError, match="shutting down"):
        next(picture_actor.read_by_ray(reading))


def test_a_model_that_was_replaced_meanwhile_is_not_read_with(
    instance: Instance, engine: RayPictures
) -> None:
    embedder, cards = instance.embedder(), instance.catalog.all_cards()
    (instance.home.model / "model.onnx").unlink()
    (instance.home.model / "model.json").unlink()
    with pytest.raises(ClusterError, match="replaced meanwhile"):
        instance.posters.embeddings(embedder, cards, engine=engine)


def test_workers_read_with_a_model_that_is_chosen_once_they_have(
    instance: Instance, engine: RayPictures, tmp_path: Path
) -> None:
    new = save_model(tmp_path / "new", tiny_onnx(3).SerializeToString(), tiny_card("new"))
    assert instance.builder.build(model=tmp_path / "new", engine=engine).manifest.model == new
