"""One row of a table as a record of a film; what means nothing is left empty and told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from catalog.records import SPLITS, CatalogError, MovieRecord, is_at_imdb
from catalog.sources.genre_vocabulary import genres_in
from catalog.sources.pictures.film_names import film_id
from catalog.sources.tables.columns import Columns
from catalog.sources.values import (
    UnreadableValueError,
    imdb_id_in,
    padded,
    present,
    rating_in,
    title_in,
    tmdb_id_in,
    votes_in,
    year_in,
    yes_or_no_in,
)

V = TypeVar("V")

Links = Mapping[str, tuple[str, str]]
"""IMDb's and TMDB's numbers, as text, by MovieLens's."""


@dataclass
class RowReader:
    """Reads rows of one table.

    `own`: the table is of our own layout, where titles stand as they are and the id is never
    missing. `links`: see above.
    """

    columns: Columns
    own: bool = False
    links: Links = field(default_factory=dict)

    def record(
        self, row: Sequence[str], warnings: list[str], unknown_genres: list[str]
    ) -> MovieRecord:
        """Return what a row says of its film. Raises `CatalogError` where it names none.

        Each value that means nothing adds a line to `warnings`, and each genre in no vocabulary
        its name to `unknown_genres`."""
        cell = self.columns.cell
        imdb_id, tmdb_id = self._ids(row, warnings)
        year = self._value("year", year_in, row, warnings)
        title = cell(row, "title").strip()
        if not self.own:
            title, year = title_in(title, year)
        genres, unknown = genres_in(cell(row, "genres"))
        unknown_genres += unknown
        votes = self._value("votes", votes_in, row, warnings)
        rating = self._value("rating", self._rating, row, warnings)
        if rating == 0 and not votes and self.columns.places.get("votes") is not None:
            rating = None  # nobody voted: TMDB writes 0
        if not title and (self.own or not (imdb_id or tmdb_id)):
            raise CatalogError("there is no title")
        own_id = imdb_id or (f"tmdb-{tmdb_id}" if tmdb_id else film_id(title, year, ""))
        return MovieRecord(
            imdb_id=own_id,
            tmdb_id=tmdb_id,
            title=title or own_id,
            year=year,
            rating=rating,
            votes=votes,
            genres=genres,
            split=self._split(row, warnings),
            adult=self._value("adult", yes_or_no_in, row, warnings),
        )

    def stems(self, row: Sequence[str], record: MovieRecord) -> list[str | None]:
        """Return what the row's picture may be called: by id in each spelling, or by title."""
        cell = self.columns.cell
        number = record.imdb_id.removeprefix("tt").lstrip("0")
        stems = [cell(row, "imdb_id").strip(), record.imdb_id]
        if is_at_imdb(record.imdb_id):
            stems += [number, f"tt{number}", number.zfill(7)]
        if record.tmdb_id is not None:
            stems += [f"tmdb-{record.tmdb_id}", str(record.tmdb_id)]
        stems += [cell(row, "movielens").strip(), record.title, f"{record.title} ({record.year})"]
        return [stem for stem in stems if stem]

    def _ids(self, row: Sequence[str], warnings: list[str]) -> tuple[str | None, int | None]:
        said = self.columns.cell(row, "imdb_id")
        number = self.columns.cell(row, "tmdb_id")
        if linked := self.links.get(self.columns.cell(row, "movielens").strip()):
            said, number = said or linked[0], number or linked[1]
        try:
            imdb_id = imdb_id_in(said, numbers=not self.columns.plain_id)
        except UnreadableValueError as error:
            if self.own:
                raise CatalogError(f"imdb_id {error}") from error
            imdb_id = None
            warnings.append(f"{self.columns.name('imdb_id')} {error}")
        if imdb_id is None and self.own:
            raise CatalogError(f"imdb_id {said.strip()!r} is not tt and 7 to 10 digits")
        try:
            tmdb_id = tmdb_id_in(number)
        except UnreadableValueError as error:
            warnings.append(f"tmdb_id {error}")
            tmdb_id = None
        return imdb_id, tmdb_id

    def _value(
        self,
        meaning: str,
        read: Callable[[str], V | None],
        row: Sequence[str],
        warnings: list[str],
    ) -> V | None:
        try:
            return read(self.columns.cell(row, meaning))
        except UnreadableValueError as error:
            warnings.append(f"{self.columns.name(meaning)} {error}")
            return None

    def _rating(self, text: str) -> float | None:
        # Letterboxd's stars are of five.
        return rating_in(text, out_of=5 if "letterboxd" in self.columns.places else 10)

    def _split(self, row: Sequence[str], warnings: list[str]) -> str | None:
        split = present(self.columns.cell(row, "split"))
        if split is None or split in SPLITS:
            return split
        warnings.append(f"split {split!r} is none of {', '.join(SPLITS)}")
        return None


def movielens_links(cells: Sequence[Mapping[str, str]]) -> Links:
    """Return what MovieLens's links.csv says, from its cells by name.

    >>> movielens_links([{"movieid": "1", "imdbid": "0114709", "tmdbid": "862"}])
    {'1': ('tt0114709', '862')}
    """
    return {
        each["movieid"].strip(): (
            padded(each["imdbid"]) if each.get("imdbid", "").strip().isdecimal() else "",
            each.get("tmdbid", ""),
        )
        for each in cells
        if each.get("movieid")
    }
