"""Colours of groups of posters: counted by hand, and named as people name them."""

import numpy as np
import pytest

from catalog.images.oklab import to_oklab
from catalog.images.palette import Palette, Swatch
from onesheet.portraits.colour_census import COLOUR_PARTS, NAMES, TINT_SHARE, Census, colour_part

RED, BLUE, WHITE, BLACK = (200, 30, 40), (30, 60, 200), (250, 250, 250), (10, 10, 10)


def named(colour: tuple[int, int, int]) -> str:
    return NAMES[int(colour_part(to_oklab([colour]))[0])]


def palette(*swatches: tuple[tuple[int, int, int], float]) -> Palette:
    return tuple(Swatch("#" + bytes(colour).hex(), share) for colour, share in swatches)


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        (RED, "red"),
        (BLUE, "blue"),
        (WHITE, "white"),
        (BLACK, "black"),
        ((128, 128, 128), "grey"),
        ((245, 200, 40), "pale yellow"),
        ((110, 80, 50), "brown"),
        ((240, 220, 180), "cream"),
        ((20, 90, 40), "dark green"),
        ((80, 10, 40), "maroon"),
        ((230, 120, 20), "orange"),
    ],
)
def test_colours_have_the_names_people_give_them(colour: tuple[int, int, int], name: str) -> None:
    assert named(colour) == name


def test_every_colour_has_a_part_and_every_part_a_name() -> None:
    steps = np.arange(0, 256, 15, dtype=float)
    grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
    parts = colour_part(to_oklab(grid))
    assert parts.min() >= 0
    assert parts.max() < COLOUR_PARTS
    assert len(NAMES) == COLOUR_PARTS


def test_a_group_is_told_by_what_it_has_more_of_than_all() -> None:
    census = Census.of([palette((RED, 0.5), (BLACK, 0.5)), palette((BLUE, 0.5), (BLACK, 0.5))])
    (tint,) = census.tints(np.array([0]))
    assert (tint.name, tint.share, tint.times) == ("red", 0.5, 2.0)
    assert [tint.name for tint in census.tints(np.array([0, 1]))] == []


def test_a_groups_colour_is_the_mean_of_its_shades() -> None:
    shades = [palette((each, 1.0)) for each in ((200, 30, 40), (190, 20, 40), WHITE)]
    (tint,) = Census.of(shades).tints(np.array([0, 1]))
    red, green, _ = (int(tint.colour[i : i + 2], 16) for i in (1, 3, 5))
    assert 190 <= red <= 200
    assert 20 <= green <= 30


def test_a_speck_of_colour_tells_nothing() -> None:
    speck = TINT_SHARE / 2
    census = Census.of([palette((RED, speck), (BLACK, 1 - speck)), palette((BLACK, 1.0))])
    assert "red" not in [tint.name for tint in census.tints(np.array([0]))]


def test_a_group_may_be_compared_with_a_larger_one_of_its_own() -> None:
    census = Census.of([palette((each, 1.0)) for each in (RED, BLUE, WHITE, WHITE)])
    rows = np.array([0])
    assert census.tints(rows)[0].times == 4
    assert census.tints(rows, among=np.array([0, 1]))[0].times == 2


def test_nothing_is_said_of_no_posters() -> None:
    assert Census.of([palette((RED, 1.0))]).tints(np.array([], dtype=np.int64)) == []


def test_posters_of_unknown_colours_count_for_nothing() -> None:
    known = [palette((RED, 1.0)), palette((BLUE, 1.0))]
    beside, alone = Census.of([*known, (), ()]), Census.of(known).tints(np.array([0]))
    assert beside.tints(np.array([0])) == alone
    assert beside.tints(np.array([0, 2])) == alone
    assert beside.tints(np.array([0]), among=np.array([0, 1, 3])) == alone
    assert beside.tints(np.array([2, 3])) == []
