"""From a table's file to its rows: delimiters, JSON lines and Parquet, found by content."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from catalog.records import CatalogError
from catalog.sources.tables.columns import known_names
from catalog.sources.tables.encodings import (
    encoding_in_words,
    encoding_of,
    opened_bytes,
    opened_text,
)

_DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SEPARATOR_LINE: Final = "sep="
_PARQUET: Final = b"PAR1"
_LOOKED_AT: Final = 20
"""TableRows from which the fields of JSON objects are gathered, and the first bytes of a table."""
_LONGEST_CELL: Final = 16 * 1024 * 1024

TableRow = tuple[int, list[str]]


@dataclass(frozen=True)
class TableRows:
    """A table: the names of its columns, how it is written, and its rows with their lines.

    `read()` begins anew each time. Lines are counted as an editor counts them, where there are
    any, else rows from 1."""

    path: Path
    header: list[str]
    written: str
    read: Callable[[], Iterator[TableRow]]


def rows_of(path: Path) -> TableRows:
    """Return a table's rows. Raises `CatalogError` for what is no table, or cannot be read as
    text."""
    csv.field_size_limit(_LONGEST_CELL)
    with opened_bytes(path) as file:
        head = file.read(4)
    if head == _PARQUET:
        return _parquet(path)
    encoding = encoding_of(path)
    with opened_text(path, encoding) as text:
        first = text.read(4096).lstrip("\ufeff \t\r\n")
    if first[:1] in ("{", "[") and '"' in first:
        return _json(path, encoding, lines=first[0] == "{")
    return _delimited(path, encoding)


def _delimited(path: Path, encoding: str) -> TableRows:
    delimiter, skipped = _delimiter(path, encoding)
    quoting = csv.QUOTE_MINIMAL
    read = _reader(path, encoding, delimiter, quoting, skipped)
    header = [name.strip() for name in next(iter(read()), (0, []))[1]]
    if delimiter == "\t" and "tconst" in header:
        # IMDb's files quote nothing, and titles begin with quotes.
        read = _reader(path, encoding, delimiter, csv.QUOTE_NONE, skipped)
    written = f"{_DELIMITERS[delimiter]}, {encoding_in_words(encoding)}"
    return TableRows(path, header, written, lambda: islice(read(), 1, None))


def _delimiter(path: Path, encoding: str) -> tuple[str, int]:
    """The delimiter, and how many lines stand before the header: that by which the header has the
    most names that mean something, then the most cells."""
    with opened_text(path, encoding) as text:
        head = list(islice(text, _LOOKED_AT))
    skipped = 0
    if head and head[0].casefold().startswith(_SEPARATOR_LINE):
        said = head[0][len(_SEPARATOR_LINE) :].rstrip("\r\n")
        if said in _DELIMITERS:
            return said, 1
        head, skipped = head[1:], 1

    def rank(delimiter: str) -> tuple[int, int]:
        try:
            header = next(csv.reader(head, delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return known_names(header), len(header)

    return max(_DELIMITERS, key=rank), skipped


def _reader(
    path: Path, encoding: str, delimiter: str, quoting: Any, skipped: int
) -> Callable[[], Iterator[TableRow]]:
    def read() -> Iterator[TableRow]:
        line = 1
        with opened_text(path, encoding) as text:
            reader = csv.reader(
                text, delimiter=delimiter, strict=quoting != csv.QUOTE_NONE, quoting=quoting
            )
            try:
                for cells in reader:
                    if cells and reader.line_num > skipped:
                        yield line, cells
                    line = reader.line_num + 1
            except csv.Error as error:
                raise CatalogError(f"{path}, line {line}: this is not CSV ({error})") from error

    return read


def _json(path: Path, encoding: str, *, lines: bool) -> TableRows:
    """Objects, one a line, or all in one list."""

    def objects() -> Iterator[tuple[int, dict[str, Any]]]:
        with opened_text(path, encoding) as text:
            try:
                found = enumerate(text, 1) if lines else enumerate(json.load(text), 1)
                for line, each in found:
                    if lines and not each.strip():
                        continue
                    value = json.loads(each) if lines else each
                    if not isinstance(value, dict):
                        raise ValueError("no object")
                    yield line, value
            except (ValueError, TypeError, RecursionError) as error:
                raise CatalogError(
                    f"{path} is no list of JSON objects, one a line ({error})"
                ) from error

    return _of_objects(path, "JSON lines" if lines else "JSON", objects)


def _of_objects(
    path: Path, written: str, objects: Callable[[], Iterator[tuple[int, dict[str, Any]]]]
) -> TableRows:
    header = list(dict.fromkeys(name for _, each in islice(objects(), _LOOKED_AT) for name in each))

    def read() -> Iterator[TableRow]:
        for line, each in objects():
            yield line, [_text(each.get(name)) for name in header]

    return TableRows(path, header, written, read)


def _text(value: Any) -> str:
    """A cell as the text that it would be in a CSV."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, default=str)
    return str(value)


def _parquet(path: Path) -> TableRows:
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise CatalogError(
            f'{path} is a Parquet file, which needs pyarrow: pip install "onesheet[parquet]"'
        ) from error

    def objects() -> Iterator[tuple[int, dict[str, Any]]]:
        number = 0
        try:
            with parquet.ParquetFile(path) as file:
                for batch in file.iter_batches(1000):
                    for each in batch.to_pylist():
                        number += 1
                        yield number, each
        except (OSError, ValueError) as error:
            raise CatalogError(f"{path} is no whole Parquet file; fetch it again") from error

    return _of_objects(path, "Parquet", objects)


def cells_by_name(rows: TableRows, names: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield each row's cells by the names of some columns, without case."""
    places = {name.casefold(): place for place, name in enumerate(rows.header)}
    wanted = {name: places[name] for name in names if name in places}
    for _, cells in rows.read():
        yield {name: cells[place] for name, place in wanted.items() if place < len(cells)}
