import pytest

from catalog.images.surroundings.part import WHOLE_PICTURE, Part
from onesheet.base.refusals import QueryError
from onesheet.queries.parts import crop_named, part_named, written_part


def test_a_part_is_named_by_a_word_by_four_numbers_by_eight_or_by_its_sides() -> None:
    assert part_named({}) is None
    assert part_named({"part": ""}) is None
    assert part_named({"part": "whole"}) == WHOLE_PICTURE
    upright = Part.rectangle(0.1, 0.2, 0.9, 0.8)
    assert part_named({"part": "0.1,0.2,0.9,0.8"}) == upright
    sides = {"left": "10", "top": "20", "right": "90", "bottom": "80"}
    assert part_named(sides) == upright
    assert part_named(sides | {"part": "whole"}) == WHOLE_PICTURE
    tilted = Part(((0.2, 0.1), (0.9, 0.2), (0.8, 0.9), (0.1, 0.8)))
    assert part_named({"part": written_part(tilted)}) == tilted
    assert part_named({"part": written_part(upright)}) == upright


def test_a_part_of_the_poster_is_named_apart_from_that_of_the_picture() -> None:
    fields = {"part": "whole", "crop": "0.1,0.2,0.9,0.8"}
    assert crop_named(fields) == Part.rectangle(0.1, 0.2, 0.9, 0.8)
    assert crop_named({"part": "0,0,1,0.5"}) is None
    assert crop_named({"crop": "whole"}) == WHOLE_PICTURE
    sides = {"crop_left": "10", "crop_top": "20", "crop_right": "90", "crop_bottom": "80"}
    assert crop_named(sides) == crop_named(fields)
    for tilted in ("0.2,0.1,0.9,0.2,0.8,0.9,0.1,0.8", "0,0,1", 5):
        with pytest.raises(QueryError, match="crop must be whole"):
            crop_named({"crop": tilted})


@pytest.mark.parametrize(
    "part",
    [
        "half",
        "0,0,1",
        "0,0,1,2",
        "-0.1,0,1,1",
        "0.5,0,0.5,1",
        "0.9,0,0.1,1",
        "nan,0,1,1",
        "0,0,1,1,1",
        "0,0,0,1,1,1,1,0",  # the other way round
        "0,0,1,0,0.5,0.1,0,1",  # bent inwards
        "0.5,0,0.500000001,0.5,0.5,1,0.499999999,0.5",  # hardly more than a line
        1,
        ["0", "0", "1", "1"],
    ],
)
def test_a_part_that_is_none_is_refused(part: object) -> None:
    with pytest.raises(QueryError, match="part must be whole"):
        part_named({"part": part})
