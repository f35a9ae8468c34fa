"""Delimited text as rows: where its header stands, which delimiter it has, quotes that are odd."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any, Final

from catalog.records import CatalogError
from catalog.sources.tables.columns import known_names
from catalog.sources.tables.encodings import opened_text

_DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SEPARATOR_LINE: Final = "sep="
_HEAD_LINES: Final = 20
"""Lines among which the header is looked for."""
_TELLING: Final = 2
"""Known names of columns that a header has more than the first line, where that is none."""
_LONGEST_CELL: Final = 16 * 1024 * 1024
_BEGUN: Final = "unexpected end of data"

TableRow = tuple[int, list[str]]
"""A row's line, as an editor counts it where there are lines, and its cells."""


@dataclass(frozen=True)
class DelimitedText:
    """A delimited file: its columns' names, its delimiter in words, and its rows, read anew each
    time."""

    header: list[str]
    delimiter: str
    read: Callable[[], Iterator[TableRow]]


def delimited_text(path: Path, encoding: str) -> DelimitedText:
    """Return what a file in an encoding holds. Raises `CatalogError` for what is no text in it."""
    csv.field_size_limit(_LONGEST_CELL)
    with opened_text(path, encoding) as text:
        head = list(islice(text, _HEAD_LINES))
    if "".join(head).lstrip("\ufeff \t\r\n").startswith("<"):
        raise CatalogError(f"{path} is a web page or XML, no table; save the table itself as CSV")
    delimiter, skipped = _delimiter(head)
    read = _reader(path, encoding, delimiter, skipped, csv.QUOTE_MINIMAL)
    header = [name.strip() for name in next(iter(read()), (0, []))[1]]
    if delimiter == "\t" and "tconst" in header:
        # IMDb's files quote nothing, and titles begin with quotes.
        read = _reader(path, encoding, delimiter, skipped, csv.QUOTE_NONE)
    written = _DELIMITERS.get(delimiter, f"parted by {delimiter}")
    return DelimitedText(header, written, lambda: islice(read(), 1, None))


def _delimiter(head: list[str]) -> tuple[str, int]:
    """The delimiter, and how many lines stand before the header: by which the header has the most
    names that mean something, then the most cells. The first line is it, unless another one has
    several such names more: some lists begin with what they are."""
    first = 0
    if head:
        said = head[0].lstrip("\ufeff").rstrip("\r\n").strip('"')
        if said.casefold().startswith(_SEPARATOR_LINE):
            first = 1
            if len(said) == len(_SEPARATOR_LINE) + 1:
                return said[-1], first

    def rank(delimiter: str, place: int) -> tuple[int, int]:
        try:
            header = next(csv.reader(head[place:], delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return known_names(header), len(header)

    best = max(_DELIMITERS, key=lambda each: rank(each, first))
    known = rank(best, first)[0]
    later = max(
        (
            (rank(each, place)[0], -place, each)
            for place in range(first, len(head))
            for each in _DELIMITERS
        ),
        default=(0, 0, best),
    )
    return (later[2], -later[1]) if later[0] >= known + _TELLING else (best, first)


def _reader(
    path: Path, encoding: str, delimiter: str, skipped: int, quoting: Any
) -> Callable[[], Iterator[TableRow]]:
    def read() -> Iterator[TableRow]:
        with opened_text(path, encoding) as text:
            for _ in islice(text, skipped):
                pass
            if quoting == csv.QUOTE_NONE:
                rows = csv.reader(text, delimiter=delimiter, quoting=quoting)
                yield from ((skipped + rows.line_num, cells) for cells in rows if cells)
            else:
                yield from _quoted_rows(path, text, delimiter, skipped)

    return read


def _quoted_rows(
    path: Path, text: TextIOWrapper, delimiter: str, skipped: int
) -> Iterator[TableRow]:
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for each in text:
            taken.append(each)
            yield each

    rows = csv.reader(lines(), delimiter=delimiter, strict=True)
    line = skipped + 1
    while True:
        try:
            cells = next(rows, None)
            if cells is None:
                return
            if cells:
                yield line, cells
        except csv.Error as error:
            mended = _mended(taken, delimiter, error)
            if mended is None:
                raise CatalogError(f"{path}, line {line}: this is not CSV ({error})") from error
            yield from ((line + place, cells) for place, cells in mended)
        line = skipped + rows.line_num + 1
        taken.clear()


def _mended(taken: list[str], delimiter: str, error: csv.Error) -> list[TableRow] | None:
    r"""The rows in lines that CSV's rules refuse: quotes written as \", as databases export them,
    or a quote in the midst of a cell. None for a quote that never ends, and a cell without end."""
    if '\\"' in "".join(taken):
        escaped = csv.reader(
            taken, delimiter=delimiter, escapechar="\\", doublequote=False, strict=True
        )
        try:
            return _placed(escaped)
        except csv.Error:
            pass
    if _BEGUN in str(error) or "field" in str(error):
        return None
    return _placed(csv.reader(taken, delimiter=delimiter))


def _placed(rows: Any) -> list[TableRow]:
    """Rows with how many lines stand before each."""
    found: list[TableRow] = []
    before = 0
    for cells in rows:
        if cells:
            found.append((before, cells))
        before = rows.line_num
    return found
