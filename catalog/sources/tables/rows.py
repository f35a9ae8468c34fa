"""From a table's file to its rows: delimited text, JSON lines and Parquet, found by content."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from catalog.records import CatalogError
from catalog.sources.tables.columns import known_names
from catalog.sources.tables.delimited import TableRow, delimited_text
from catalog.sources.tables.encodings import (
    encoding_in_words,
    encoding_of,
    opened_bytes,
    opened_text,
)

_PARQUET: Final = b"PAR1"


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
    with opened_bytes(path) as file:
        head = file.read(4)
    if head == _PARQUET:
        return _parquet(path)
    encoding = encoding_of(path)
    with opened_text(path, encoding) as text:
        first = text.read(4096).lstrip("\ufeff \t\r\n")
    if first[:1] in ("{", "[") and '"' in first:
        return _json(path, encoding, lines=_is_one_a_line(path, encoding))
    return _delimited(path, encoding)


def _delimited(path: Path, encoding: str) -> TableRows:
    found = delimited_text(path, encoding)
    written = f"{found.delimiter}, {encoding_in_words(encoding)}"
    return TableRows(path, found.header, written, found.read)


def _json(path: Path, encoding: str, *, lines: bool) -> TableRows:
    """Objects, one a line, or all in one list."""

    def objects() -> Iterator[tuple[int, dict[str, Any]]]:
        with opened_text(path, encoding) as text:
            try:
                found = (
                    enumerate(text, 1) if lines else enumerate(_objects_listed(json.load(text)), 1)
                )
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

    written = "JSON lines" if lines else "JSON"
    return _of_objects(path, written, objects, _names_in(objects()))


def _is_one_a_line(path: Path, encoding: str) -> bool:
    """Whether the first line is an object that says something of a film."""
    with opened_text(path, encoding) as text:
        line = next((each for each in text if each.strip("\ufeff \t\r\n")), "")
    try:
        value = json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        # Torn, unless the object goes on below.
        return line.strip() not in ("{", "[") and not line.lstrip().startswith("[")
    return isinstance(value, dict) and known_names(list(value)) > 0


def _objects_listed(said: Any) -> list[Any]:
    """The list that a JSON document is, or holds under one of its names, or else the one object."""
    if isinstance(said, dict) and not known_names(list(said)):
        lists = [each for each in said.values() if isinstance(each, list)]
        return max(lists, key=len, default=[said])
    return [said] if isinstance(said, dict) else list(said)


def _names_in(objects: Iterator[tuple[int, dict[str, Any]]]) -> list[str]:
    """The names of all fields, each where it comes first; of a file that is torn further down those
    above, as reading its rows tells of it."""
    names: dict[str, None] = {}
    try:
        for _, each in objects:
            names.update(dict.fromkeys(each))
    except CatalogError:
        if not names:
            raise
    return list(names)


def _of_objects(
    path: Path,
    written: str,
    objects: Callable[[], Iterator[tuple[int, dict[str, Any]]]],
    header: list[str],
) -> TableRows:
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

    first = islice(objects(), 1)  # all rows have the fields of the schema
    return _of_objects(path, "Parquet", objects, _names_in(first))


def cells_by_name(rows: TableRows, names: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield each row's cells by the names of some columns, without case."""
    places = {name.casefold(): place for place, name in enumerate(rows.header)}
    wanted = {name: places[name] for name in names if name in places}
    for _, cells in rows.read():
        yield {name: cells[place] for name, place in wanted.items() if place < len(cells)}
