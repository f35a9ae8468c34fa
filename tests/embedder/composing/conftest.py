"""Drawn posters and grades, and the packaged model's lower one, for what is composed of them."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from embedder import card as cards
from embedder.composing.cells import CellReader, depths_of
from embedder.composing.composition import Composition, start_reduction
from embedder.composing.graded import GradedLists, graded_lists
from embedder.networks.composed import model_below
from embedder.networks.lite import lite
from tests.conftest import drawn

COUNT = 30
NARROW = [(6, 1), (8, 2), (9, 1), (10, 1), (11, 1), (12, 1), (13, 1)]
"""Stages of a network that nobody published, quick to run."""


@pytest.fixture(scope="session")
def drawn_posters() -> NDArray[np.uint8]:
    return np.stack([np.asarray(drawn(number).resize((128, 192))) for number in range(COUNT)])


@pytest.fixture(scope="session")
def below() -> tuple[onnx.ModelProto, cards.ModelCard]:
    weights, finished, _ = cards.load_model(cards.PACKAGED)
    return model_below(weights, finished)


@pytest.fixture(scope="session")
def reader(below: tuple[onnx.ModelProto, cards.ModelCard]) -> CellReader:
    return CellReader(*below)


@pytest.fixture(scope="session")
def lists() -> GradedLists:
    """Of six candidates each, graded by where they stand."""
    films = [f"film {number}" for number in range(COUNT)]
    grades = {
        films[query]: {films[(query + step) % COUNT]: float(step % 3) for step in range(1, 7)}
        for query in range(COUNT)
    }
    return graded_lists(grades, films, np.arange(COUNT))


def started(reader: CellReader, posters: NDArray[np.uint8]) -> tuple[Composition, Tensor]:
    """A small part whose shared matrices are the axes of these posters' cells, and all that is seen
    of them."""
    cells = torch.cat([each for each, _ in reader.read(posters, np.arange(len(posters)))])
    composition = Composition(depths_of(reader.card), 8)
    start_reduction(composition, cells)
    return composition, composition.compared(cells)


def published(features: nn.Module) -> dict[str, Tensor]:
    """A Lite's weights as a published file has them: its last convolution of each block by name,
    the same order, a classifier."""
    state = features.state_dict()
    convolutions = [name for name, value in state.items() if value.ndim == 4]
    last = {name.split(".")[0]: name for name in convolutions if ".layers." in name}
    named = {
        f"_blocks.{number}._project_conv.weight" if name in last.values() else f"_l{number}": value
        for number, (name, value) in enumerate(state.items())
    }
    return named | {"_fc.weight": torch.zeros(10, 1280), "_fc.bias": torch.zeros(10)}


@pytest.fixture(scope="session")
def lite_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "efficientnet-narrow.pth"
    torch.save(published(lite(NARROW)), path)
    return path
