"""A finished model's network in torch, before it learns anything."""

import numpy as np
import onnx
import torch
from numpy.typing import NDArray

from embedder.card import ModelCard
from embedder.composing.cells import CellReader
from embedder.composing.composition import principal_axes
from embedder.composing.student import Student, begin_map, with_features
from embedder.training.progress import silent
from tests.embedder.composing.conftest import COUNT, started

ROWS = np.arange(COUNT)


def test_it_sees_what_the_model_sees_and_gives_it_back(
    below: tuple[onnx.ModelProto, ModelCard], reader: CellReader, drawn_posters: NDArray[np.uint8]
) -> None:
    model, card = below
    composition, wanted = started(reader, drawn_posters)
    student = Student(model, card.backbone, reader.taps, composition, wanted.shape[1], 8)
    with torch.inference_mode():
        seen, _ = student.seen(torch.from_numpy(drawn_posters).permute(0, 3, 1, 2))
    torch.testing.assert_close(seen, wanted, atol=1e-4, rtol=0)
    same = with_features(model, student.features)
    assert same.SerializeToString(deterministic=True) == model.SerializeToString(deterministic=True)


def test_its_map_begins_with_the_least_squares(
    below: tuple[onnx.ModelProto, ModelCard], reader: CellReader, drawn_posters: NDArray[np.uint8]
) -> None:
    """What is linear in the directions seen is told exactly."""
    model, card = below
    composition, seen = started(reader, drawn_posters)
    basis = principal_axes(seen, 6)
    wanted = (seen @ basis) @ torch.arange(18.0).reshape(6, 3).sin() + 0.5
    student = Student(model, card.backbone, reader.taps, composition, seen.shape[1], 3)
    pooled = begin_map(student, basis, drawn_posters, ROWS, wanted, silent)
    assert pooled.shape == (COUNT, 1280)
    with torch.inference_mode():
        found, _ = student(torch.from_numpy(drawn_posters).permute(0, 3, 1, 2))
    torch.testing.assert_close(found, wanted, atol=0.02, rtol=0)
