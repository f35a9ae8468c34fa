"""What a training writes while an index is made of the instance's own model."""

from dataclasses import replace
from typing import Any

import pytest

from embedder.card import load_model, save_model
from onesheet.indexing.poster_reader import PosterReader
from onesheet.instance import Instance
from tests.onesheet.indexing.test_changing_models import starts_with, train
from tests.tiny_model import tiny_likeness


def test_a_model_trained_while_posters_are_read_takes_nothing_from_the_index_of_the_one_before(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = PosterReader.embeddings

    def trains_meanwhile(self: PosterReader, *posters: Any, **more: Any) -> Any:
        train(instance)
        return read(self, *posters, **more)

    with monkeypatch.context() as patch:
        patch.setattr(PosterReader, "embeddings", trains_meanwhile)
        instance.builder.build(anew=True)
    assert starts_with(instance.home) == "tiny"
    instance.builder.build()
    assert starts_with(instance.home) == "trained"


def test_a_likeness_fitted_while_posters_are_read_stays(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, read = instance.home.model, PosterReader.embeddings

    def fits_meanwhile(self: PosterReader, *posters: Any, **more: Any) -> Any:
        weights, card, _ = load_model(folder)
        save_model(folder, weights, replace(card, likeness=tiny_likeness()))
        return read(self, *posters, **more)

    monkeypatch.setattr(PosterReader, "embeddings", fits_meanwhile)
    instance.builder.build(anew=True)
    assert load_model(folder)[1].likeness == tiny_likeness()
    assert not (folder / "next").exists()
