"""What hangs around a point of the map."""

import dataclasses

import numpy as np
import pytest

from onesheet.poster_map.frame import SIDE
from onesheet.poster_map.poster_map import AROUND, PosterMap

pytestmark = pytest.mark.usefixtures("mapped")


def test_a_point_knows_what_hangs_before_and_around_it(current: PosterMap) -> None:
    many = 4 * AROUND
    places = np.random.default_rng(0).integers(0, SIDE, (2, many)).astype(np.float32)
    wide = dataclasses.replace(current, poster_ids=np.arange(many) + 7, places=places)
    point = np.array([20000.0, 40000.0])
    assert wide.before(point) == ((places[0] < 20000).mean(), (places[1] < 40000).mean())
    far = np.hypot(*(places - point[:, None]))
    assert sorted(wide.nearest(point)) == sorted(far.argsort()[:AROUND] + 7)
