"""What changed between two drafts: colours by their palettes, layout by the part that holds it."""

import pytest
from PIL import Image, ImageOps

from index import Metric
from onesheet.instance import Instance
from onesheet.recommending.draft_gaps import DraftShift, draft_gaps


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
