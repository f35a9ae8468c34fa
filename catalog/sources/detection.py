"""What lies at a path, as the source that reads it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from catalog.records import CatalogError
from catalog.sources.pictures.files import FolderContents, contents_of
from catalog.sources.pictures.finder import PictureFinder, is_elsewhere, is_file_in
from catalog.sources.pictures.picture_folder import PictureFolder
from catalog.sources.source import FilmSource
from catalog.sources.tables.columns import Columns, known_names, understood_columns
from catalog.sources.tables.film_table import FilmTable
from catalog.sources.tables.rows import TableRows, rows_of
from catalog.sources.values import present
from catalog.sources.web import Web

OWN_TABLE: Final = "movies.csv"
OWN_IMAGES: Final = "images"
_LINKS: Final = ("links.csv", "links.csv.gz")
_NEEDED: Final = ("imdb_id", "title", "genres")
_IDS_ALONE: Final = re.compile(r"\btt\d{5,10}\b|themoviedb\.org/movie/\d", re.IGNORECASE)


def source_at(
    path: Path, *, override: Mapping[str, str] | None = None, web: Web | None = None
) -> FilmSource:
    """Return the source of the films at a path: a table, or a folder with one, a media server's
    library, or pictures alone. The folder of a table that is named itself is looked through only
    where the table does not say where its pictures are.

    `override` names columns by meaning, see `understood_columns`; `web` fetches pictures. Raises
    `CatalogError`, one sentence that says what to do, where there are no films.
    """
    found = _found_at(path, override, web)
    if found.count() == 0:
        raise CatalogError(f"there are no films in {path}: nothing stands below its first line")
    return found


def _found_at(path: Path, override: Mapping[str, str] | None, web: Web | None) -> FilmSource:
    if path.is_file():
        return _table(path, path.parent, None, override, web)
    if not path.is_dir():
        raise CatalogError(f"{path} is neither a table nor a folder")
    if _is_own(path):
        return own_layout(path, override, web)
    contents = contents_of(path)
    table = _best_table(contents, override)
    if table is None:
        return PictureFolder(contents)
    return _table(table, table.parent, contents, override, web)


def own_layout(
    folder: Path, override: Mapping[str, str] | None = None, web: Web | None = None
) -> FilmTable:
    """Return the films of a folder laid out as ours: movies.csv, and images/ named by id.

    Raises `CatalogError` where either, or a needed column, is missing."""
    if not folder.is_dir():
        raise CatalogError(f"{folder} is not a folder")
    images = folder / OWN_IMAGES
    if not images.is_dir():
        raise CatalogError(f"{images} is missing: the posters belong there")
    if not (folder / OWN_TABLE).is_file():
        raise CatalogError(f"{folder / OWN_TABLE} is missing")
    rows = rows_of(folder / OWN_TABLE)
    finder = PictureFinder(folder, sorted(images.iterdir()), web)
    own = set(_NEEDED) <= {name.casefold() for name in rows.header}
    return FilmTable(rows, finder, override=override, own=own and not override)


def _is_own(folder: Path) -> bool:
    return (folder / OWN_TABLE).is_file() and (folder / OWN_IMAGES).is_dir()


def _table(
    path: Path,
    folder: Path,
    contents: FolderContents | None,
    override: Mapping[str, str] | None,
    web: Web | None,
) -> FilmTable:
    rows = rows_of(path)
    columns = _columns(rows, override)
    if contents is None and _says_where_pictures_are(rows, columns, folder):
        contents = FolderContents(folder)
    contents = contents or contents_of(folder)
    finder, links = PictureFinder(folder, contents.pictures, web), _links(columns, folder)
    others = [
        contents.name(each)
        for each in contents.tables
        if each != path and (links is None or each != links.path)
    ]
    return FilmTable(rows, finder, override=override, links=links, others=others)


def table_alone(path: Path) -> FilmTable:
    """Return the films of a table without any pictures. Raises `CatalogError`."""
    rows = rows_of(path)
    links = _links(_columns(rows, None), path.parent)
    return FilmTable(rows, PictureFinder(path.parent, ()), links=links)


def _links(columns: Columns, folder: Path) -> TableRows | None:
    """MovieLens's links.csv, where the table beside it has its numbers alone."""
    if "movielens" not in columns.places or "imdb_id" in columns.places:
        return None
    return next((rows_of(folder / name) for name in _LINKS if (folder / name).is_file()), None)


def _says_where_pictures_are(rows: TableRows, columns: Columns, folder: Path) -> bool:
    """Whether every picture that a table names is an address, or a file at the path it says."""
    if "picture" not in columns.places:
        return False
    found = False
    for _, row in rows.read():
        said = present(columns.cell(row, "picture"))
        if said and not is_elsewhere(said) and not is_file_in(folder, said):
            return False
        found = found or said is not None
    return found


def _columns(rows: TableRows, override: Mapping[str, str] | None) -> Columns:
    try:
        return understood_columns(rows.header, override)
    except CatalogError as error:
        if rows.header and _IDS_ALONE.search(rows.header[0]):
            raise CatalogError(
                f"{rows.path} lists ids alone; `onesheet import ids` finds such films at TMDB"
            ) from error
        raise CatalogError(f"{rows.path} {error}") from error


def _best_table(contents: FolderContents, override: Mapping[str, str] | None) -> Path | None:
    """The table that names films: the one that has the columns which are named by hand, whose
    columns tell most, then the largest."""
    ranked = []
    by_hand = {name.casefold() for name in (override or {}).values()}
    for path in contents.tables:
        if path.name.casefold() in _LINKS:
            continue
        try:
            header = rows_of(path).header
        except CatalogError:
            header = []
        known = known_names(header) + len(by_hand & {name.casefold() for name in header})
        ranked.append((known, path.stat().st_size, path))
    best = max(ranked, default=(0, 0, None), key=lambda each: each[:2])
    enough = best[0] >= 2 or (best[0] == 1 and (bool(by_hand) or not contents.pictures))
    return best[2] if enough else None
