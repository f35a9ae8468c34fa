"""A model that is torn, or did not make the index: how often it is loaded."""

from math import inf
from pathlib import Path
from types import SimpleNamespace

import pytest

from catalog.file_store import UnreachableError
from catalog.flushing import UnwritableError
from embedder import Embedder, ModelError
from index import IndexFolderError, PosterIndex
from onesheet.indexing import live
from onesheet.instance import Instance


def test_a_model_that_does_not_fit_is_loaded_for_many_requests_once(
    instance: Instance, other: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads, load, index = [], Embedder.load, instance.index()

    def counted(folder: Path) -> Embedder:
        loads.append(folder)
        return load(folder)

    monkeypatch.setattr(Embedder, "load", counted)
    vectors = index.embeddings(index.poster_ids)
    PosterIndex.build(instance.home.indexes, index.poster_ids, vectors, model="f" * 64)
    for _ in range(5):
        with pytest.raises(IndexFolderError, match="made with another model"):
            other.opened()
    assert loads == [instance.home.model]


def test_a_torn_model_is_tried_again_after_a_pause(
    instance: Instance, other: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = instance.home.model / "model.onnx"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1])
    for ask in (other.opened, other.embedder):
        with pytest.raises(ModelError, match="fingerprint"):
            ask()
        weights.write_bytes(whole)
    monkeypatch.setattr(live, "time", SimpleNamespace(monotonic=lambda: inf))
    assert other.opened().embedder is other.embedder()


@pytest.mark.parametrize(
    "error", [UnreachableError("away"), UnwritableError(Path("cache"), OSError(28, "full"))]
)
def test_a_model_that_cannot_be_fetched_is_not_fetched_for_each_request(
    other: Instance, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    tries: list[str | None] = []

    def fails(made: str | None) -> None:
        tries.append(made)
        raise error

    monkeypatch.setattr(other.live().models, "load", fails)
    for _ in range(3):
        with pytest.raises(type(error)):
            other.opened()
    assert len(tries) == 1
