"""The genres' portraits, painted from all posters' embeddings and colours.

`onesheet.portraits.gallery` says what a portrait holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from catalog.catalog import PosterCard
from catalog.images.palette import Palette
from embedder import ModelCard
from embedder.parts import columns_of, promises_each
from genres.cooccurrence import circle, confusion, cooccurrence, false_alarms, lift
from genres.thresholds import above, best_thresholds
from index.clusters import clusters
from onesheet.portraits.colour_census import Census
from onesheet.portraits.gallery import TINTED, Companion, Decade, Gallery, Link, Portrait, Style

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

PORTRAIT_FILMS = 12
"""A genre with fewer films has no portrait."""
TYPICAL = 24
"""Posters that show a genre."""
MOST_STYLES = 6
"""Sub-styles at most."""
STYLE_FILMS = 20
"""Films a sub-style has on average at least."""
STYLE_POSTERS = 12
"""Posters that show a sub-style."""
DECADE_FILMS = 40
"""A decade with fewer films of all genres is left out."""
HELD_OUT_FILMS = 30
"""Films the model never learned from that a genre needs, to say what it is confused with."""
UNUSUAL_TIMES = 1.15
"""Times the usual share from which a companion or a confusion is told of."""
UNUSUAL_SHARE = 0.05
"""Share below which neither is told of."""
MOST_COMPANIONS = 4
"""Companions, or confusions, told of a genre or a sub-style at most."""
LINK_FILMS = 5
"""Films that two genres share at least to be linked."""


@dataclass(frozen=True)
class PosterSet:
    """Everything portraits are painted from: one poster a film, in one order.

    Attributes:
        cards: the posters; embeddings: float32 [N, D]; palettes: main colours, none where they
        are not known; held_out: bool [N], films the model never learned from.
    """

    cards: Sequence[PosterCard]
    embeddings: NDArray[np.float32]
    palettes: Sequence[Palette]
    held_out: Bools

    def first_of_each_film(self) -> PosterSet:
        """Each film by its newest poster that is no alternate, as `Catalog.film_facts` has it, or
        by its newest one where all are."""

        def order(row: int) -> tuple[bool, int]:
            return not self.cards[row].alternate, self.cards[row].poster_id

        ascending = sorted(range(len(self.cards)), key=order)
        rows = sorted({self.cards[row].movie_id: row for row in ascending}.values())
        return PosterSet(
            [self.cards[row] for row in rows],
            self.embeddings[rows],
            [self.palettes[row] for row in rows],
            self.held_out[rows],
        )


def portray(
    posters: PosterSet, card: ModelCard, *, model: str, index: str, seed: int = 0
) -> Gallery:
    """The portraits of all genres that the model knows and enough films have.

    `model`, `index`: fingerprints of what made and holds the embeddings; `seed`: of the search
    for sub-styles.
    """
    films = posters.first_of_each_film()
    names = [
        name for name in card.genres if sum(name in c.genres for c in films.cards) >= PORTRAIT_FILMS
    ]
    empty = Gallery(model, index, len(films.cards), int(films.held_out.sum()), (), (), ())
    if not names:
        return empty
    painter = _Painter(films, card, names, seed)
    painted = [painter.portrait(name) for name in names]
    return replace(
        empty,
        portraits=tuple(sorted(painted, key=lambda each: -each.films)),
        circle=painter.circle(),
        links=painter.links(),
    )


class _Painter:
    """What all genres' portraits have in common, worked out once."""

    def __init__(
        self, posters: PosterSet, card: ModelCard, names: Sequence[str], seed: int
    ) -> None:
        self.posters, self.card, self.names, self.seed = posters, card, names, seed
        self.truth: Bools = np.array([[name in c.genres for name in names] for c in posters.cards])
        self.census = Census.of(posters.palettes)
        self.looks = columns_of(card, posters.embeddings, "look")
        self.years = np.array([c.year or 0 for c in posters.cards])
        self.strength = promises_each(card, posters.embeddings, names)
        # A film whose genres nobody knows is not a film of none.
        known = np.array([len(c.genres) > 0 for c in posters.cards])
        self.known = self.truth[known]
        self.usual: Floats = self.known.mean(axis=0)
        nearness = (1 + np.clip(self.strength, -1, 1)) / 2
        read = above(nearness, best_thresholds(self.known, nearness[known]))
        judged = posters.held_out & known
        self.judged, self.read = self.truth[judged], read[judged]

    def portrait(self, name: str) -> Portrait:
        column = self.names.index(name)
        rows = np.flatnonzero(self.truth[:, column])
        typical = rows[np.argsort(-self.strength[rows, column], kind="stable")][:TYPICAL]
        return Portrait(
            name=name,
            films=len(rows),
            share=len(rows) / len(self.posters.cards),
            typical=self._ids(typical),
            tints=tuple(self.census.tints(rows)),
            styles=self._styles(rows, column),
            decades=self._decades(rows),
            companions=self._companions(rows, self.usual, column),
            confused=self._confused(column),
        )

    def circle(self) -> tuple[str, ...]:
        order = circle(np.sqrt(lift(self.known)))
        return tuple(self.names[place] for place in order)

    def links(self) -> tuple[Link, ...]:
        counts, times = cooccurrence(self.known), lift(self.known)
        return tuple(
            Link(self.names[i], self.names[j], int(counts[i, j]), round(float(times[i, j]), 3))
            for i, j in combinations(range(len(self.names)), 2)
            if counts[i, j] >= LINK_FILMS
        )

    def _styles(self, rows: Rows, column: int) -> tuple[Style, ...]:
        count = min(MOST_STYLES, len(rows) // STYLE_FILMS)
        if count < 2:
            return ()
        group, closeness = clusters(self.looks[rows], count, seed=self.seed)
        return tuple(
            self._style(rows[group == each], closeness[group == each], rows, column)
            for each in range(int(group.max()) + 1)
        )

    def _style(
        self, members: Rows, closeness: NDArray[np.float32], genre: Rows, column: int
    ) -> Style:
        nearest = members[np.argsort(-closeness, kind="stable")]
        years = self.years[members]
        years = years[years > 0]
        low, high = np.quantile(years, (0.25, 0.75)).round() if len(years) else (0, 0)
        return Style(
            films=len(members),
            posters=self._ids(nearest[:STYLE_POSTERS]),
            tints=tuple(self.census.tints(members, among=genre)),
            years=(int(low), int(high)) if len(years) else None,
            companions=self._companions(members, self.truth[genre].mean(axis=0), column),
        )

    def _decades(self, rows: Rows) -> tuple[Decade, ...]:
        decades = self.years // 10 * 10
        found = []
        for first in np.unique(decades[decades > 0]):
            all_films, films = int((decades == first).sum()), rows[decades[rows] == first]
            if all_films >= DECADE_FILMS:
                coloured, share = self.census.known(films), len(films) / all_films
                tints = self.census.tints(films) if coloured >= TINTED else []
                found.append(Decade(int(first), len(films), share, tuple(tints), coloured))
        return tuple(found)

    def _companions(self, rows: Rows, usual: Floats, column: int) -> tuple[Companion, ...]:
        """Other genres that the films `rows` have more often than usual."""
        share = self.truth[rows].mean(axis=0)
        return self._unusual(share, usual, column)

    def _confused(self, column: int) -> tuple[Companion, ...]:
        """Genres whose proxies posters of this one are near, although their films lack them."""
        if self.judged[:, column].sum() < HELD_OUT_FILMS:
            return ()
        share, usual = self._misread
        return self._unusual(share[column], usual, column)

    @cached_property
    def _misread(self) -> tuple[Floats, Floats]:
        """Of held-out posters of each genre, float64[C, C], and of all, float64[C], the share that
        is read as each genre without being of it."""
        share = np.nan_to_num(confusion(self.judged, self.read))
        return share, false_alarms(self.judged, self.read)

    def _unusual(self, share: Floats, usual: Floats, column: int) -> tuple[Companion, ...]:
        """The genres whose share tells most beside the usual one."""
        times = share / np.maximum(usual, 1e-9)
        telling = share * np.log(np.maximum(times, 1e-9))
        found = [
            Companion(self.names[each], round(float(share[each]), 4), round(float(times[each]), 3))
            for each in np.argsort(-telling, kind="stable")
            if each != column and share[each] >= UNUSUAL_SHARE and times[each] >= UNUSUAL_TIMES
        ]
        return tuple(sorted(found[:MOST_COMPANIONS], key=lambda each: -each.share))

    def _ids(self, rows: Rows) -> tuple[int, ...]:
        return tuple(self.posters.cards[row].poster_id for row in rows)
