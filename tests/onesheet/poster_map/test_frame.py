"""The square that holds the map."""

import numpy as np

from onesheet.poster_map.frame import Frame


def test_a_map_of_one_place_still_has_a_frame() -> None:
    same = np.full((3, 2), 4.0, dtype=np.float32)
    assert np.isfinite(Frame.around(same).within(same)).all()
