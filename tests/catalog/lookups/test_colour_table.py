"""Every poster's colours in memory: the same distances as of single palettes, and coverage."""

import numpy as np
import pytest

from catalog.database import querying
from catalog.images.palette import Palette, Swatch, palette_distances
from catalog.lookups.colour_table import ColourTable
from onesheet.instance import Instance

RED: Palette = (Swatch("#c0281f", 1.0),)
RED_AND_BLACK: Palette = (Swatch("#c0281f", 0.5), Swatch("#101010", 0.5))


@pytest.fixture
def table(instance: Instance) -> ColourTable:
    return instance.catalog.colours()


def test_it_measures_as_palettes_are_measured_one_by_one(
    instance: Instance, table: ColourTable
) -> None:
    cards = instance.catalog.cards(table.poster_ids.tolist())
    kept = instance.impressions.kept([each.content_hash for each in cards.values()])
    palettes = [kept[each.content_hash].palette for each in cards.values()]
    assert len(palettes) == len(instance.catalog.all_cards())
    expected = palette_distances(RED_AND_BLACK, palettes)
    assert table.distances(RED_AND_BLACK) == pytest.approx(expected, abs=2e-3)


def test_several_colours_must_all_be_there() -> None:
    points = ColourTable(
        np.array([1]), np.zeros((1, 6, 3), np.float32), np.zeros((1, 6), np.float32)
    )
    assert points.coverage(["#c0281f"]).shape == (1,)
    red, both = (_table_of(each) for each in (RED, RED_AND_BLACK))
    assert red.coverage(["#c0281f"])[0] == pytest.approx(1, abs=1e-3)
    assert both.coverage(["#c0281f"])[0] == pytest.approx(0.5, abs=1e-2)
    assert both.coverage(["#c0281f", "#101010"])[0] == pytest.approx(0.5, abs=1e-2)
    assert red.coverage(["#c0281f", "#1f4fa3"])[0] < 0.01


def test_a_new_poster_comes_into_it(instance: Instance) -> None:
    from tests.conftest import drawn_bytes, movie

    before = len(instance.catalog.colours().poster_ids)
    instance.catalog.add_many([(movie(501), drawn_bytes(501))], "drawn")
    card = instance.catalog.by_imdb(movie(501).imdb_id)[0]
    instance.impressions.of([card.content_hash])
    assert len(instance.catalog.colours().poster_ids) == before + 1


def _table_of(palette: Palette) -> ColourTable:
    from catalog.images.oklab import to_oklab
    from catalog.images.palette import CHROMATIC

    srgb = np.array([[list(bytes.fromhex(each.colour[1:])) for each in palette]], np.uint8)
    shares = np.array([[each.share for each in palette]], np.float32)
    return ColourTable(np.array([1]), (to_oklab(srgb) * CHROMATIC).astype(np.float32), shares)


def test_it_is_read_in_parts_and_of_some_posters_taken_out(
    instance: Instance, table: ColourTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.lookups.colour_table._AT_A_TIME", 7)
    with querying(instance.engine) as reader:
        again = ColourTable.read(reader)
    asked = [0, *table.poster_ids[[1, 3]].tolist(), 10**9]
    for one, other, rows in ((again, table, slice(None)), (table.of(asked), table, [1, 3])):
        np.testing.assert_array_equal(one.poster_ids, other.poster_ids[rows])
        np.testing.assert_array_equal(one.points, other.points[rows])
        np.testing.assert_array_equal(one.shares, other.shares[rows])
    assert len(table.of([]).poster_ids) == len(table.of([]).of([1]).poster_ids) == 0


def test_the_same_colours_are_at_the_same_distance_wherever_they_stand() -> None:
    posters = 8195  # a block and a few
    palette = [Swatch("#c0281f", 0.3), Swatch("#1f4fa3", 0.3), Swatch("#e8d9b0", 0.2)]
    palette += [Swatch("#101010", 0.1), Swatch("#7d8c6b", 0.06), Swatch("#5b2a6e", 0.04)]
    one = _table_of(tuple(reversed(palette)))
    table = ColourTable(
        np.arange(posters), np.repeat(one.points, posters, 0), np.repeat(one.shares, posters, 0)
    )
    assert len(np.unique(table.distances(tuple(palette)))) == 1
    assert len(np.unique(table.coverage(["#c0281f", "#1f4fa3"]))) == 1
