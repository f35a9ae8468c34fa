"""A table of films as a source, whoever wrote it, with its pictures beside it or elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from catalog.records import CatalogError, MovieRecord
from catalog.sources.pictures.finder import MeantPicture, PictureFinder
from catalog.sources.source import SourceFilm, SourceNotes, names_listed, number_of
from catalog.sources.tables.columns import Columns, understood_columns
from catalog.sources.tables.rows import TableRows, cells_by_name
from catalog.sources.tables.table_record import Links, RowReader, movielens_links
from catalog.sources.values import present

FETCHES_AT_ONCE: Final = 4
_NO_PICTURES: Final = (
    "It has no pictures, so it brings the facts of films already here up to date and adds none."
)


class FilmTable:
    """Films by the rows of a table.

    `pictures` finds the rows' pictures; `own` says that the table is of our own layout; see
    `RowReader`."""

    name = "folder"

    def __init__(
        self,
        rows: TableRows,
        pictures: PictureFinder,
        *,
        override: Mapping[str, str] | None = None,
        links: TableRows | None = None,
        own: bool = False,
        others: Sequence[str] = (),
    ) -> None:
        """`links` is MovieLens's links.csv, `others` are tables that are left alone. Raises
        `CatalogError` where the columns cannot be understood."""
        try:
            self._columns: Columns = understood_columns(rows.header, override)
        except CatalogError as error:
            raise CatalogError(f"{rows.path} {error}") from error
        self._rows, self._pictures, self._own, self._others = rows, pictures, own, others
        found: Links = {}
        if links is not None and "movielens" in self._columns.places:
            found = movielens_links(list(cells_by_name(links, ("movieid", "imdbid", "tmdbid"))))
        self._reader = RowReader(self._columns, own, found)
        self._count: int | None = None

    @property
    def at_once(self) -> int:
        """See `FilmSource`: files are read one by one, addresses fetched together."""
        return FETCHES_AT_ONCE if "picture" in self._columns.places else 1

    @property
    def has_pictures(self) -> bool:
        """Whether a row may have one."""
        return bool(len(self._pictures)) or "picture" in self._columns.places

    def description(self) -> Sequence[str]:
        """See `FilmSource`."""
        places = self._columns.places
        read = [f"{name} from {self._columns.name(name)}" for name in places]
        lines = [
            f"A table, {self._rows.path}: {number_of(self.count(), 'row')}, {self._rows.written}.",
            f"Columns: {', '.join(read)}.",
        ]
        ignored = [
            n for place, n in enumerate(self._columns.header) if place not in places.values()
        ]
        if ignored:
            lines.append(f"Not read: {', '.join(name or '(no name)' for name in ignored)}.")
        if self._reader.links:
            lines.append("IMDb's and TMDB's numbers from links.csv beside it.")
        if len(self._pictures):
            lines.append(f"{number_of(len(self._pictures), 'picture')} beside it.")
        elif not self.has_pictures:
            lines.append(_NO_PICTURES)
        if self._others:
            lines.append(f"Tables left alone: {names_listed(self._others)}.")
        return lines

    def count(self) -> int:
        """See `FilmSource`: the table is read through once for it."""
        if self._count is None:
            self._count = sum(1 for _ in self._rows.read())
        return self._count

    def films(self, notes: SourceNotes) -> Iterator[SourceFilm]:
        """See `FilmSource`."""
        for line, row, record in self.records(notes):
            try:
                picture = self._picture(row, record)
            except CatalogError as error:
                notes.skipped.append(f"line {line}: {error}")
                continue
            if picture is None:
                yield SourceFilm(f"line {line}", record, None)
            else:
                where = f"line {line}: {picture.name}"
                yield SourceFilm(where, record, picture.read, picture.origin)
        if names := self._pictures.left_out():
            notes.warnings.append(
                f"pictures left out, since no row that is used names them: {len(names)} of the "
                f"{len(self._pictures)} beside the table ({names_listed(names)}); where that is "
                "not about them, import the folder without it"
            )

    def records(self, notes: SourceNotes) -> Iterator[tuple[int, Sequence[str], MovieRecord]]:
        """Yield each film's line, row and record, no picture looked for."""
        lines: dict[str, int] = {}
        for line, row in self._rows.read():
            try:
                record = self._record(line, row, notes)
                if record.imdb_id in lines:
                    named = record.title if record.imdb_id.startswith("file-") else record.imdb_id
                    first = lines[record.imdb_id]
                    raise CatalogError(f"{named} is already on line {first}")
            except CatalogError as error:
                notes.skipped.append(f"line {line}: {error}")
                continue
            lines[record.imdb_id] = line
            yield line, row, record

    def _record(self, line: int, row: Sequence[str], notes: SourceNotes) -> MovieRecord:
        width = len(self._columns.header)
        if len(row) < self._columns.needed or any(cell.strip() for cell in row[width:]):
            raise CatalogError("it does not have as many cells as there are columns")
        warnings: list[str] = []
        if len(row) < width:
            warnings.append("it has fewer cells than there are columns, the last of them")
        unknown: list[str] = []
        record = self._reader.record(row, warnings, unknown)
        notes.warnings += [f"line {line}: {warning}; left empty" for warning in warnings]
        notes.unknown_genres.update(unknown)
        return record

    def _picture(self, row: Sequence[str], record: MovieRecord) -> MeantPicture | None:
        """The row's picture; None where it has none. Raises `CatalogError` where one is meant that
        is not there."""
        said = present(self._columns.cell(row, "picture"))
        found = self._pictures.by_cell(said) if said else None
        if found is None:
            found = self._pictures.by_stem(self._reader.stems(row, record))
        if found is not None:
            return found
        if self._own:
            raise CatalogError(f"there is no images/{record.imdb_id}.webp (or .jpg, .png)")
        if said:
            raise CatalogError(f"there is no picture {said}")
        return None
