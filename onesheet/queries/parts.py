"""Which part of a picture is to be read, as a form, an address or JSON names it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from catalog.images.surroundings.part import WHOLE_PICTURE, Part
from onesheet.base.refusals import QueryError
from onesheet.base.texts import marked

BAD_PART = marked(
    "%(field)s must be whole, or four numbers from 0 to 1 between commas: left, top, right and "
    "bottom."
)
SIDES = ("left", "top", "right", "bottom")
"""Fields of a form that name a rectangle in hundredths of the picture."""
CROP_SIDES = tuple(f"crop_{side}" for side in SIDES)
"""The same of the poster."""
LEAST_SIDE = 0.02
"""Of the picture's width and height that a part has at least."""


def part_named(fields: Mapping[str, object]) -> Part | None:
    """The part that the field `part` names, or the four `SIDES` do; None where it is to be found.

    `part` is "whole", four numbers, or the eight of its corners, clockwise from the top left.
    Raises QueryError.
    """
    return _part_in("part", SIDES, fields)


def crop_named(fields: Mapping[str, object]) -> Part | None:
    """The part of the poster that the field `crop` names, or the four `CROP_SIDES` do; None where
    nothing is said of it.

    `crop` is "whole", four numbers, or the eight of an upright rectangle. Raises QueryError.
    """
    crop = _part_in("crop", CROP_SIDES, fields)
    if crop is not None and not crop.upright:
        raise QueryError(BAD_PART, field="crop")
    return crop


def _part_in(field: str, sides: Sequence[str], fields: Mapping[str, object]) -> Part | None:
    """The part that a field, or else its four sides, name. Raises QueryError."""
    value = fields.get(field)
    said = value is not None and value != ""
    given = [fields.get(name) for name in sides]
    if not said and not all(given):
        return None
    if value == "whole":
        return WHOLE_PICTURE
    if said and not isinstance(value, str):
        raise QueryError(BAD_PART, field=field)
    part = _part(str(value).split(","), 1) if said else _part(given, 100)
    if part is None:
        raise QueryError(BAD_PART, field=field)
    return part


def written_part(part: Part) -> str:
    """What `part_named` reads as the same part.

    >>> written_part(Part.rectangle(0, 0.25, 1, 0.75))
    '0,0.25,1,0.75'
    """
    numbers = part.bounds if part.upright else [each for corner in part.corners for each in corner]
    return ",".join(f"{each:g}" for each in numbers)


def _part(values: Sequence[object], unit: float) -> Part | None:
    """None for what is no part."""
    try:
        numbers = [float(str(each)) / unit for each in values]
    except ValueError:
        return None
    if len(numbers) not in (4, 8) or not all(0 <= each <= 1 for each in numbers):
        return None
    if len(numbers) == 4:
        return Part.rectangle(*numbers) if _large(*numbers) else None
    one, two, three, four = zip(numbers[::2], numbers[1::2], strict=True)
    part = Part((one, two, three, four))
    return part if _large(*part.bounds) and _convex(part) else None


def _large(left: float, top: float, right: float, bottom: float) -> bool:
    return min(right - left, bottom - top) >= LEAST_SIDE


def _convex(part: Part) -> bool:
    """Whether the corners go round clockwise, and no side is very short."""
    corners = [*part.corners, *part.corners[:2]]
    turns = [
        (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
        for a, b, c in zip(corners, corners[1:], corners[2:], strict=False)
    ]
    return min(turns) > 0 and min(math.dist(*each) for each in pairwise(corners)) >= LEAST_SIDE
