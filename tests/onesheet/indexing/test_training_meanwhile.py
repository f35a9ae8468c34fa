"""What a training writes while an index is made of the instance's own model."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from embedder import ModelError
from embedder.card import load_model, save_model
from embedder.proposals import ModelProposals
from onesheet.indexing.models import InstanceModels
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


def test_a_model_trained_while_the_one_before_is_copied_takes_nothing_from_its_index(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose = InstanceModels.propose

    def trained_meanwhile(self: InstanceModels, folder: Path | None) -> Path | None:
        train(instance)
        return propose(self, folder)

    with monkeypatch.context() as patch:
        patch.setattr(InstanceModels, "propose", trained_meanwhile)
        instance.builder.build(anew=True)
    assert starts_with(instance.home) == "trained"


def test_a_build_goes_on_where_a_training_was_just_moving_its_model_into_place(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    torn = [ModelError("torn")]
    add = ModelProposals.add

    def torn_once(self: ModelProposals, *given: Any) -> Path:
        if torn:
            raise torn.pop()
        return add(self, *given)

    monkeypatch.setattr(ModelProposals, "add", torn_once)
    instance.builder.build(anew=True)
    assert starts_with(instance.home) == "tiny"
