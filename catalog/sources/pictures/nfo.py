"""What a media server's .nfo file knows of a film, as Kodi, Jellyfin, Emby and Radarr write it."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from catalog.sources.genre_vocabulary import genres_in, genres_of
from catalog.sources.values import (
    UnreadableValueError,
    imdb_id_in,
    rating_in,
    tmdb_id_in,
    votes_in,
    year_in,
)

LONGEST_NFO: Final = 1024 * 1024
_ROOT_END: Final = re.compile(rb"</movie\s*>", re.IGNORECASE)
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
_BARE_AND: Final = re.compile(rb"&(?![\w#]+;)")
"""As in <title>Me & You</title>, which some write."""
_IMDB_LINK: Final = re.compile(r"\btt\d{7,10}\b", re.IGNORECASE)
_TMDB_LINK: Final = re.compile(r"themoviedb\.org/(?:[\w-]+/)?movie/(\d{1,10})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NfoFilm:
    """The facts of an .nfo file, each None or empty where it has none; `warnings` say which of
    its values mean nothing."""

    title: str | None = None
    year: int | None = None
    rating: float | None = None
    votes: int | None = None
    genres: tuple[str, ...] = ()
    unknown_genres: tuple[str, ...] = ()
    imdb_id: str | None = None
    tmdb_id: int | None = None
    warnings: tuple[str, ...] = ()


def nfo_film(path: Path) -> NfoFilm:
    """Return what a file tells: XML, XML with an address behind it, or an address alone."""
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST_NFO + 1)
    except OSError as error:
        return NfoFilm(warnings=(f"cannot be read: {error.strerror}",))
    if len(data) > LONGEST_NFO:
        return NfoFilm(warnings=("is too large to be an .nfo file",))
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = _DECLARATION.sub("", data.decode("utf-16", "replace")).encode()
    end = _ROOT_END.search(data)
    begin = data.find(b"<")
    if end is None or begin < 0:
        return _by_links(data, () if b"<movie" not in data else ("is no whole XML",))
    xml = data[begin : end.end()].strip()
    try:
        try:
            root = fromstring(xml)
        except ParseError:  # as some programs write "Me & You"
            root = fromstring(_BARE_AND.sub(b"&amp;", xml))
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return _by_links(data, ("is no whole XML; only its ids are read",))
    return _Facts(root).film()


def _by_links(data: bytes, warnings: tuple[str, ...]) -> NfoFilm:
    text = data.decode("utf-8", "replace")
    imdb, tmdb = _IMDB_LINK.search(text), _TMDB_LINK.search(text)
    return NfoFilm(
        imdb_id=imdb_id_in(imdb[0]) if imdb else None,
        tmdb_id=tmdb_id_in(tmdb[1]) if tmdb else None,
        warnings=warnings,
    )


class _Facts:
    """The values of one XML file, read one by one."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._warnings: list[str] = []

    def film(self) -> NfoFilm:
        rating, votes = self._rated()
        genres, unknown = self._genres()
        years = (self._root.findtext(name) or "" for name in ("year", "premiered", "releasedate"))
        return NfoFilm(
            title=self._first("title", "originaltitle"),
            year=next((year for text in years if (year := self._read(year_in, text))), None),
            rating=rating,
            votes=votes,
            genres=genres,
            unknown_genres=unknown,
            imdb_id=self._id("imdb", imdb_id_in, ("imdbid", "imdb_id", "imdb", "id")),
            tmdb_id=self._id("tmdb", tmdb_id_in, ("tmdbid", "tmdb_id", "tmdb")),
            warnings=tuple(self._warnings),
        )

    def _first(self, *names: str) -> str | None:
        texts = (self._root.findtext(name) or "" for name in names)
        return next((found for text in texts if (found := text.strip())), None)

    def _read(self, reader: Any, text: str, **options: Any) -> Any:
        try:
            return reader(text, **options)
        except UnreadableValueError as error:
            self._warnings.append(str(error))
            return None

    def _genres(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        names: list[str] = []
        for each in self._root.iter("genre"):
            names += genres_in("".join(each.itertext()))[0]
        return genres_of(names)

    def _rated(self) -> tuple[float | None, int | None]:
        """IMDb's rating where there are several, else the default one, else the first."""
        rated = sorted(self._root.iterfind("ratings/rating"), key=_preference)
        for each in rated:
            out_of = self._read(votes_in, each.get("max") or "10") or 10
            rating = self._read(rating_in, each.findtext("value") or "", out_of=out_of)
            votes = self._read(votes_in, each.findtext("votes") or "")
            if rating or (rating is not None and votes):  # 0 of nobody is none
                return rating, votes
        rating = self._read(rating_in, self._root.findtext("rating") or "")
        votes = self._read(votes_in, self._root.findtext("votes") or "")
        return rating if rating or votes else None, votes

    def _id(self, kind: str, reader: Any, names: tuple[str, ...]) -> Any:
        for text in self._ids(kind, names):
            try:
                found = reader(text)
            except UnreadableValueError:
                continue
            if found is not None:
                return found
        return None

    def _ids(self, kind: str, names: tuple[str, ...]) -> Iterator[str]:
        for each in self._root.iterfind("uniqueid"):
            if (each.get("type") or "").casefold() == kind:
                yield each.text or ""
        for name in names:
            text = self._root.findtext(name) or ""
            if name != "id" or text.strip().startswith("tt"):
                yield text


def _preference(rating: Any) -> int:
    if (rating.get("name") or "").casefold() == "imdb":
        return 0
    return 1 if (rating.get("default") or "").casefold() == "true" else 2
