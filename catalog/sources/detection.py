"""What lies at a path, as the source that reads it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from catalog.records import CatalogError
from catalog.sources.pictures.files import FolderContents, contents_of
from catalog.sources.pictures.finder import PictureFinder
from catalog.sources.pictures.picture_folder import PictureFolder
from catalog.sources.source import FilmSource
from catalog.sources.tables.columns import known_names, understood_columns
from catalog.sources.tables.film_table import FilmTable
from catalog.sources.tables.rows import TableRows, rows_of
from catalog.sources.web import Web

OWN_TABLE: Final = "movies.csv"
OWN_IMAGES: Final = "images"
_LINKS: Final = ("links.csv", "links.csv.gz")
_NEEDED: Final = ("imdb_id", "title", "genres")


def source_at(
    path: Path, *, override: Mapping[str, str] | None = None, web: Web | None = None
) -> FilmSource:
    """Return the source of the films at a path: a table, or a folder with one, a media server's
    library, or pictures alone.

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
    table = _best_table(contents)
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
    columns = columns_of_table(rows, override)
    links = None
    if "movielens" in columns and "imdb_id" not in columns:
        links = next((rows_of(folder / n) for n in _LINKS if (folder / n).is_file()), None)
    if contents is None:
        contents = contents_of(folder)
    return FilmTable(
        rows, PictureFinder(folder, contents.pictures, web), override=override, links=links
    )


def columns_of_table(rows: TableRows, override: Mapping[str, str] | None) -> frozenset[str]:
    """Return which meanings the columns of a table have. Raises `CatalogError`."""
    try:
        return frozenset(understood_columns(rows.header, override).places)
    except CatalogError as error:
        raise CatalogError(f"{rows.path} {error}") from error


def _best_table(contents: FolderContents) -> Path | None:
    """The table that names films: the one whose columns tell most, then the largest."""
    ranked = []
    for path in contents.tables:
        if path.name.casefold() in _LINKS:
            continue
        try:
            known = known_names(rows_of(path).header)
        except CatalogError:
            known = 0
        ranked.append((known, path.stat().st_size, path))
    best = max(ranked, default=(0, 0, None), key=lambda each: each[:2])
    return best[2] if best[0] >= 2 or (best[0] == 1 and not contents.pictures) else None
