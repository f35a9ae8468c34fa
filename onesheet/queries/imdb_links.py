"""Understanding links to IMDb and its film ids, as people paste them. Nothing is ever fetched."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from catalog.records import ID_AT_IMDB, INVENTED_ID, OWN_ID

WRITTEN_ID = re.compile(
    r"(?:tt(\d{5,10})|imdb(?:id)?[-:=/ ]{1,2}(?:tt)?(\d{3,10}))", re.ASCII | re.IGNORECASE
)
"""An id as lists and file names write it, with or without its zeros."""
IN_PATH = re.compile(r"/title/(tt\d{7,10})(?=/|$)", re.ASCII | re.I)
LEGACY = re.compile(r"/Title\b", re.ASCII | re.I)
LEGACY_NUMBER = re.compile(r"(?:tt)?(\d{7,10})(?=&|$)", re.ASCII | re.I)
LONGEST_LINK = 2000
"""Characters; no IMDb link comes near it."""
QUOTES = "<>\"'“”‘’«»"
STOPS = "(),.;[]{}"


def unwrapped(text: str, marks: str = QUOTES + STOPS) -> str:
    """The text without `marks`, spaces and invisible characters around it, as copying adds them.

    >>> unwrapped("<https://www.imdb.com/title/tt0111161/>, ")
    'https://www.imdb.com/title/tt0111161/'
    """
    unseen = {letter for letter in text if letter.isspace() or not letter.isprintable()}
    return text.strip("".join(unseen) + marks)


def imdb_id(text: str) -> str | None:
    """The film id in an IMDb link or a bare id, or None where there is none.

    Understands every shape IMDb gives its title pages: with or without scheme and www, a language
    (/de/title/tt…), the mobile site, pages below a title (mediaviewer, reference, fullcredits),
    queries and fragments, and the old /Title?0111161. A link to another site gives None even
    where a film id stands in it. The demo's ids (demo-0001) pass too, and so do imdb:tt0111161,
    {imdb-tt0111161} and ids without their zeros. Quotes, stops, brackets and invisible characters
    around the text do not count.

    >>> imdb_id("https://m.imdb.com/de/title/tt0111161/?ref_=nv_sr_1")
    'tt0111161'
    >>> imdb_id("https://example.org/title/tt0111161/") is None
    True
    """
    text = unwrapped(text)
    if len(text) > LONGEST_LINK:
        return None
    bare = text.casefold()
    if ID_AT_IMDB.fullmatch(bare) or INVENTED_ID.fullmatch(bare):
        return bare
    if written := WRITTEN_ID.fullmatch(bare):
        return f"tt{int(written[1] or written[2]):07d}"
    link = _link(text)
    return _id_in(link) if link is not None and is_imdb(link) else None


def own_id(text: str) -> str | None:
    """The id of a film whose IMDb id is not known, as answers name it; None where it is none.

    >>> own_id(" tmdb-603 ")
    'tmdb-603'
    """
    bare = unwrapped(text).casefold()
    return bare if OWN_ID.fullmatch(bare) else None


def _link(text: str) -> SplitResult | None:
    if any(character.isspace() or not character.isprintable() for character in text):
        return None
    with_scheme = text if "://" in text else f"https://{text.removeprefix('//')}"
    try:
        link = urlsplit(with_scheme)
    except ValueError:
        return None
    return link if link.scheme.casefold() in ("http", "https") else None


def is_imdb(link: SplitResult) -> bool:
    if link.username is not None:
        return False
    host = (link.hostname or "").removesuffix(".")
    return host == "imdb.com" or host.endswith(".imdb.com")


def _id_in(link: SplitResult) -> str | None:
    if found := IN_PATH.search(link.path):
        return found.group(1).casefold()
    if LEGACY.fullmatch(link.path) and (number := LEGACY_NUMBER.match(link.query)):
        return f"tt{number.group(1)}"
    return None
