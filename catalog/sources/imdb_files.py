"""IMDb's files for personal, non-commercial use, which bring the facts of known films up to date.

`title.basics.tsv.gz` tells year, genres and what is for adults, `title.ratings.tsv.gz` rating and
votes. They hold millions of titles, so they are read line by line, and only films of the catalogue
are kept.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from catalog.catalog import Catalog
from catalog.records import CatalogError, ImportReport, MovieRecord
from catalog.sources.genre_vocabulary import genres_in
from catalog.sources.tables.encodings import opened_bytes
from catalog.sources.values import UnreadableValueError, rating_in, votes_in, year_in

BASICS_FILES: Final = ("title.basics.tsv.gz", "title.basics.tsv")
RATINGS_FILES: Final = ("title.ratings.tsv.gz", "title.ratings.tsv")
_TOLD_EVERY: Final = 200_000

V = TypeVar("V")

Lines = dict[str, list[str]]


def refresh_from_imdb(
    catalog: Catalog, folder: Path, *, progress: Callable[[int, int], None] | None = None
) -> ImportReport:
    """Bring known films up to date with the files of a folder: year, genres, rating, votes, and
    whether they are for adults.

    No film is added, and no title changed. `progress(lines, lines)` is called now and then. Raises
    `CatalogError` where the folder has neither file, or one that is something else. A value that
    means nothing is left as it was, with a warning.
    """
    basics, ratings = _file(folder, BASICS_FILES), _file(folder, RATINGS_FILES)
    if basics is None and ratings is None:
        raise CatalogError(f"{folder} has neither {BASICS_FILES[0]} nor {RATINGS_FILES[0]}")
    known = {each.encode() for each in catalog.known_films().imdb_ids()}
    read = 0

    def lines(path: Path | None, columns: tuple[str, ...]) -> Lines:
        nonlocal read
        found: Lines = {}
        for number, row in _rows_of_known(path, columns, known) if path else ():
            if row:
                found[row[0]] = row[1:]
            if progress is not None and number % _TOLD_EVERY == 0:
                progress(read + number, read + number)
        read += number if path else 0
        return found

    rated = lines(ratings, ("tconst", "averageRating", "numVotes"))
    told = lines(basics, ("tconst", "startYear", "genres", "isAdult"))
    warnings: list[str] = []
    records = (
        _record(each, told.get(each), rated.get(each), warnings) for each in sorted(told | rated)
    )
    report = catalog.add_many(((record, None) for record in records), "imdb")
    report.warnings[:0] = warnings
    return report


def _record(
    imdb_id: str, told: list[str] | None, rated: list[str] | None, warnings: list[str]
) -> MovieRecord:
    def value(read: Callable[[str], V | None], text: str) -> V | None:
        try:
            return read(text)
        except UnreadableValueError as error:
            warnings.append(f"{imdb_id}: {error}; left as it was")
            return None

    year, genres, adult = told or ("", "", "")
    rating, votes = rated or ("", "")
    return MovieRecord(
        imdb_id=imdb_id,
        tmdb_id=None,
        title=imdb_id,  # an id is no title: the known one stays
        year=value(year_in, year),
        rating=value(rating_in, rating),
        votes=value(votes_in, votes),
        genres=genres_in(genres)[0],
        split=None,
        adult={"0": False, "1": True}.get(adult),
    )


def _rows_of_known(
    path: Path, columns: tuple[str, ...], known: set[bytes]
) -> Iterator[tuple[int, list[str]]]:
    """Yield each line's number, with the cells of the columns where it is a known film's."""
    with opened_bytes(path) as file:
        header = file.readline().decode("utf-8", "replace").rstrip("\r\n").split("\t")
        if not set(columns) <= set(header) or header[0] != columns[0]:
            raise CatalogError(f"{path} is not IMDb's file: it has no {', '.join(columns)}")
        places = [header.index(name) for name in columns]
        number = 0
        for number, line in enumerate(file, 1):
            if line[: line.find(b"\t")] not in known:
                if number % _TOLD_EVERY == 0:
                    yield number, []
                continue
            cells = line.decode("utf-8", "replace").rstrip("\r\n").split("\t")
            if len(cells) == len(header):
                yield number, [cells[place] for place in places]
        yield number, []


def _file(folder: Path, names: tuple[str, ...]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_file()), None)
