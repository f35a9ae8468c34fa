"""How far two drafts of one poster are apart, and in what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.images.palette import palette, palette_distances
from embedder.parts import columns_of
from index import Gap, Metric
from index.metric import distances
from onesheet.recommending.likeness import likeness_between

if TYPE_CHECKING:
    from onesheet.indexing.live import Opened


class DraftShift(StrEnum):
    """How much something of a poster changed."""

    NONE = "none"
    SOME = "some"
    MUCH = "much"


COLOUR_SHIFTS: Final = (0.1, 0.2)
"""Distances of two palettes from which colours changed a little and much: posters of two films are
0.27 apart in the middle, a poster and its greyscale copy 0.18."""
LAYOUT_SHIFTS: Final = (0.25, 0.45)
"""The same of the composition part's cosine distance: posters of two films are 0.85 apart, a poster
and a closer crop of it 0.2, one stood on its head 0.46."""


@dataclass(frozen=True)
class DraftGap(Gap):
    """How far two drafts are apart under the metric, how alike they are, 0-1, and how much their
    colours and their layout differ; the latter None with a model that has no part for it."""

    likeness: float
    colours: DraftShift
    layout: DraftShift | None


def draft_gaps(
    images: Mapping[str, Image.Image], opened: Opened, metric: Metric
) -> dict[tuple[str, str], DraftGap]:
    """The gaps of each two of the drafts, by their letters, in both orders."""
    read = opened.embedder.read(list(images.values()))
    embeddings = dict(zip(images, read.embeddings, strict=True))
    palettes = {letter: palette(image) for letter, image in images.items()}
    gaps, index, card = {}, opened.index, opened.embedder.card
    for one, other in combinations(embeddings, 2):
        pair = embeddings[one], embeddings[other]
        gap = index.gap(*pair, metric)
        (alike,) = likeness_between(pair[0], pair[1][None], card, index)
        (tinted,) = palette_distances(palettes[one], [palettes[other]])
        found = DraftGap(
            gap.distance,
            gap.closeness,
            round(float(alike), 4),
            _shift(float(tinted), COLOUR_SHIFTS),
            _layout(*pair, opened),
        )
        gaps[one, other] = gaps[other, one] = found
    return gaps


def _layout(
    one: NDArray[np.float32], other: NDArray[np.float32], opened: Opened
) -> DraftShift | None:
    card = opened.embedder.card
    if "composition" not in card.parts:
        return None
    first, second = (columns_of(card, each[None], "composition") for each in (one, other))
    return _shift(float(distances(first[0], second, Metric.COSINE)[0]), LAYOUT_SHIFTS)


def _shift(distance: float, limits: tuple[float, float]) -> DraftShift:
    some, much = limits
    if distance < some:
        return DraftShift.NONE
    return DraftShift.SOME if distance < much else DraftShift.MUCH
