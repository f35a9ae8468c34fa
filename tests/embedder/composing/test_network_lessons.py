"""A network that is trained on towards a teacher: nearer to it, and what is read stays nearly."""

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from embedder.card import ModelCard
from embedder.composing.cells import CellReader
from embedder.composing.composition import Composition, principal_axes
from embedder.composing.distilling import Teacher, teacher_of
from embedder.composing.network_lessons import NetworkLessons, taught_network
from tests.embedder.composing.conftest import COUNT, started

pytestmark = pytest.mark.slow
ROWS = np.arange(COUNT)
LESSONS = NetworkLessons(epochs=6, batch=10, frozen=15, others=20, average=0.8, lr=1e-3)
"""The deep blocks alone are trained: quick."""


@pytest.fixture(scope="module")
def teacher() -> Teacher:
    vectors = torch.randn(COUNT, 8, generator=torch.Generator().manual_seed(3))
    return teacher_of([functional.normalize(vectors)])


@pytest.fixture(scope="module")
def began(reader: CellReader, drawn_posters: NDArray[np.uint8]) -> tuple[Composition, Tensor]:
    composition, seen = started(reader, drawn_posters)
    return composition, principal_axes(seen, 12)


@pytest.fixture(scope="module")
def taught(
    below: tuple[onnx.ModelProto, ModelCard],
    reader: CellReader,
    began: tuple[Composition, Tensor],
    drawn_posters: NDArray[np.uint8],
    teacher: Teacher,
) -> onnx.ModelProto:
    model, card = below
    return taught_network(
        model, card.backbone, reader.taps, *began, drawn_posters, ROWS, teacher, LESSONS
    )


def unexplained(reader: CellReader, posters: NDArray[np.uint8], teacher: Teacher) -> float:
    """What a linear map of twelve directions of the cells leaves of the teacher's vectors."""
    _, seen = started(reader, posters)
    known = torch.cat([seen @ principal_axes(seen, 12), torch.ones(COUNT, 1)], 1)
    solved = torch.linalg.lstsq(known, teacher.vectors).solution
    return float((known @ solved - teacher.vectors).square().sum())


def test_its_cells_tell_more_of_what_the_teacher_sees(
    taught: onnx.ModelProto,
    reader: CellReader,
    drawn_posters: NDArray[np.uint8],
    teacher: Teacher,
) -> None:
    after = unexplained(CellReader(taught, reader.card), drawn_posters, teacher)
    assert after < 0.9 * unexplained(reader, drawn_posters, teacher)


def test_what_it_reads_stays_nearly(
    taught: onnx.ModelProto,
    below: tuple[onnx.ModelProto, ModelCard],
    drawn_posters: NDArray[np.uint8],
) -> None:
    model, _ = below
    before, after = (
        onnxruntime.InferenceSession(
            each.SerializeToString(), providers=["CPUExecutionProvider"]
        ).run(["genres"], {"posters": drawn_posters})[0]
        for each in (model, taught)
    )
    assert not np.array_equal(before, after)
    assert np.abs(before - after).mean() < 0.05


def test_blocks_that_are_held_stay_as_they_were(
    taught: onnx.ModelProto, below: tuple[onnx.ModelProto, ModelCard]
) -> None:
    model, _ = below
    before, after = (
        {tensor.name: tensor.raw_data for tensor in each.graph.initializer}
        for each in (model, taught)
    )
    assert list(before) == list(after)
    moved = {name for name in before if before[name] != after[name]}
    blocks = {int(name.split(".")[2]) for name in moved if name.startswith("network.features.")}
    assert blocks == {15, 16, 17, 18}
    assert all(name.startswith("network.features.") for name in moved)
