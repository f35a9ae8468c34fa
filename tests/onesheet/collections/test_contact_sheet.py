from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from onesheet.collections.contact_sheet import Cell, ContactSheet, SheetGrid, SheetPoster
from onesheet.collections.pdf_sheet import A4
from onesheet.collections.slides import WIDESCREEN


def apart(one: Cell, other: Cell) -> bool:
    return (
        one.left + one.width < other.left
        or other.left + other.width < one.left
        or one.top + one.height + one.words < other.top
        or other.top + other.height + other.words < one.top
    )


@pytest.mark.parametrize("grid", [A4, WIDESCREEN])
@pytest.mark.parametrize("searches", [0, 1, 3, 4])
def test_every_poster_has_a_place_of_its_own_on_the_page(grid: SheetGrid, searches: int) -> None:
    posters = [SheetPoster(Path(str(n)), str(n), "") for n in range(40)]
    sheet = ContactSheet("", "", tuple(posters[:searches]), tuple(posters[searches:]))
    pages = list(grid.pages(sheet))
    assert [cell.poster for page in pages for cell in page] == posters
    for page in pages:
        assert all(apart(one, other) for one, other in combinations(page, 2))
        for cell in page:
            assert cell.left >= grid.margin
            assert cell.left + max(cell.width, grid.column) <= grid.width - grid.margin + 0.01
            assert cell.top >= grid.margin + grid.head
            assert cell.top + cell.height + cell.words <= grid.height - grid.margin - grid.foot
    if searches == 1:
        assert pages[0][0].height > 1.8 * pages[0][1].height


def test_a_picture_stands_on_the_lower_edge_uncropped_and_no_larger_than_it_bears() -> None:
    cell = Cell(SheetPoster(Path(), "", ""), left=10, top=20, width=30, height=45, words=20)
    assert cell.hung((2000, 1500)) == pytest.approx((10, 20 + 45 - 22.5, 30, 22.5))
    small = cell.hung((20, 30))
    assert small[2] == pytest.approx(20 * 1.5 * 25.4 / 96)
    assert small[1] + small[3] == pytest.approx(65)
    assert replace(cell, large=True).hung((20, 30))[1] == 20


def test_a_poster_whose_file_is_gone_has_no_picture(hung: Callable[..., SheetPoster]) -> None:
    poster = hung(1)
    found = poster.image()
    assert found is not None
    assert found.size == (200, 300)
    poster.path.unlink()
    assert poster.image() is None
