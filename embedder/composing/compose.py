"""From a finished model and graded pairs to a model that also keeps what stands where."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from embedder import card as cards
from embedder.composing.cells import CellReader, depths_of
from embedder.composing.composition import Composition, principal_axes, start_reduction
from embedder.composing.fitting import ComposingConfig, LearningView, fit_own_maps
from embedder.composing.graded import graded_lists
from embedder.composing.graph import composed
from embedder.composing.network_lessons import NetworkLessons, taught_network
from embedder.composing.slow_teacher import slow_teacher
from embedder.composing.smaller_parts import SmallerParts, smaller_parts
from embedder.networks.composed import model_below
from embedder.training.data import Example
from embedder.training.progress import Progress, silent

JudgedPairs = Mapping[str, Mapping[str, float]]
SAMPLED = 3000
"""Training posters whose cells the principal axes are taken from."""


def compose_model(
    model: Path | None,
    examples: Sequence[Example],
    posters: NDArray[np.uint8],
    grades: JudgedPairs,
    folder: Path,
    config: ComposingConfig = ComposingConfig(),  # noqa: B008 - frozen
    progress: Progress = silent,
    *,
    teachers: Sequence[Path] = (),
    lessons: NetworkLessons | None = None,
) -> str:
    """Write a model folder whose embedding has a composition part beside smaller others.

    What the model reads (genres, decades, scores) stays as it is, nearly so where its network
    is trained on, and so does its cost but for one convolution: the part is read off feature maps
    that the model has made anyway.

    Args:
        model: a finished model's folder, None for the packaged one; where it has a composition
            part, that is learned anew.
        examples, posters: as it was trained on, posters uint8 [N, H, W, 3]; only those of the
            split train are learned from.
        grades: {query: {candidate: 0-2}} by film ids; without any, the part is the principal axes
            of what is seen.
        teachers: files of published EfficientNet-Lite weights; with any, what those networks and
            the model see together is distilled.
        lessons: where given, the network itself is trained on by the teacher before.

    Returns:
        The fingerprint of the new model.

    Raises:
        ValueError: a model that cannot be composed, see `cells.taps_of` and `smaller_parts`; too
            few posters to learn from; a teacher's file of anything else; a teacher without grades.
    """
    weights, finished, _ = cards.load_model(model or cards.PACKAGED)
    network, card = model_below(weights, finished)
    films = [example.film for example in examples]
    train = np.flatnonzero(np.array([example.split for example in examples]) == "train")
    if not len(train):
        raise ValueError("there is no poster of the split train to learn from")
    if len(train) < config.dimensions:
        raise ValueError(
            f"a composition part of {config.dimensions} numbers needs as many posters of the split "
            f"train; here are {len(train)}"
        )
    graded = graded_lists(grades, [films[row] for row in train], np.arange(len(train)))
    if len(graded) == 0 and teachers:
        raise ValueError("a teacher needs graded posters of the split train")
    if lessons is not None and not teachers:
        raise ValueError("a network is trained on by a teacher; none is named")

    reader = CellReader(network, card)
    teacher = None
    if teachers:
        seed = config.seed
        teacher = slow_teacher(reader, posters, train, graded, teachers, seed, progress)
    start = _started(reader, posters, train, config)
    if lessons is not None and teacher is not None:
        seen = start.composition, start.basis
        network = taught_network(
            network, card.backbone, reader.taps, *seen, posters, train, teacher, lessons, progress
        )
        reader = CellReader(network, card)
        start = _started(reader, posters, train, config)
    views = [_view(reader, posters, train, start, progress, mirrored) for mirrored in (False, True)]
    rows = torch.arange(len(train))
    learned = fit_own_maps(views, graded, rows, config, progress, teacher=teacher)
    start.composition.set_own(start.basis @ learned)

    facts = config.facts(taught=teacher is not None) | {"graded_queries": len(graded)}
    if teachers:
        facts["teachers"] = [each.name for each in teachers]
    if lessons is not None:
        facts["network"] = lessons.facts()
    made = _composed_card(card, start.smaller, config, facts)
    look = slice(card.parts["promise"], card.dimensions)
    matrix = start.smaller.matrix
    onnx_bytes = composed(network, reader.taps, matrix, look, start.composition)
    return cards.save_model(folder, onnx_bytes, made)


def graded_before(card: cards.ModelCard) -> int:
    """How many graded posters a model's composition part was learned from, if it has one."""
    return int(card.training.get("composition", {}).get("graded_queries", 0))


@dataclass(frozen=True)
class _Start:
    """What is taken from a sample of posters before anything is learned.

    basis: float32 [24 * kept, directions], the principal axes of all that is seen.
    """

    composition: Composition
    basis: Tensor
    smaller: SmallerParts


def _started(
    reader: CellReader,
    posters: NDArray[np.uint8],
    train: NDArray[np.int64],
    config: ComposingConfig,
) -> _Start:
    sample = train[:: max(1, len(train) // SAMPLED)]
    cells, embeddings = _together(reader, posters, sample)
    composition = Composition(depths_of(reader.card), config.dimensions)
    start_reduction(composition, cells)
    basis = principal_axes(composition.compared(cells), config.directions)
    return _Start(composition, basis, smaller_parts(reader.card, embeddings, config))


def _together(
    reader: CellReader, posters: NDArray[np.uint8], rows: NDArray[np.int64]
) -> tuple[Tensor, Tensor]:
    cells, embeddings = zip(*reader.read(posters, rows), strict=True)
    return torch.cat(cells), torch.cat(embeddings)


def _view(
    reader: CellReader,
    posters: NDArray[np.uint8],
    rows: NDArray[np.int64],
    start: _Start,
    progress: Progress,
    mirrored: bool,
) -> LearningView:
    directions, fixed, done = [], [], 0
    what = "reading mirrored posters" if mirrored else "reading posters"
    for cells, embeddings in reader.read(posters, rows, mirrored=mirrored):
        directions.append(start.composition.compared(cells) @ start.basis)
        fixed.append(embeddings @ start.smaller.matrix)
        done += len(cells)
        progress(what, done, len(rows))
    return LearningView(torch.cat(directions), torch.cat(fixed))


def _composed_card(
    card: cards.ModelCard, smaller: SmallerParts, config: ComposingConfig, facts: dict[str, Any]
) -> cards.ModelCard:
    before = {"parts": card.parts, "balance": card.balance, "proxies": card.proxies}
    return dataclasses.replace(
        card,
        parts=smaller.parts | {"composition": config.dimensions},
        balance=round(1 - config.promise, 4),
        proxies=smaller.proxies,
        training=card.training | {"composition": facts | {"below": before}},
        likeness=None,  # it was of other embeddings
    )
