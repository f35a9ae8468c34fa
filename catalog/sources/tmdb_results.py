"""What TMDB says of one film, as films with their posters."""

from collections.abc import Callable, Mapping
from typing import Any

from catalog.models import ALTERNATE_ORIGIN, TMDB_ORIGIN
from catalog.records import CatalogError
from catalog.sources.server_film import ServerFilm
from catalog.sources.source import LONGEST_ORIGIN, SourceFilm, SourceNotes
from catalog.sources.tmdb import Tmdb, listed_objects


class TmdbResults:
    """Makes films of TMDB's results.

    `known_imdb` gives the IMDb id of a film that is known by TMDB's number: TMDB is asked for it
    only where nobody knows. `all_posters`: each film's alternates, too."""

    def __init__(
        self, tmdb: Tmdb, known_imdb: Callable[[int], str | None], *, all_posters: bool = False
    ) -> None:
        self._tmdb, self._known_imdb, self._all_posters = tmdb, known_imdb, all_posters

    def films(
        self, said: Mapping[str, Any], notes: SourceNotes, place: int = 0
    ) -> list[SourceFilm]:
        """Return the film of one result at this place, once for each of its posters; [] with a line
        in `notes` where it cannot be used."""
        number: int = said["id"]
        where = f"TMDB {number}, {_title(said)}"
        try:
            imdb_id = self._imdb_id(number, said, where, notes)
            record = self._film(number, said, imdb_id).record(where, notes)
            origins = self._origins(number, said.get("poster_path"))
            if not origins:
                raise CatalogError("there is no poster")
        except ValueError as error:
            notes.skipped.append(f"{where}: {error}")
            return []
        return [
            SourceFilm(where, record, self._tmdb.poster(path), origin[:LONGEST_ORIGIN], place)
            for path, origin in origins.items()
        ]

    def _imdb_id(self, number: int, said: Mapping[str, Any], where: str, notes: SourceNotes) -> Any:
        """What is known of it, or told; TMDB may fail to tell without costing the film."""
        known = self._known_imdb(number)
        if known is not None or "imdb_id" in said:
            return known or said["imdb_id"]
        try:
            return self._tmdb.ask(f"movie/{number}/external_ids").get("imdb_id")
        except ValueError as error:
            notes.warnings.append(f"{where}: its IMDb id is not known: {error}")
            return None

    def _film(self, number: int, said: Mapping[str, Any], imdb_id: Any) -> ServerFilm:
        votes = said.get("vote_count")
        return ServerFilm(
            title=_title(said),
            year=said.get("release_date"),
            rating=said.get("vote_average") if votes else None,
            genres=self._genres(said),
            imdb=imdb_id,
            tmdb=number,
            votes=votes or None,
            adult=said.get("adult"),
        )

    def _genres(self, said: Mapping[str, Any]) -> list[Any]:
        """The names of genres: lists give numbers, a film by itself names."""
        numbers = said.get("genre_ids")
        return [each.get("name") for each in listed_objects(said, "genres")] or [
            self._tmdb.genres.get(each)
            for each in (numbers if isinstance(numbers, list) else ())
            if isinstance(each, int)
        ]

    def _origins(self, number: int, own: object) -> dict[str, str]:
        """Where the film's posters come from, by TMDB's paths of them: its own one, then its
        alternates where wished."""
        found = {own: f"{TMDB_ORIGIN}{own}"} if isinstance(own, str) and own else {}
        if self._all_posters:
            for each in listed_objects(self._tmdb.ask(f"movie/{number}/images"), "posters"):
                path = each.get("file_path")
                if isinstance(path, str) and path:
                    found.setdefault(path, f"{ALTERNATE_ORIGIN}{path}")
        return found


def tmdb_number(said: Any) -> int | None:
    """Return TMDB's number of the film that a result tells; None where it tells none."""
    number = said.get("id") if isinstance(said, dict) else None
    return number if type(number) is int and 0 < number < 2**31 else None


def _title(said: Mapping[str, Any]) -> str:
    return str(said.get("title") or said.get("original_title") or "")
