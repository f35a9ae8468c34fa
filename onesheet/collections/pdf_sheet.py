"""A contact sheet as a PDF, A4 landscape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from catalog.images import to_jpeg
from onesheet.collections.contact_sheet import Cell, ContactSheet, SheetGrid
from onesheet.collections.typefaces import other_typefaces, page_typeface

if TYPE_CHECKING:
    from fpdf import FPDF

A4 = SheetGrid(
    width=297, height=210, columns=7, rows=2, margin=12, gap=6, head=20, foot=6, words=23
)
_INK, _SOFT, _EDGE, _ACCENT = 25, 91, 200, (179, 38, 30)
FAMILY = "page"
_TITLE_SIZE, _FACTS_SIZE, _NOTE_SIZE = 8.5, 7.5, 7.5
"""Points."""
LEADING = 0.44
"""Millimetres a point: lines stand a quarter more apart than their letters are high."""
MOST_TITLE_LINES = 2
_LETTERS_LOOKED_AT = 600
"""At a time: more than the lines of any place take, since fpdf2 fails at a thousand that are dots
or spaces."""


def as_pdf(sheet: ContactSheet, undrawn: Callable[[str], str]) -> bytes:
    """The sheet as a PDF of as many pages as it takes; notes too long for their place stand whole
    on pages of their own at the end.

    `undrawn` makes the sentence that tells which scripts no typeface has.
    """
    document, missing = _document(sheet)
    remarks = [*sheet.remarks, *([undrawn(missing)] if missing else [])]
    pages, cut = list(A4.pages(sheet)), list[tuple[str, str]]()
    for number, cells in enumerate(pages, 1):
        document.add_page()
        if not _head(document, sheet, first=number == 1):
            cut.append(("", sheet.note))
        posters = [cell.poster for cell in cells if not _hang(document, cell)]
        cut += [(each.title, each.note) for each in posters]
        last = number == len(pages)
        _foot(document, f"{number} / {len(pages)}", " ".join(remarks) if last else "")
    _notes(document, sheet, cut)
    return bytes(document.output())


def _document(sheet: ContactSheet) -> tuple[FPDF, str]:
    """An empty document with the typefaces that the sheet needs, and the scripts that none has."""
    from fpdf import FPDF

    document = FPDF(orientation="landscape", unit="mm", format="A4")
    document.set_auto_page_break(auto=False)
    document.set_margin(A4.margin)
    document.c_margin = 0
    document.set_title(sheet.title)
    document.set_creator("Onesheet")
    for style, weight in (("", "Regular"), ("B", "SemiBold")):
        document.add_font(FAMILY, style, page_typeface(weight))
    others, missing = other_typefaces(_all_words(sheet))
    for path in others:
        document.add_font(path.stem, "", path)
    document.set_fallback_fonts([path.stem for path in others], exact_match=False)
    document.set_text_shaping(use_shaping_engine=True)
    return document, missing


def _all_words(sheet: ContactSheet) -> str:
    posters = (*sheet.searches, *sheet.films)
    words = [word for each in posters for word in (each.title, each.facts, each.note)]
    return " ".join((sheet.title, sheet.note, *sheet.remarks, *words))


def _head(document: FPDF, sheet: ContactSheet, *, first: bool) -> bool:
    """Write the title, and on the first page the note; return whether that is there whole."""
    x, y, width = A4.margin, A4.margin, A4.width - 2 * A4.margin
    _pen(document, 18 if first else 11, bold=True)
    y = _write_lines(document, sheet.title, x, y, width, 1)[0]
    if not (first and sheet.note):
        return True
    _pen(document, 9, shade=_SOFT)
    return _write_lines(document, sheet.note, x, y + 0.5, width, 2)[1]


def _hang(document: FPDF, cell: Cell) -> bool:
    """Draw a poster and its words; return whether its note is there whole."""
    poster, image = cell.poster, cell.poster.image()
    below = cell.top + cell.height
    if image is not None:
        where = cell.hung(image.size)
        below = where[1] + where[3]
        document.image(BytesIO(to_jpeg(image)), *where, alt_text=poster.title)
        document.set_line_width(0.1)
        document.set_draw_color(_EDGE)
        document.rect(*where)
    width = max(cell.width, A4.column)
    y, end = below + 1.5, below + cell.words
    _pen(document, _TITLE_SIZE, bold=True, shade=_ACCENT if poster.searched else _INK)
    y, _ = _write_lines(document, poster.title, cell.left, y, width, MOST_TITLE_LINES)
    if poster.facts:
        _pen(document, _FACTS_SIZE, shade=_SOFT)
        y, _ = _write_lines(document, poster.facts, cell.left, y, width, 1)
    if not poster.note:
        return True
    _pen(document, _NOTE_SIZE)
    room = int((end - y) / (_NOTE_SIZE * LEADING))
    return _write_lines(document, poster.note, cell.left, y + 0.5, width, room)[1]


def _foot(document: FPDF, number: str, remarks: str) -> None:
    _pen(document, 7.5, shade=_SOFT)
    y, width = A4.height - A4.margin - 3.5, A4.width - 2 * A4.margin
    _write_lines(document, remarks, A4.margin, y, width - 20, 1)
    document.set_xy(A4.margin, y)
    document.cell(width, 3.5, number, align="R")


def _notes(document: FPDF, sheet: ContactSheet, cut: Sequence[tuple[str, str]]) -> None:
    """The notes that were cut, whole, in a column that a reader's eye can follow; each below the
    title of its film, but the sheet's own, which has none."""
    if not cut:
        return
    document.set_auto_page_break(auto=True, margin=A4.margin)
    document.add_page()
    _head(document, sheet, first=False)
    document.set_xy(A4.margin, A4.margin + 10)
    for title, note in cut:
        if title:
            _pen(document, 9, bold=True)
            document.multi_cell(150, 9 * LEADING, title, align="L", new_x="LMARGIN")
        _pen(document, 9)
        for piece in wrap(note, _LETTERS_LOOKED_AT, replace_whitespace=False):
            document.multi_cell(150, 9 * LEADING, piece, align="L", new_x="LMARGIN")
        document.ln(2)


def _pen(
    document: FPDF, size: float, *, bold: bool = False, shade: int | tuple[int, int, int] = _INK
) -> None:
    document.set_font(FAMILY, "B" if bold else "", size)
    document.set_text_color(*((shade,) * 3 if isinstance(shade, int) else shade))


def _write_lines(
    document: FPDF, text: str, x: float, y: float, width: float, most: int
) -> tuple[float, bool]:
    """Write at most so many lines, the last one ending in … where there are more; return the place
    below them, and whether all of the text is there."""
    height = document.font_size_pt * LEADING
    looked_at = text[:_LETTERS_LOOKED_AT]
    wrapped: Any = document.multi_cell(
        width, height, looked_at or " ", align="L", dry_run=True, output="LINES"
    )
    lines: list[str] = wrapped if text else []
    shown, whole = lines[:most], len(lines) <= most and looked_at == text
    if shown and not whole:
        shown[-1] = _shortened(document, shown[-1], width)
    for line in shown:
        document.set_xy(x, y)
        document.cell(width, height, line)
        y += height
    return y, whole


def _shortened(document: FPDF, line: str, width: float) -> str:
    while line and document.get_string_width(f"{line}…") > width:
        line = line[:-1]
    return f"{line.rstrip()}…"
