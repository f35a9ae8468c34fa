"""The picture that stands for a result where its link is shared: the query and its five."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from catalog.images import ImageError, decode
from catalog.images.surroundings.part import WHOLE_PICTURE, Part
from catalog.images.veil import veil
from webapp.resources import TYPEFACE, typeface_folder

SIZE = (1200, 630)
"""Pixels, as the Open Graph's readers ask for."""
EDGE = 60
QUERY = (340, 510)
GAP = 18
COLUMN = EDGE + QUERY[0] + EDGE
"""Where the words and the five begin."""
FIVE = ((SIZE[0] - EDGE - COLUMN - 4 * GAP) // 5, 192)
WALL, INK, SOFT, LINE, DOT = "#f7f7f5", "#191918", "#5b5b57", "#c8c8c3", "#b3261e"
QUALITY = 88
KEPT = 64
"""Cards a process keeps, about 100 KB each; none is written to disk, so that a deleted upload
leaves no copy of itself behind."""


@dataclass(frozen=True)
class ShareCard:
    """What a card shows; equal ones are drawn once."""

    asked: tuple[Path, ...]
    """The posters asked about: one, or several that the results are like."""
    five: tuple[Path, ...]
    """The posters of the results, nearest first."""
    lead: str
    title: str
    films: str
    """The results' titles in a line."""
    part: Part = WHOLE_PICTURE
    """What was read of the one asked about."""
    veiled: bool = False
    """Whether nothing but its colours is shown."""

    def jpeg(self) -> bytes:
        """The card as a JPEG of `SIZE`. Raises OSError or ImageError where the query is gone."""
        return _drawn(self)


@lru_cache(maxsize=KEPT)
def _drawn(card: ShareCard) -> bytes:
    image = Image.new("RGB", SIZE, WALL)
    draw = ImageDraw.Draw(image)
    for path, (corner, room) in zip(card.asked, _rooms(len(card.asked)), strict=True):
        _hang(image, path, corner, room, card.part, card.veiled)
    y = EDGE - 6
    draw.text((COLUMN, y), card.lead, SOFT, _font(0, 28))
    y += 44
    for line in _lines(card.title, _font(1, 50), 2):
        draw.text((COLUMN, y), line, INK, _font(1, 50))
        y += 60
    top = 248
    for place, path in enumerate(card.five):
        _hang(image, path, (COLUMN + place * (FIVE[0] + GAP), top), FIVE)
    y = top + FIVE[1] + 22
    for line in _lines(card.films, _font(0, 22), 2):
        draw.text((COLUMN, y), line, SOFT, _font(0, 22))
        y += 30
    _sign(draw)
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue()


def _rooms(posters: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Within the room of the query, a corner and a size for each of its posters."""
    columns = math.ceil(math.sqrt(posters))
    width, height = ((side + GAP) // columns - GAP for side in QUERY)
    places = (divmod(place, columns) for place in range(posters))
    return [
        ((EDGE + column * (width + GAP), EDGE + row * (height + GAP)), (width, height))
        for row, column in places
    ]


def _hang(
    image: Image.Image,
    path: Path,
    corner: tuple[int, int],
    room: tuple[int, int],
    part: Part = WHOLE_PICTURE,
    veiled: bool = False,
) -> None:
    """A poster as large as the room lets it be, uncropped. One whose file is gone leaves its room
    empty, unless it is the one asked about."""
    try:
        least = room if part == WHOLE_PICTURE else None
        poster = part.cut(decode(path.read_bytes(), at_least=least))
    except (OSError, ImageError):
        if room == QUERY:
            raise
        return
    poster = veil(poster) if veiled else poster
    scale = min(room[0] / poster.width, room[1] / poster.height)
    size = (max(1, round(poster.width * scale)), max(1, round(poster.height * scale)))
    x, y = corner
    image.paste(poster.resize(size, Image.Resampling.LANCZOS), (x, y + room[1] - size[1]))
    box = (x, y + room[1] - size[1], x + size[0] - 1, y + room[1] - 1)
    ImageDraw.Draw(image).rectangle(box, outline=LINE)


def _lines(text: str, font: ImageFont.FreeTypeFont, most: int) -> list[str]:
    """The text broken at spaces into at most so many lines; what is left over ends in …."""
    width = SIZE[0] - EDGE - COLUMN
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] += "…"
    return [_cut(line, font, width) for line in kept]


def _cut(line: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    if font.getlength(line) <= width:
        return line
    while line and font.getlength(line + "…") > width:
        line = line[:-1]
    return line.rstrip(" …") + "…"


def _sign(draw: ImageDraw.ImageDraw) -> None:
    """The mark and the name, below on the left of the column."""
    x, y = COLUMN, SIZE[1] - EDGE - 32
    draw.rectangle((x, y, x + 21, y + 31), outline=INK, width=2)
    draw.ellipse((x + 6, y + 7, x + 15, y + 16), fill=DOT)
    draw.text((x + 36, y - 3), "Onesheet", INK, _font(1, 28))


@lru_cache(maxsize=8)
def _font(weight: int, size: int) -> ImageFont.FreeTypeFont:
    """0 is the regular weight of the page's own typeface, 1 the heavier one."""
    return ImageFont.truetype(typeface_folder() / TYPEFACE[weight], size)


def joined(titles: Sequence[str]) -> str:
    """The results' titles in a line.

    >>> joined(["Vertigo", "Rope"])
    'Vertigo · Rope'
    """
    return " · ".join(titles)
