"""What composition is learned from, read off every poster of an instance and kept in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.instruments.cached import Arrays, stage
from catalog.images import decode
from embedder.card import PACKAGED, load_model
from embedder.composing.cells import CellReader, depths_of
from embedder.composing.compose import SAMPLED
from embedder.composing.composition import Composition, principal_axes, start_reduction
from embedder.composing.fitting import ComposingConfig, LearningView
from embedder.composing.smaller_parts import smaller_parts
from embedder.networks.composed import model_below
from embedder.preprocess import to_array
from embedder.training.data import Example
from onesheet.base.progress import progress_of

VIEWED_AT_ONCE = 500
"""Posters read between two saves."""


class ComposedViews:
    """Reads posters as `onesheet compose` does, with the packaged model below its composition."""

    def __init__(self, examples: list[Example], cache: Path, config: ComposingConfig) -> None:
        weights, finished, fingerprint = load_model(PACKAGED)
        network, card = model_below(weights, finished)
        self._reader = CellReader(network, card)
        self._examples = examples
        self._cache = cache / f"composed-{fingerprint[:12]}-{len(examples)}"
        self._composition = Composition(depths_of(card), config.dimensions)
        start = stage(self._cache, "start", partial(self._start, config))
        with torch.no_grad():
            for number, shared in enumerate(self._composition.reductions):
                shared.weight.copy_(torch.from_numpy(start[f"weight{number}"]))
                shared.bias.copy_(torch.from_numpy(start[f"bias{number}"]))
        self._basis = torch.from_numpy(start["basis"])
        self._smaller = torch.from_numpy(start["smaller"])

    def read(self, *, mirrored: bool) -> LearningView:
        """All posters; an interrupted reading goes on where it stopped."""
        count, parts = len(self._examples), []
        with progress_of("Reading posters") as progress:
            for first in range(0, count, VIEWED_AT_ONCE):
                rows = np.arange(first, min(first + VIEWED_AT_ONCE, count))
                name = f"{'mirrored' if mirrored else 'plain'}-{first:06d}"
                parts.append(stage(self._cache, name, partial(self._part, rows, mirrored)))
                progress(int(rows[-1]) + 1, count)
        directions, fixed = (
            torch.from_numpy(np.concatenate([part[name] for part in parts]).astype(np.float32))
            for name in ("directions", "fixed")
        )
        return LearningView(directions, fixed)

    def _start(self, config: ComposingConfig) -> Arrays:
        train = np.flatnonzero([each.split == "train" for each in self._examples])
        read = self._cells(train[:: max(1, len(train) // SAMPLED)], mirrored=False)
        cells, embeddings = (torch.cat(each) for each in zip(*read, strict=True))
        start_reduction(self._composition, cells)
        made: Arrays = {
            "basis": principal_axes(self._composition.compared(cells), config.directions).numpy(),
            "smaller": smaller_parts(self._reader.card, embeddings, config).matrix.numpy(),
        }
        for number, shared in enumerate(self._composition.reductions):
            made[f"weight{number}"] = shared.weight.detach().numpy()
            made[f"bias{number}"] = shared.bias.detach().numpy()
        return made

    def _part(self, rows: NDArray[np.int64], mirrored: bool) -> Arrays:
        read = self._cells(rows, mirrored=mirrored)
        pairs = [
            (self._composition.compared(cells) @ self._basis, embeddings @ self._smaller)
            for cells, embeddings in read
        ]
        directions, fixed = (torch.cat(each).numpy() for each in zip(*pairs, strict=True))
        return {"directions": directions, "fixed": fixed}

    def _cells(
        self, rows: NDArray[np.int64], *, mirrored: bool
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Cells and embeddings of posters, decoded a few at a time."""
        height, width = self._reader.card.height, self._reader.card.width
        for some in np.array_split(rows, max(1, len(rows) // 64)):
            files = [self._examples[row].path for row in some]
            posters = [to_array(decode(each.read_bytes()), height, width) for each in files]
            places = np.arange(len(some))
            yield from self._reader.read(np.stack(posters), places, mirrored=mirrored)
