"""The file of points holds exactly what the catalogue and the index know."""

import numpy as np
import pytest

from onesheet.instance import Instance
from onesheet.poster_map.frame import SIDE
from onesheet.poster_map.points_file import UNRATED
from onesheet.poster_map.poster_map import PosterMap
from tests.onesheet.poster_map.conftest import read

pytestmark = pytest.mark.usefixtures("mapped")


def test_every_film_of_the_index_is_a_point(instance: Instance, current: PosterMap) -> None:
    points, cards = read(current.points()), instance.catalog.all_cards()
    assert points["ids"].tolist() == [card.poster_id for card in cards]
    assert points["count"] == current.count == len(cards)
    for row, card in enumerate(cards):
        bits = int(points["genres"][row])
        named = {name for bit, name in enumerate(points["names"]) if bits >> bit & 1}
        assert named == set(card.genres)
        assert points["years"][row] == (card.year or 0)
        rated = points["ratings"][row]
        assert rated == (UNRATED if card.rating is None else round(10 * card.rating))


def test_points_keep_the_shape_of_the_map_with_up_where_it_was(
    instance: Instance, current: PosterMap
) -> None:
    points, there = read(current.points()), instance.index().map
    assert there is not None
    across, down = points["x"].astype(float), points["y"].astype(float)
    scale = np.ptp(across) / np.ptp(there[:, 0])
    np.testing.assert_allclose(across - across[0], scale * (there[:, 0] - there[0, 0]), atol=1.1)
    np.testing.assert_allclose(down[0] - down, scale * (there[:, 1] - there[0, 1]), atol=1.1)
    assert max(np.ptp(across), np.ptp(down)) == SIDE
