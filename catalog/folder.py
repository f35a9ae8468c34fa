"""A folder of posters with a table of their films as a source of movies.

    DIR/movies.csv             one row a film; columns by name, in any order
    DIR/images/<imdb_id>.webp  or .jpg, .jpeg, .png

Needed columns: imdb_id, title, genres (joined with `|`). Read where present: tmdb_id, year,
rating (0-10), votes, split (train, val or test). Others are ignored.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalog.catalog import Catalog
from catalog.images import MAX_BYTES
from catalog.models import GENRE_SEPARATOR
from catalog.records import CatalogError, ImportReport, MovieRecord

SOURCE: Final = "folder"
_REQUIRED: Final = ("imdb_id", "title", "genres")
_EXTENSIONS: Final = (".webp", ".jpg", ".jpeg", ".png")
_MISSING: Final = frozenset({"", "\\n", "na", "n/a", "nan", "none", "null"})
_NO_GENRES: Final = "(no genres listed)"
_WHOLE: Final = re.compile(r"-?\d{1,18}(\.0*)?")
_DECIMAL: Final = re.compile(r"-?\d{1,18}(\.\d*)?|-?\.\d+")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Row:
    line: int
    record: MovieRecord
    image: Path


def import_folder(
    catalog: Catalog, folder: Path, *, progress: Progress | None = None, workers: int | None = None
) -> ImportReport:
    """Bring the catalogue up to date with a folder laid out as above.

    Repeating it changes nothing, and after an interruption it goes on from the last batch. A row
    that cannot be right, and a film whose image is missing or unreadable, is left out and reported
    with its line in movies.csv: mend it and import again. A film whose image has changed gets the
    new one as another poster. Splits are taken as given; see `ImportReport.across_splits`.

    `progress(done, total)` is called now and then, from the calling thread, with the number of
    rows dealt with and the number there are; the last call has done == total. Every import of
    this package follows that convention, and nothing here prints. `workers`: see
    `Catalog.add_many`.

    Raises `CatalogError` when the folder, movies.csv, images/ or a needed column is missing, or
    movies.csv is not CSV in UTF-8 (with or without a byte order mark).
    """
    images = _images(folder)
    skipped: list[str] = []
    rows = list(_rows(folder / "movies.csv", images, skipped))
    total = len(rows) + len(skipped)
    lines = {row.record.imdb_id: f"line {row.line}: {row.image.name}" for row in rows}

    def taken(count: int) -> None:
        if progress is not None:
            progress(count + len(skipped), total)

    taken(0)
    report = catalog.add_many(
        _with_bytes(rows, skipped),
        SOURCE,
        name=lambda record: lines[record.imdb_id],
        progress=taken,
        workers=workers,
    )
    taken(total - len(skipped))
    report.skipped[:] = sorted(skipped + report.skipped, key=_line_number)
    return report


def _images(folder: Path) -> dict[str, Path]:
    """Return the image of each id; of several the one whose extension is named first above."""
    if not folder.is_dir():
        raise CatalogError(f"{folder} is not a folder")
    if not (folder / "images").is_dir():
        raise CatalogError(f"{folder / 'images'} is missing: the posters belong there")
    found: dict[str, Path] = {}
    for path in (folder / "images").iterdir():
        rank = _rank(path)
        if rank is not None and (path.stem not in found or rank < (_rank(found[path.stem]) or 0)):
            found[path.stem] = path
    return found


def _rank(path: Path) -> int | None:
    extension = path.suffix.lower()
    return _EXTENSIONS.index(extension) if extension in _EXTENSIONS else None


def _rows(table: Path, images: Mapping[str, Path], skipped: list[str]) -> Iterator[_Row]:
    """Yield the rows that can be imported; add a line to `skipped` for each that cannot."""
    seen: dict[str, int] = {}
    for line, row in _cells(table):
        try:
            record = _record(row)
            if record.imdb_id in seen:
                raise CatalogError(f"{record.imdb_id} is already on line {seen[record.imdb_id]}")
            seen[record.imdb_id] = line
            if record.imdb_id not in images:
                raise CatalogError(f"there is no images/{record.imdb_id}.webp (or .jpg, .png)")
        except CatalogError as error:
            skipped.append(f"line {line}: {error}")
        else:
            yield _Row(line, record, images[record.imdb_id])


def _cells(table: Path) -> Iterator[tuple[int, dict[str, str] | None]]:
    """Yield each row's first line number and its cells by column; None for a row of the wrong
    length, which would put values under the wrong names."""
    if not table.is_file():
        raise CatalogError(f"{table} is missing")
    with table.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        line = 1
        try:
            header = [name.strip().lower() for name in next(reader, [])]
            _check_header(table, header)
            line = reader.line_num + 1
            for cells in reader:
                if cells:  # not a blank line
                    complete = len(cells) == len(header)
                    yield line, dict(zip(header, cells, strict=True)) if complete else None
                line = reader.line_num + 1
        except UnicodeDecodeError as error:
            raise CatalogError(f"{table} is not UTF-8; save it as CSV UTF-8") from error
        except csv.Error as error:
            raise CatalogError(f"{table}, line {line}: this is not CSV ({error})") from error


def _check_header(table: Path, header: list[str]) -> None:
    missing = [name for name in _REQUIRED if name not in header]
    if missing:
        raise CatalogError(
            f"{table} has no column {' or '.join(missing)}; its first line must name the columns"
        )
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise CatalogError(f"{table} has more than one column {' and '.join(twice)}")


def _record(row: Mapping[str, str] | None) -> MovieRecord:
    if row is None:
        raise CatalogError("it does not have as many cells as there are columns")
    genres = (genre.strip() for genre in row["genres"].split(GENRE_SEPARATOR))
    return MovieRecord(
        imdb_id=row["imdb_id"].strip(),
        tmdb_id=_whole(row, "tmdb_id"),
        title=row["title"].strip(),
        year=_whole(row, "year"),
        rating=_decimal(row, "rating"),
        votes=_whole(row, "votes"),
        genres=_each_once(g for g in genres if g and g.lower() != _NO_GENRES),
        split=_present(row, "split"),
    )


def _each_once(genres: Iterable[str]) -> tuple[str, ...]:
    """Each genre as it is written first: another case is no other genre."""
    spelled: dict[str, str] = {}
    for genre in genres:
        spelled.setdefault(genre.casefold(), genre)
    return tuple(spelled.values())


def _present(row: Mapping[str, str], column: str) -> str | None:
    text = row.get(column, "").strip()
    return None if text.lower() in _MISSING else text


def _whole(row: Mapping[str, str], column: str) -> int | None:
    """Read a whole number; "1999.0" is one too, since tables with holes are often saved so."""
    text = _present(row, column)
    if text is not None and not _WHOLE.fullmatch(text):
        raise CatalogError(f"{column} {text!r} is not a whole number")
    return None if text is None else int(text.partition(".")[0])


def _decimal(row: Mapping[str, str], column: str) -> float | None:
    text = _present(row, column)
    if text is not None and not _DECIMAL.fullmatch(text):
        raise CatalogError(f"{column} {text!r} is not a number")
    return None if text is None else float(text)


def _with_bytes(rows: list[_Row], skipped: list[str]) -> Iterator[tuple[MovieRecord, bytes]]:
    for row in rows:
        try:
            size = row.image.stat().st_size
            if size > MAX_BYTES:
                raise CatalogError(f"the file is larger than {MAX_BYTES >> 20} MB")
            data = row.image.read_bytes()
        except (OSError, CatalogError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            skipped.append(f"line {row.line}: {row.image.name}: {reason}")
        else:
            yield row.record, data


def _line_number(message: str) -> int:
    return int(message.split(":", 1)[0].removeprefix("line "))
