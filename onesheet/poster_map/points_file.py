"""The map of all posters as a browser gets it: one file of points.

The file is little-endian: the header's length in bytes as uint32, the header as JSON (padded with
spaces to a multiple of four), then columns one after the other, each of `count` values in the order
of poster ids:

    uint32  poster id, less the one before it (so it packs to almost nothing)
    uint32  the film's genres, bit i for the header's i-th genre
    uint16  x, and
    uint16  y, down the page, within a square of side 65535
    uint16  year, 0 where it is unknown
    uint8   rating in tenths, 255 where there is none
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from catalog.records import FilmFacts
from onesheet.poster_map.frame import SIDE

GENRE_BITS = 32
"""Genres that the file can tell apart; rarer ones are left out of it."""
UNRATED = 255


def points_file(films: Sequence[FilmFacts], places: NDArray[np.float64]) -> bytes:
    """The file, as the module describes it, of posters ordered by id that lie at `places`
    float64[N, 2] in the square."""
    often = Counter(genre for film in films for genre in film.genres)
    genres = [genre for genre, _ in often.most_common(GENRE_BITS)]
    bit = {genre: 1 << place for place, genre in enumerate(genres)}
    header = json.dumps({"count": len(films), "side": SIDE, "genres": genres}).encode()
    header += b" " * (-len(header) % 4)
    ids = np.array([film.poster_id for film in films], dtype=np.int64)
    across, down = places.round().astype("<u2").T
    columns = [
        np.diff(ids, prepend=0).astype("<u4"),
        np.array([sum(bit.get(g, 0) for g in film.genres) for film in films], dtype="<u4"),
        across,
        down,
        np.array([film.year or 0 for film in films], dtype="<u2"),
        np.array([_tenths(film.rating) for film in films], dtype="u1"),
    ]
    return b"".join(
        [len(header).to_bytes(4, "little"), header, *(column.tobytes() for column in columns)]
    )


def _tenths(rating: float | None) -> int:
    return UNRATED if rating is None else round(10 * rating)
