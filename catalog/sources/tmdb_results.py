"""What TMDB says of one film, as films with their posters."""

from collections.abc import Callable, Mapping
from typing import Any

from catalog.models import ALTERNATE_ORIGIN, TMDB_ORIGIN
from catalog.records import CatalogError, MovieRecord
from catalog.sources.genre_vocabulary import genres_of
from catalog.sources.source import SourceFilm, SourceNotes
from catalog.sources.tmdb import Tmdb
from catalog.sources.values import UnreadableValueError, imdb_id_in, rating_in, votes_in, year_in


class TmdbResults:
    """Makes films of TMDB's results.

    `known_imdb` gives the IMDb id of a film that is known by TMDB's number: TMDB is asked for it
    only where nobody knows. `all_posters`: each film's alternates, too."""

    def __init__(
        self, tmdb: Tmdb, known_imdb: Callable[[int], str | None], *, all_posters: bool = False
    ) -> None:
        self._tmdb, self._known_imdb, self._all_posters = tmdb, known_imdb, all_posters

    def films(self, said: Mapping[str, Any], notes: SourceNotes) -> list[SourceFilm]:
        """Return the film of one result, once for each of its posters; [] with a line in `notes`
        where it cannot be used."""
        number: int = said["id"]
        where = f"TMDB {number}"
        try:
            record = self._record(number, said)
            origins = self._origins(number, said.get("poster_path"))
            if not origins:
                raise CatalogError(f"there is no poster of {record.title}")
        except ValueError as error:
            notes.skipped.append(f"{where}: {error}")
            return []
        return [
            SourceFilm(where, record, self._tmdb.poster(path), origin)
            for path, origin in origins.items()
        ]

    def _record(self, number: int, said: Mapping[str, Any]) -> MovieRecord:
        imdb_id = self._known_imdb(number) or _imdb_id(said.get("imdb_id"))
        if imdb_id is None and "imdb_id" not in said:
            imdb_id = _imdb_id(self._tmdb.ask(f"movie/{number}/external_ids").get("imdb_id"))
        votes = votes_in(str(said.get("vote_count") or ""))
        return MovieRecord(
            imdb_id=imdb_id or f"tmdb-{number}",
            tmdb_id=number,
            title=str(said.get("title") or said.get("original_title") or ""),
            year=year_in(str(said.get("release_date") or "")),
            rating=rating_in(str(said.get("vote_average") or "")) if votes else None,
            votes=votes,
            genres=genres_of(self._genres(said))[0],
            split=None,
            adult=said["adult"] if isinstance(said.get("adult"), bool) else None,
        )

    def _genres(self, said: Mapping[str, Any]) -> list[str]:
        """The names of genres: lists give numbers, a film by itself names."""
        whole = [each for each in said.get("genres") or () if isinstance(each, dict)]
        ids = [each for each in said.get("genre_ids") or () if isinstance(each, int)]
        return [str(each.get("name") or "") for each in whole] or [
            self._tmdb.genres.get(each, "") for each in ids
        ]

    def _origins(self, number: int, own: object) -> dict[str, str]:
        """Where the film's posters come from, by TMDB's paths of them: its own one, then its
        alternates where wished."""
        found = {own: f"{TMDB_ORIGIN}{own}"} if isinstance(own, str) and own else {}
        if self._all_posters:
            images = self._tmdb.ask(f"movie/{number}/images").get("posters")
            for each in images or ():
                path = each.get("file_path") if isinstance(each, dict) else None
                if isinstance(path, str) and path:
                    found.setdefault(path, f"{ALTERNATE_ORIGIN}{path}")
        return found


def tmdb_number(said: Any) -> int | None:
    """Return TMDB's number of the film that a result tells; None where it tells none."""
    number = said.get("id") if isinstance(said, dict) else None
    return number if isinstance(number, int) and 0 < number < 2**31 else None


def _imdb_id(said: object) -> str | None:
    try:
        return imdb_id_in(said) if isinstance(said, str) else None
    except UnreadableValueError:
        return None
