"""A folder of posters with a table of their films, laid out as ours, as a source of movies.

    DIR/movies.csv             one row a film; columns by name, in any order
    DIR/images/<imdb_id>.webp  or .jpg, .jpeg, .png

Needed columns: imdb_id, title, genres (joined with `|`). Read where present: tmdb_id, year,
rating (0-10), votes, split (train, val or test). Others are ignored. `catalog.sources.detection`
finds out what any other folder is.
"""

from pathlib import Path

from catalog.catalog import Catalog
from catalog.records import ImportReport
from catalog.sources.detection import own_layout
from catalog.sources.importing import FilmProgress, import_films


def import_folder(
    catalog: Catalog,
    folder: Path,
    *,
    progress: FilmProgress | None = None,
    workers: int | None = None,
) -> ImportReport:
    """Bring the catalogue up to date with a folder laid out as above; see `import_films`.

    Raises `CatalogError` when the folder, movies.csv, images/ or a needed column is missing, or
    movies.csv is no table.
    """
    return import_films(catalog, own_layout(folder), progress=progress, workers=workers)
