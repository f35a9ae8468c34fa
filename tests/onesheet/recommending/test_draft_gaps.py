"""What changed between two drafts: colours by their palettes, layout by the part that holds it."""

from collections.abc import Callable

import pytest
from PIL import Image, ImageOps

from index import Metric
from onesheet.instance import Instance
from onesheet.recommending.draft_gaps import DraftShift, draft_gaps, layout_shift
from tests.conftest import drawn


def halves(left: str, right: str) -> Image.Image:
    image = Image.new("RGB", (200, 300), left)
    image.paste(right, (100, 0, 200, 300))
    return image


@pytest.mark.parametrize(
    ("other", "shift"),
    [
        (halves("#c0281f", "#1f4fa3"), DraftShift.NONE),
        (halves("#c0281f", "#20bb40"), DraftShift.MUCH),
        (ImageOps.mirror(halves("#c0281f", "#1f4fa3")), DraftShift.NONE),
    ],
    ids=["the same", "recoloured", "mirrored"],
)
def test_colours_change_only_where_they_do(
    instance: Instance, other: Image.Image, shift: DraftShift
) -> None:
    images = {"A": halves("#c0281f", "#1f4fa3"), "B": other}
    gaps = draft_gaps(images, instance.opened(), Metric.COSINE)
    assert gaps["A", "B"] == gaps["B", "A"]
    assert gaps["A", "B"].colours is shift
    assert gaps["A", "B"].layout is None  # this model has no part for it


def darker(image: Image.Image) -> Image.Image:
    return image.point([value * 3 // 4 for value in range(256)] * 3)


def moved(image: Image.Image) -> Image.Image:
    """The upper half is another's: as when a face was turned and the title left."""
    changed = image.copy()
    changed.paste(ImageOps.mirror(image).crop((0, 0, 200, 150)))
    return changed


@pytest.mark.parametrize(
    ("change", "distance", "shift"),
    [
        (darker, 0.01, DraftShift.NONE),
        (darker, 0.2, DraftShift.SOME),
        (ImageOps.mirror, 0.06, DraftShift.MIRRORED),
        (moved, 0.06, DraftShift.SOME),
        (ImageOps.mirror, 0.5, DraftShift.MUCH),
    ],
    ids=["darker", "shifted", "mirrored", "half mirrored", "another"],
)
def test_a_layout_is_the_same_only_where_one_picture_lies_upon_the_other(
    change: Callable[[Image.Image], Image.Image], distance: float, shift: DraftShift
) -> None:
    """The part that holds the layout hardly tells a poster from its mirror image."""
    poster = drawn(2)
    assert layout_shift(poster, change(poster), distance) is shift
