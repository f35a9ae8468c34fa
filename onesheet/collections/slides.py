"""A contact sheet as slides for PowerPoint, 16:9, with pictures and texts that can be edited."""

from __future__ import annotations

import unicodedata
from io import BytesIO
from typing import TYPE_CHECKING, Any

from catalog.images import to_jpeg
from onesheet.collections.contact_sheet import Cell, ContactSheet, SheetGrid, SheetPoster

if TYPE_CHECKING:
    from pptx.presentation import Presentation

WIDESCREEN = SheetGrid(
    width=338.667, height=190.5, columns=7, rows=2, margin=12, gap=6, head=18, foot=4, words=21
)
"""Millimetres."""
BLANK = 6
"""The layout of python-pptx's template that has nothing on it."""
_INK, _SOFT, _ACCENT = (25, 25, 24), (91, 91, 87), (179, 38, 30)
LINE_OF_TITLE, LINE_OF_NOTE = 24, 28
"""Letters that a line of a column takes; those of East Asia count as two. Where words do not fit,
they are cut, and the slide's own notes have them whole."""


def as_slides(sheet: ContactSheet) -> bytes:
    """The sheet as a .pptx, a slide a page; notes are also the slides' notes, whole.

    Letters of any script are left to the typefaces of whoever opens it.
    """
    from pptx import Presentation

    deck = Presentation()
    deck.slide_width, deck.slide_height = _mm(WIDESCREEN.width), _mm(WIDESCREEN.height)
    deck.core_properties.title = sheet.title
    deck.core_properties.author = "Onesheet"
    pages = list(WIDESCREEN.pages(sheet))
    for number, cells in enumerate(pages, 1):
        _slide(deck, sheet, cells, first=number == 1, last=number == len(pages))
    buffer = BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def _slide(
    deck: Presentation, sheet: ContactSheet, cells: list[Cell], *, first: bool, last: bool
) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    left, top = WIDESCREEN.margin, WIDESCREEN.margin
    width = WIDESCREEN.width - 2 * WIDESCREEN.margin
    head: list[_Line] = [(sheet.title, 24 if first else 14, _INK, True)]
    if first and sheet.note:
        head.append((_cut(" ".join(sheet.note.split()), 170), 11, _SOFT, False))
    _write(slide, (left, top - 4, width, WIDESCREEN.head), head)
    for cell in cells:
        _hang_on(slide, cell)
    if last and sheet.remarks:
        y = WIDESCREEN.height - WIDESCREEN.margin - 1
        _write(slide, (left, y, width, 6), [(" ".join(sheet.remarks), 9, _SOFT, False)])
    said = [f"{each.poster.title}: {each.poster.note}" for each in cells if each.poster.note]
    if first and sheet.note:
        said.insert(0, sheet.note)
    if said:
        slide.notes_slide.notes_text_frame.text = "\n".join(said)


def _hang_on(slide: Any, cell: Cell) -> None:
    image, below = cell.poster.image(), cell.top + cell.height
    if image is not None:
        where = cell.hung(image.size)
        below = where[1] + where[3]
        picture = slide.shapes.add_picture(BytesIO(to_jpeg(image)), *map(_mm, where))
        title = "".join(filter(str.isprintable, cell.poster.title))  # XML takes nothing else
        picture.name = title
        picture._element.nvPicPr.cNvPr.set("descr", title)
    width = max(cell.width, WIDESCREEN.column)
    _write(slide, (cell.left, below + 1, width, cell.words), _words(cell.poster))


_Line = tuple[str, float, tuple[int, int, int], bool]
"""A paragraph: its text, its size in points, its colour, and whether it is bold."""


def _words(poster: SheetPoster) -> list[_Line]:
    colour = _ACCENT if poster.searched else _INK
    lines: list[_Line] = [(_cut(poster.title, 2 * LINE_OF_TITLE), 10, colour, True)]
    if poster.facts:
        lines.append((poster.facts, 9, _SOFT, False))
    if poster.note:
        room = LINE_OF_NOTE * (3 if _breadth(poster.title) <= LINE_OF_TITLE else 2)
        lines.append((_cut(" ".join(poster.note.split()), room), 9, _INK, False))
    return lines


def _write(slide: Any, room: tuple[float, float, float, float], lines: list[_Line]) -> None:
    """A text box of such lines; `room` is left, top, width and height."""
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    tint: Any = RGBColor
    frame = slide.shapes.add_textbox(*map(_mm, room)).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for place, (text, size, colour, bold) in enumerate(lines):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = tint(*colour)


def _cut(text: str, most: int) -> str:
    """
    >>> _cut("Vertigo", 10), _cut("The Treasure of the Sierra Madre", 12), _cut("七人の侍", 5)
    ('Vertigo', 'The Treasur…', '七人…')
    """
    if _breadth(text) <= most:
        return text
    while _breadth(text) > most - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _breadth(text: str) -> int:
    """In Latin letters."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def _mm(length: float) -> Any:
    """In PowerPoint's unit, of which a millimetre has 36,000."""
    return round(length * 36_000)
