"""Which films of a catalogue are one film under two ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from catalog.images import NEAR_DUPLICATE
from catalog.lookups.title_folding import bare, folded

YEARS_APART: Final = 1
"""Sources date a film by its first showing or by its release."""


def title_key(title: str) -> int:
    """Return a number that titles share which are the same but for case, accents, punctuation and a
    leading article; another one in each process."""
    return hash(bare(folded(title)))


@dataclass(frozen=True)
class FilmTraits:
    """What tells of N posters whether their films are one, row by row.

    Attributes:
        movies: int64[N].
        titles: int64[N], keys.
        years: int64[N], -1 where unknown.
        tmdb_ids: int64[N], 0 where unknown.
        identified: bool[N], whether the film's id is IMDb's, or the demo's own.
        hashes: uint64[N], perceptual.
    """

    movies: NDArray[np.int64]
    titles: NDArray[np.int64]
    years: NDArray[np.int64]
    tmdb_ids: NDArray[np.int64]
    identified: NDArray[np.bool_]
    hashes: NDArray[np.uint64]

    def rows(self, chosen: NDArray[Any]) -> FilmTraits:
        """Return some of the rows."""
        return FilmTraits(**{name: column[chosen] for name, column in vars(self).items()})

    def joined(self, other: FilmTraits) -> FilmTraits:
        """Return these rows and then those of another."""
        mine, others = vars(self), vars(other)
        return FilmTraits(**{name: np.concatenate([mine[name], others[name]]) for name in mine})


Agreement = Callable[[FilmTraits, FilmTraits], NDArray[np.bool_]]
"""Whether the films of rows are one, row by row."""


def same_films(traits: FilmTraits) -> dict[int, int]:
    """Return for each film that stands there under several ids the least of them.

    Two ids are one film where TMDB's number is the same. So they are where the title is, if also
    a poster of one is a poster of the other, by perceptual hash, and the years are at most one
    apart as far as they are known; or if one film's IMDb id is not known, the year is the same, and
    no two films of that title and year are known apart. The title and the year of films with ids of
    their own say nothing: nearly all such films are two (docs/decisions/0026).
    """
    groups: dict[int, set[int]] = {}
    numbered, titled = traits.rows(traits.tmdb_ids > 0), _with_namesakes(traits)
    unclear = _of_several_films(titled)
    clear = titled.rows(np.array([each not in unclear for each in _dated(titled)], np.bool_))
    for pairs in (
        _pairs(numbered, numbered.tmdb_ids, lambda one, _: one.movies >= 0),
        _pairs(titled, titled.titles, _of_one_picture),
        _pairs(clear, clear.titles, _of_one_name),
    ):
        for one, other in pairs:
            group = groups.get(one, {one}) | groups.get(other, {other})
            groups |= dict.fromkeys(group, group)
    return {movie: min(group) for movie, group in groups.items()}


def _with_namesakes(traits: FilmTraits) -> FilmTraits:
    """The few posters whose title another poster has too."""
    _, title, times = np.unique(traits.titles, return_inverse=True, return_counts=True)
    return traits.rows(times[title] > 1)


def _dated(traits: FilmTraits) -> list[tuple[int, int]]:
    return list(zip(traits.titles.tolist(), traits.years.tolist(), strict=True))


def _of_several_films(traits: FilmTraits) -> set[tuple[int, int]]:
    """Titles and years of which several films have an IMDb id, or several a number at TMDB."""
    numbered = traits.rows(traits.tmdb_ids > 0)
    identified = traits.rows(traits.identified)
    found: set[tuple[int, int]] = set()
    for some, ids in ((identified, identified.movies), (numbered, numbered.tmdb_ids)):
        films = set(zip(_dated(some), ids.tolist(), strict=True))
        times = Counter(dated for dated, _ in films)
        found |= {dated for dated, count in times.items() if count > 1}
    return found


def _of_one_picture(one: FilmTraits, other: FilmTraits) -> NDArray[np.bool_]:
    unknown = (one.years < 0) | (other.years < 0)
    near = unknown | (np.abs(one.years - other.years) <= YEARS_APART)
    return np.asarray(near & (np.bitwise_count(one.hashes ^ other.hashes) <= NEAR_DUPLICATE))


def _of_one_name(one: FilmTraits, other: FilmTraits) -> NDArray[np.bool_]:
    unidentified = ~(one.identified & other.identified)
    return np.asarray(unidentified & (one.years == other.years) & (one.years >= 0))


def _pairs(
    traits: FilmTraits, keys: NDArray[np.int64], agree: Agreement
) -> Iterator[tuple[int, int]]:
    """Two films each that share a key and agree: rows are compared with those one, two and more
    places further, in the order of the keys, until none has the same."""
    order = np.argsort(keys, kind="stable")
    first = np.arange(len(order))
    for further in range(1, len(order)):
        first = first[first + further < len(order)]
        first = first[keys[order[first]] == keys[order[first + further]]]
        if not len(first):
            return
        one, other = traits.rows(order[first]), traits.rows(order[first + further])
        same = (one.movies != other.movies) & agree(one, other)
        yield from zip(one.movies[same].tolist(), other.movies[same].tolist(), strict=True)
