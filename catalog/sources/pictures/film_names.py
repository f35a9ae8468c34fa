"""What a file's or a folder's name tells of a film: title, year and ids."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import unquote

from catalog.lookups.title_folding import folded
from catalog.records import YEARS
from catalog.sources.values import encodable, padded, with_article

_IMDB: Final = re.compile(
    r"[\[({]?\b(?:imdb(?:id)?[-=: ]*)?(?<![a-z0-9])tt(\d{7,10})\b[\])}]?", re.IGNORECASE
)
_IMDB_ALONE: Final = re.compile(r"tt(\d{3,10})", re.IGNORECASE)
"""A name that is nothing else may leave out an id's zeros."""
_ESCAPED: Final = re.compile(r"%(?:20|[2-9A-F][0-9A-F]%[0-9A-F]{2})", re.IGNORECASE)
"""As browsers save pictures by the end of their address."""
_TMDB: Final = re.compile(r"[\[({]?\b(?:tmdb|tmdbid)[-=: ]+(\d{1,10})\b[\])}]?", re.IGNORECASE)
_DATED: Final = re.compile(r"(.*\S)[\s._]*[(\[](\d{4})[)\]]", re.DOTALL)
_DATE_FIRST: Final = re.compile(r"[(\[](\d{4})[)\]][\s._-]*(\S.*)|(\d{4})\s+-\s+(\S.*)", re.DOTALL)
_LEADING_NUMBER: Final = re.compile(r"(\d{4})([\s._-]+)(\D.*)", re.DOTALL)
_PLAIN: Final = re.compile(r"[^\d._\[\](){}]+(?: \d{1,2})?(?: [^\d._\[\](){}]+)?")
_MOMENT: Final = re.compile(r"(?<!\d)(?:19|20)\d\d[-_.]?[01]\d[-_.]?[0-3]\d(?!\d)")
"""The day of a screenshot or a photograph, whose year is no film's."""
_FILLING: Final = re.compile(r"[\s._]+")
_NOT_IN_TITLES: Final = (
    *("release_group", "language", "subtitle_language", "country", "part", "website", "crc32"),
    *("uuid", "cd", "bonus", "film", "volume", "season", "episode", "version"),
)
"""What guessit would take for something else than words of a title."""
_TITLES: Final = {"title", "alternative_title", "type"}
"""Where guessit finds no more than these, the name is no release's, and all of it a title."""


@dataclass(frozen=True, slots=True)
class NamedFilm:
    """A film as a name tells it; the title may be empty where only an id is there."""

    title: str
    year: int | None = None
    imdb_id: str | None = None
    tmdb_id: int | None = None


def film_named(name: str) -> NamedFilm:
    """Return what a name, without a file's suffix, tells of a film.

    >>> film_named("Heat (1995) {imdb-tt0113277}")
    NamedFilm(title='Heat', year=1995, imdb_id='tt0113277', tmdb_id=None)
    >>> film_named("heat.1995.1080p")
    NamedFilm(title='heat', year=1995, imdb_id=None, tmdb_id=None)
    """
    name = encodable(name)
    if _ESCAPED.search(name):
        name = unquote(name)
    imdb, tmdb = _IMDB.search(name) or _IMDB_ALONE.fullmatch(name), _TMDB.search(name)
    rest = "" if imdb and imdb[0] == name else _TMDB.sub(" ", _IMDB.sub(" ", name)).strip(" .-_")
    title, year = _title_and_year(rest) if rest else ("", None)
    number = int(tmdb[1]) if tmdb else 0
    return NamedFilm(
        title, year, padded(imdb[1]) if imdb else None, number if 0 < number < 2**31 else None
    )


def film_id(title: str, year: int | None, place: str) -> str:
    """Return the id of a film of which no other is known: the same for the same title and year;
    without a year, for the same title at the same `place`."""
    words = folded(title) or title
    key = f"{words}|{year}" if year is not None else f"{words}||{place}"
    return f"file-{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _title_and_year(name: str) -> tuple[str, int | None]:
    dated = _DATED.match(name)
    if dated is not None and int(dated[2]) in YEARS:
        return with_article(_spaced(dated[1])), int(dated[2])
    first = _DATE_FIRST.fullmatch(name)
    if first is not None and int(first[1] or first[3]) in YEARS:
        return _spaced(first[2] or first[4]), int(first[1] or first[3])
    if _MOMENT.search(name):
        return _spaced(name), None
    if _PLAIN.fullmatch(name):
        return with_article(name), None
    leading = _LEADING_NUMBER.fullmatch(name)
    if leading is not None:
        title, year = _guessed(leading[3])
        return f"{leading[1]} {title}", year
    return _guessed(name)


def _guessed(name: str) -> tuple[str, int | None]:
    found = _guessit()(name, {"type": "movie", "excludes": list(_NOT_IN_TITLES)})
    title, year = found.get("title"), found.get("year")
    if not isinstance(title, str) or not title.strip() or not found.keys() - _TITLES:
        return _spaced(name), None
    return _spaced(title), year if year in YEARS else None


def _spaced(text: str) -> str:
    """Names without spaces have stops or underscores in their place."""
    spaced = text if " " in text.strip() else _FILLING.sub(" ", text)
    return spaced.strip(" _-") or text


@cache
def _guessit() -> Any:
    """Loaded when a name needs it: it takes most of a second."""
    from guessit import guessit

    return guessit
