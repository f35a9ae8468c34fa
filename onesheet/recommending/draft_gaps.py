"""One draft of a poster, and how far it is from another, in what, and what changed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from catalog.images.palette import palette, palette_distances
from catalog.images.registration import SAME_PICTURE, correlation
from embedder.parts import columns_of
from index import Gap, Metric
from index.metric import distances
from onesheet.reading.readings import Intent
from onesheet.recommending.answers import Answer, Result
from onesheet.recommending.likeness import likeness_between

if TYPE_CHECKING:
    from onesheet.indexing.live import Opened


class DraftShift(StrEnum):
    """How much something of a poster changed; `MIRRORED` is told of layouts only."""

    NONE = "none"
    SOME = "some"
    MUCH = "much"
    MIRRORED = "mirrored"


COLOUR_SHIFTS: Final = (0.1, 0.2)
"""Distances of two palettes from which colours changed a little and much: posters of two films are
0.27 apart in the middle, a poster and its greyscale copy 0.18."""
LAYOUT_SHIFTS: Final = (0.1, 0.45)
"""The same of the composition part's cosine distance, both drafts read without their colours, which
the part would otherwise see a little of. The middle of 60 real posters: two films are 0.61 apart, a
poster and a crop that leaves out a seventh at each edge 0.16, a fourteenth 0.07, one saved anew as
JPEG 0.01, and its mirror image 0.06, since the part hardly tells left from right."""


@dataclass(frozen=True)
class DraftGap(Gap):
    """How far two drafts are apart under the metric, how alike they are, 0-1, and how much their
    colours and their layout differ; the latter None with a model that has no part for it."""

    likeness: float
    colours: DraftShift
    layout: DraftShift | None


@dataclass(frozen=True)
class Draft:
    """One draft among those compared."""

    letter: str
    """A, B, C … in the order they came."""
    answer: Answer
    new: frozenset[int]
    """Films (movie ids) of its five that the draft before it did not have; for the first none."""
    intent: Intent | None
    """The draft beside the intended genres; None where none are marked."""

    @property
    def strength(self) -> tuple[int, float]:
        """What drafts are ranked by: how many intended genres it promises, then how far it
        promises all of them: the geometric mean of their probabilities, so that one genre does not
        make up for another that is missing."""
        if self.intent is None:
            return 0, 0.0
        shares = self.intent.promises.values()
        return len(self.intent.kept), math.prod(shares) ** (1 / len(shares))


@dataclass(frozen=True)
class DraftChange:
    """What became of the poster from one draft to the next."""

    before: Draft
    after: Draft
    gained: list[str]
    """Genres promised now and not before, likeliest first."""
    lost: list[str]
    """Genres promised before and not now."""
    new: list[Result]
    """Of the five, those that the draft before did not have."""
    gap: DraftGap | None
    """None where one of the posters is no longer kept."""

    @classmethod
    def between(cls, before: Draft, after: Draft, gap: DraftGap | None) -> DraftChange:
        was, now = before.answer.reading.predicted, after.answer.reading.predicted
        return cls(
            before=before,
            after=after,
            gained=[name for name in now if name not in was],
            lost=[name for name in was if name not in now],
            new=[each for each in after.answer.results if each.card.movie_id in after.new],
            gap=gap,
        )


def draft_gaps(
    images: Mapping[str, Image.Image], opened: Opened, metric: Metric
) -> dict[tuple[str, str], DraftGap]:
    """The gaps of each two of the drafts, by their letters, in both orders."""
    read = opened.embedder.read(list(images.values()))
    embeddings = dict(zip(images, read.embeddings, strict=True))
    layouts = _layouts(images, opened)
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
            _layout(images[one], images[other], layouts, (one, other)),
        )
        gaps[one, other] = gaps[other, one] = found
    return gaps


def _layouts(images: Mapping[str, Image.Image], opened: Opened) -> dict[str, NDArray[np.float32]]:
    """The composition part float32[1, D] of each draft without its colours; none with a model that
    has no such part."""
    card = opened.embedder.card
    if "composition" not in card.parts:
        return {}
    grey = [ImageOps.grayscale(each).convert("RGB") for each in images.values()]
    read = opened.embedder.read(grey).embeddings
    return {
        letter: columns_of(card, row[None], "composition")
        for letter, row in zip(images, read, strict=True)
    }


def _layout(
    one: Image.Image,
    other: Image.Image,
    layouts: Mapping[str, NDArray[np.float32]],
    letters: tuple[str, str],
) -> DraftShift | None:
    if not layouts:
        return None
    first, second = (layouts[each] for each in letters)
    return layout_shift(one, other, float(distances(first[0], second, Metric.COSINE)[0]))


def layout_shift(one: Image.Image, other: Image.Image, distance: float) -> DraftShift:
    """How much the layout changed, by the composition part's cosine distance, and where that is
    small by laying one picture upon the other, as it is and mirrored."""
    shift = _shift(distance, LAYOUT_SHIFTS)
    if shift is DraftShift.MUCH or correlation(one, other) >= SAME_PICTURE:
        return shift
    if correlation(ImageOps.mirror(one), other) >= SAME_PICTURE:
        return DraftShift.MIRRORED
    return DraftShift.SOME


def _shift(distance: float, limits: tuple[float, float]) -> DraftShift:
    some, much = limits
    if distance < some:
        return DraftShift.NONE
    return DraftShift.SOME if distance < much else DraftShift.MUCH
