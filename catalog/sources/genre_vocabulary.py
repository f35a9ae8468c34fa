"""One vocabulary of genres: what TMDB, IMDb, MovieLens and people write, in one spelling each."""

import ast
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from catalog.models import GENRE_SEPARATOR
from catalog.sources.values import present

OWN_GENRES: Final = (
    *("Action", "Adventure", "Animation", "Comedy", "Crime", "Documentary", "Drama", "Family"),
    *("Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller"),
    *("War", "Western"),
)
"""The genres that the packaged model reads."""
_OTHERS: Final = (
    *("Adult", "Biography", "Game-Show", "History", "News", "Reality-TV", "Short", "Sport"),
    *("Talk-Show", "TV Movie"),
)
"""Genres of IMDb and TMDB beside them: known, and kept as they are."""
_SAME: Final = {
    "sciencefiction": ("Sci-Fi",),
    "sf": ("Sci-Fi",),
    "scifiction": ("Sci-Fi",),
    "scififantasy": ("Sci-Fi", "Fantasy"),
    "scifiandfantasy": ("Sci-Fi", "Fantasy"),
    "sciencefictionandfantasy": ("Sci-Fi", "Fantasy"),
    "actionadventure": ("Action", "Adventure"),
    "actionandadventure": ("Action", "Adventure"),
    "warandpolitics": ("War",),
    "noir": ("Film-Noir",),
    "music": ("Musical",),
    "musicals": ("Musical",),
    "children": ("Family",),
    "childrens": ("Family",),
    "kids": ("Family",),
    "romantic": ("Romance",),
    "romcom": ("Romance", "Comedy"),
    "romanticcomedy": ("Romance", "Comedy"),
    "suspense": ("Thriller",),
    "suspensethriller": ("Thriller",),
    "animated": ("Animation",),
    "documentaries": ("Documentary",),
    "biopic": ("Biography",),
    "biographical": ("Biography",),
    "historical": ("History",),
    "sports": ("Sport",),
    "shortfilm": ("Short",),
    "reality": ("Reality-TV",),
    "talk": ("Talk-Show",),
    "comedies": ("Comedy",),
    "dramas": ("Drama",),
}
_NONE: Final = frozenset({"nogenreslisted", "none", "null", "nan", "na", "n", "unknown", "other"})
_LISTED: Final = re.compile(r"\s*[\[({].*[\])}]\s*", re.DOTALL)
_NO_LETTER: Final = re.compile(r"[\W_]+")
_PARTING: Final = re.compile(r"[;/,、・·•]+|\s+[-–]\s+")
_AND: Final = re.compile(r"\s*(?:&|\+|\band\b|\s)\s*")
LONGEST_GENRES: Final = 400


def _genre_key(name: str) -> str:
    return _NO_LETTER.sub("", name.replace("&", "and").casefold())


_KNOWN: Final = {_genre_key(name): (name,) for name in (*OWN_GENRES, *_OTHERS)} | _SAME


def genres_in(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the genres that a text names, each once, and those among them that are unknown here.

    They may be parted by `|`, else by `;`, `/`, commas; or be a list in JSON's or Python's
    spelling, of names or of objects with a name. An unknown one stays as it is written first.

    >>> genres_in("Drama, Science Fiction")
    (('Drama', 'Sci-Fi'), ())
    >>> genres_in('[{"id": 10751, "name": "Family"}, {"id": 1, "name": "Heist"}]')
    (('Family', 'Heist'), ('Heist',))
    """
    return genres_of(_genre_parts(text))


def genres_of(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return genres in our spelling, each once, and those among them that are unknown here."""
    found: dict[str, str] = {}
    unknown: list[str] = []
    for name in names:
        plain = " ".join(name.replace(GENRE_SEPARATOR, " ").split())
        if present(plain) is None or _genre_key(plain) in _NONE:
            continue
        for genre in _spelt(plain):
            if genre.casefold() in found:
                continue
            if len(GENRE_SEPARATOR.join([*found.values(), genre])) > LONGEST_GENRES:
                continue
            found[genre.casefold()] = genre
            if _genre_key(genre) not in _KNOWN:
                unknown.append(genre)
    return tuple(found.values()), tuple(unknown)


def _spelt(name: str) -> tuple[str, ...]:
    """The genres that one name stands for: itself where it is unknown, and so is a part of it."""
    known = _KNOWN.get(_genre_key(name))
    if known is not None:
        return known
    parts = [_KNOWN.get(_genre_key(part)) for part in _AND.split(name)]
    return tuple(genre for part in parts for genre in part or ()) if all(parts) else (name,)


def _genre_parts(text: str) -> Iterator[str]:
    if _LISTED.fullmatch(text):
        listed = _listed(text)
        if listed is not None:
            yield from listed
            return
    if GENRE_SEPARATOR in text:
        yield from text.split(GENRE_SEPARATOR)
        return
    if _genre_key(text) in _KNOWN or _genre_key(text) in _NONE:
        yield text
        return
    yield from _PARTING.split(text)


def _listed(text: str) -> list[str] | None:
    """The names in a list written by JSON or Python; None where it is no list."""
    for read in (json.loads, ast.literal_eval):
        try:
            return _names(read(text))
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
    return None


def _names(listed: Any) -> list[str]:
    if isinstance(listed, dict):
        listed = [listed] if "name" in listed else list(listed.values())
    if isinstance(listed, str):
        return [listed]
    names = [each.get("name") if isinstance(each, dict) else each for each in listed]
    return [name for name in names if isinstance(name, str)]
