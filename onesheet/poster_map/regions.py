"""The map in words: where the posters of each genre hang, and beside which others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.records import FilmFacts
from onesheet.poster_map.frame import SIDE

CELLS = 32
"""Columns and rows of cells in which genres are compared."""
BESIDE = 2
"""Other genres that are named beside one."""


@dataclass(frozen=True)
class Region:
    """Where the posters of one genre hang."""

    genre: str
    films: int
    year: int | None
    """The median, where any is known."""
    rating: float | None
    """The mean, where any is known."""
    x: float
    y: float
    """The shares of all posters, 0 to 1, left of and above the genre's middle poster."""
    among: list[str]
    """The genres that hang most where it does."""


def regions_of(films: Sequence[FilmFacts], places: NDArray[np.float64]) -> list[Region]:
    """The regions of posters that lie at `places` float64[N, 2] in the square, the one with most
    films first; none where no film has a genre."""
    rows: dict[str, list[int]] = {}
    for row, film in enumerate(films):
        for genre in film.genres:
            rows.setdefault(genre, []).append(row)
    if not rows:
        return []
    ranks = places.argsort(axis=0).argsort(axis=0) / len(places)
    beside = _neighbours(rows, places)
    found = [
        _region(genre, [films[row] for row in those], ranks[those], beside[genre])
        for genre, those in rows.items()
    ]
    return sorted(found, key=lambda region: (-region.films, region.genre))


def _region(
    genre: str, films: Sequence[FilmFacts], ranks: NDArray[np.float64], among: list[str]
) -> Region:
    years = [film.year for film in films if film.year is not None]
    ratings = [film.rating for film in films if film.rating is not None]
    x, y = np.median(ranks, axis=0)
    return Region(
        genre=genre,
        films=len({film.movie_id for film in films}),
        year=int(np.median(years)) if years else None,
        rating=float(np.mean(ratings)) if ratings else None,
        x=float(x),
        y=float(y),
        among=among,
    )


def _neighbours(rows: Mapping[str, list[int]], places: NDArray[np.float64]) -> dict[str, list[str]]:
    """For each genre the BESIDE others whose shares of the map's cells are most like its own,
    by the Bhattacharyya coefficient; every genre counts alike, however many posters it has."""
    cells = np.minimum(places * (CELLS / SIDE), CELLS - 1).astype(np.intp)
    cell = cells[:, 1] * CELLS + cells[:, 0]
    names = list(rows)
    counts = np.stack([np.bincount(cell[rows[name]], minlength=CELLS * CELLS) for name in names])
    roots = np.sqrt(counts / counts.sum(axis=1, keepdims=True))
    alike = roots @ roots.T
    np.fill_diagonal(alike, -1.0)
    nearest = np.argsort(-alike, axis=1, kind="stable")[:, : min(BESIDE, len(names) - 1)]
    return {
        name: [names[other] for other in others]
        for name, others in zip(names, nearest, strict=True)
    }
