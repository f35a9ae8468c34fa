"""A contact sheet: a collection's posters laid out on pages of a fixed grid, whoever draws it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from PIL import Image

from catalog.images import ImageError, decode
from catalog.images.surroundings.part import WHOLE_PICTURE, Part
from catalog.images.veil import veil

BLOCK_COLUMNS = 2
"""Columns that posters searched for take on the first page, over all of its rows: one of them
stands there large, up to four side by side."""

LARGEST_PIXEL = 1.5 * 25.4 / 96
"""Millimetres: one and a half of a screen's, as on pages."""


@dataclass(frozen=True)
class SheetPoster:
    """A poster and what stands below it."""

    path: Path
    title: str
    facts: str
    """Its year and rating, say; may be empty."""
    note: str = ""
    searched: bool = False
    """Whether the films were found by it."""
    part: Part = WHOLE_PICTURE
    veiled: bool = False
    """Whether nothing but its colours is shown."""

    def image(self) -> Image.Image | None:
        """The picture at the size it is stored in, RGB; None where its file is gone."""
        try:
            image = self.part.cut(decode(self.path.read_bytes()))
            return veil(image) if self.veiled else image
        except (OSError, ImageError):
            return None


@dataclass(frozen=True)
class ContactSheet:
    """What a sheet says; texts are in the reader's language."""

    title: str
    note: str
    searches: tuple[SheetPoster, ...]
    films: tuple[SheetPoster, ...]
    remarks: tuple[str, ...] = ()
    """Sentences below the last page, such as what is missing."""


@dataclass(frozen=True)
class Cell:
    """A poster's place on a page, in millimetres: the room of the picture, and below it that
    of its words."""

    poster: SheetPoster
    left: float
    top: float
    width: float
    height: float
    """Of the picture's room, which is 2:3; the picture stands on its lower edge."""
    words: float
    """How high the room for the words is."""
    large: bool = False
    """Whether the picture stands alone in its columns, and so hangs from the upper edge."""

    def hung(self, size: tuple[int, int]) -> tuple[float, float, float, float]:
        """Left, top, width and height of a picture of so many pixels: uncropped, on the lower edge
        unless it is `large`, enlarged no further than it bears."""
        scale = min(self.width / size[0], self.height / size[1], LARGEST_PIXEL)
        width, height = size[0] * scale, size[1] * scale
        top = self.top if self.large else self.top + self.height - height
        return self.left, top, width, height


@dataclass(frozen=True)
class SheetGrid:
    """Where posters stand on a page; all lengths are millimetres."""

    width: float
    height: float
    columns: int
    rows: int
    margin: float
    gap: float
    head: float
    """Above the first row."""
    foot: float
    """Below the last one."""
    words: float
    """Below each poster."""

    @cached_property
    def column(self) -> float:
        """How wide a column is."""
        room = self.width - 2 * self.margin - (self.columns - 1) * self.gap
        return room / self.columns

    @cached_property
    def row(self) -> float:
        """How high a row is, its words and the gap below it included."""
        room = self.height - 2 * self.margin - self.head - self.foot
        return room / self.rows

    def pages(self, sheet: ContactSheet) -> Iterator[list[Cell]]:
        """The cells of each page, at least one page."""
        block = BLOCK_COLUMNS if sheet.searches else 0
        first = list(self._searches(sheet.searches)) if block else []
        films = list(sheet.films)
        taken = (self.columns - block) * self.rows
        yield first + self._filled(films[:taken], block)
        for begin in range(taken, len(films), self.columns * self.rows):
            yield self._filled(films[begin : begin + self.columns * self.rows], 0)

    def _filled(self, films: Sequence[SheetPoster], block: int) -> list[Cell]:
        """The films row by row, the first columns left to what stands there."""
        across = self.columns - block
        return [
            self._cell(film, block + place % across, place // across)
            for place, film in enumerate(films)
        ]

    def _searches(self, searches: Sequence[SheetPoster]) -> Iterator[Cell]:
        if len(searches) == 1:
            yield self._cell(searches[0], 0, 0, across=BLOCK_COLUMNS, down=self.rows)
            return
        for place, searched in enumerate(searches[: BLOCK_COLUMNS * self.rows]):
            yield self._cell(searched, place % BLOCK_COLUMNS, place // BLOCK_COLUMNS)

    def _cell(
        self, poster: SheetPoster, column: int, row: int, across: int = 1, down: int = 1
    ) -> Cell:
        """A place that spans so many columns and rows."""
        room = across * self.column + (across - 1) * self.gap
        height = down * self.row - self.words - self.gap
        width = min(room, height / 1.5)
        return Cell(
            poster=poster,
            left=self.margin + column * (self.column + self.gap),
            top=self.margin + self.head + row * self.row,
            width=width,
            height=min(height, width * 1.5),
            words=self.words,
            large=across > 1,
        )
