"""What the text in the one input means: an id, a link, a picture's address, colours or a title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from onesheet.queries.colour_words import colours_named
from onesheet.queries.imdb_links import LONGEST_LINK, QUOTES, imdb_id, is_imdb, unwrapped

NUMBER = re.compile(r"\d{7,8}", re.ASCII)
"""IMDb numbers without their tt; no title is a number that long."""
TMDB_PATH = re.compile(r"/(?:[a-z]{2}(?:-[a-z]{2})?/)?movie/(\d{1,9})(?=[/-]|$)", re.ASCII | re.I)
TMDB_HOSTS = frozenset({"themoviedb.org", "www.themoviedb.org", "tmdb.org", "www.tmdb.org"})
PICTURE_PATH = re.compile(r"/t/p/", re.ASCII)
"""Where TMDB keeps pictures, also on the host of its pages."""
SITES = {
    "letterboxd.com": "Letterboxd",
    "boxd.it": "Letterboxd",
    "wikidata.org": "Wikidata",
    "justwatch.com": "JustWatch",
}
"""Sites with pages of films that nothing here can read."""
TMDB_ID = re.compile(r"tmdb(?:id)?[:=/ -]?(\d{1,9})", re.ASCII | re.I)
WITHOUT_SCHEME = re.compile(r"(?:www\.\S+|[\w-]+(?:\.[\w-]+)+/\S*)")
"""An address as browsers show it: www.… or a name with a dot and a path. Face/Off is none."""


class Kind(StrEnum):
    """What a text may be."""

    IMDB = "imdb"
    TMDB = "tmdb"
    PICTURE = "picture"
    TITLE = "title"
    ELSEWHERE = "elsewhere"
    """A page of IMDb or TMDB that is no film's."""
    COLOURS = "colours"
    """One or several colours, which posters are to be in."""
    UNREADABLE = "unreadable"
    """A page of another site of films, such as Letterboxd's."""


@dataclass(frozen=True)
class Meaning:
    """A kind and its value: an IMDb id, TMDB's number, an address, colours or a title, as typed."""

    kind: Kind
    value: str


def meaning(text: str) -> Meaning | None:
    """What a text asks for, or None for an empty one.

    >>> meaning("https://m.imdb.com/title/tt0111161/mediaviewer/rm1/")
    Meaning(kind=<Kind.IMDB: 'imdb'>, value='tt0111161')
    >>> meaning("https://www.themoviedb.org/movie/278-the-shawshank-redemption").value
    '278'
    >>> meaning("Face/Off").kind
    <Kind.TITLE: 'title'>
    """
    text = text.strip()
    if not text:
        return None
    if film := _film(text) or _only_film_in(text):
        return film
    colours = colours_named(text)
    if colours and colours.certain:
        return Meaning(Kind.COLOURS, " ".join(text.split()))
    link = _link(unwrapped(text, QUOTES))
    return Meaning(Kind.TITLE, text) if link is None else _of_link(link)


def host_of(url: str) -> str:
    """The site's name in an address, for people; empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _film(text: str) -> Meaning | None:
    """The film whose id or link the text is."""
    if film := imdb_id(text):
        return Meaning(Kind.IMDB, film)
    bare = unwrapped(text)
    if NUMBER.fullmatch(bare):
        return Meaning(Kind.IMDB, f"tt{bare}")
    if number := TMDB_ID.fullmatch(bare):
        return Meaning(Kind.TMDB, str(int(number[1])))
    link = _link(bare)
    found = None if link is None else _of_link(link)
    return found if found is not None and found.kind is Kind.TMDB else None


def _only_film_in(text: str) -> Meaning | None:
    """The film that a text of several words links to, unless it links to more than one."""
    if len(text) > LONGEST_LINK:
        return None
    links = [word for word in text.split() if "/" in word]
    found = {film for word in links if (film := _film(word))}
    return found.pop() if len(found) == 1 else None


def _site_of(link: SplitResult) -> str | None:
    """The name of the site whose film pages nothing here can read."""
    host = (link.hostname or "").removesuffix(".")
    found = (name for site, name in SITES.items() if host == site or host.endswith(f".{site}"))
    return next(found, None) if link.username is None else None


def _of_link(link: SplitResult) -> Meaning:
    on_tmdb = (link.hostname or "") in TMDB_HOSTS and link.username is None
    if on_tmdb and not PICTURE_PATH.match(link.path):
        number = TMDB_PATH.match(link.path)
        return (
            Meaning(Kind.TMDB, str(int(number[1]))) if number else Meaning(Kind.ELSEWHERE, "TMDB")
        )
    if is_imdb(link):
        return Meaning(Kind.ELSEWHERE, "IMDb")
    if site := _site_of(link):
        return Meaning(Kind.UNREADABLE, site)
    return Meaning(Kind.PICTURE, link.geturl())


def _link(text: str) -> SplitResult | None:
    if any(character.isspace() or not character.isprintable() for character in text):
        return None
    if text.startswith("//"):
        text = f"https:{text}"
    elif "://" not in text:
        if not WITHOUT_SCHEME.fullmatch(text):
            return None
        text = f"https://{text}"
    try:
        return urlsplit(text)
    except ValueError:
        return None
