"""What genres look like, worked out when an index is built and kept in one file beside it."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Container
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

from catalog.file_store import FileStore
from onesheet.portraits.colour_census import Tint

FORMAT = 1
TINTED = 8
"""Films of known colours that a genre needs in a decade for its colours to be told."""
BETWEEN_WORDS = re.compile(rf"[\s{re.escape(string.punctuation)}]+")
"""Blanks and punctuation. All but letters would be more: the vowel signs of Hindi are none."""


@dataclass(frozen=True)
class Companion:
    """A genre beside another one: a share of films or posters, and how many times the usual one
    that is."""

    genre: str
    share: float
    times: float


@dataclass(frozen=True)
class Style:
    """Posters of one genre that look alike."""

    films: int
    posters: tuple[int, ...]
    """Ids, the most typical first."""
    tints: tuple[Tint, ...]
    """Colours it uses more than the genre does."""
    years: tuple[int, int] | None
    """The middle half of the films came out between them; None where years are unknown."""
    companions: tuple[Companion, ...]
    """Genres that tell it from the rest of the genre, the commonest first."""


@dataclass(frozen=True)
class Decade:
    """A genre in ten years: its films, their share of all films then, and, where those are enough
    whose colours are known, `coloured`, the colours they use more than all posters do."""

    first: int
    films: int
    share: float
    tints: tuple[Tint, ...]
    coloured: int | None = None
    """None in a file from before they were counted."""

    @property
    def too_few(self) -> bool:
        """Whether it is known that colours are known of too few films to be told."""
        return self.coloured is not None and self.coloured < TINTED


def slug_of(name: str) -> str:
    """A genre's name, or what an address had for it, as addresses have it.

    >>> slug_of("Comedy/Drama"), slug_of("action-&-adventure")
    ('comedy-drama', 'action-adventure')
    """
    return "-".join(filter(None, BETWEEN_WORDS.split(name.casefold())))


@dataclass(frozen=True)
class Portrait:
    """One genre."""

    name: str
    films: int
    share: float
    """Of all films, 0-1."""
    typical: tuple[int, ...]
    """Poster ids, nearest to the genre's proxy first."""
    tints: tuple[Tint, ...]
    """Colours it uses more than the whole catalogue does."""
    styles: tuple[Style, ...]
    decades: tuple[Decade, ...]
    companions: tuple[Companion, ...]
    """Genres its films have more often than others, the commonest first."""
    confused: tuple[Companion, ...]
    """Genres read into its posters more often than into others, though their films lack them, the
    commonest first; only from posters the model never learned from, so it may be empty."""

    @property
    def slug(self) -> str:
        """Its name in an address: words with a hyphen in the place of all between them."""
        return slug_of(self.name)


@dataclass(frozen=True)
class Link:
    """Two genres that share films: their number, and how many times the number by chance."""

    one: str
    other: str
    films: int
    times: float


@dataclass(frozen=True)
class Gallery:
    """All portraits of one index."""

    model: str
    index: str
    films: int
    held_out: int
    """Films the model never learned from."""
    portraits: tuple[Portrait, ...]
    """The genre with most films first."""
    circle: tuple[str, ...]
    """Genres in an order that puts those that go together side by side."""
    links: tuple[Link, ...]

    def portrait(self, slug: str) -> Portrait | None:
        wanted = slug_of(slug)  # links of before have hyphens beside what stood between the words
        return next((each for each in self.portraits if each.slug == wanted), None)


def save(gallery: Gallery, files: FileStore) -> None:
    """Write the portraits of an index; the file is named by the index's fingerprint."""
    text = json.dumps({"format": FORMAT, **asdict(gallery)}, separators=(",", ":"))
    files.write(f"{gallery.index}.json", text.encode())


def keep_only(files: FileStore, indexes: Container[str | None]) -> None:
    """Remove the portraits of all indexes but those with these fingerprints."""
    for entry in list(files.entries()):
        if entry.name.removesuffix(".json") not in indexes:
            files.remove(entry.name)


def load(files: FileStore, index: str) -> Gallery | None:
    """The portraits of the index with that fingerprint; None where there are none to be used."""
    try:
        path = files.path(f"{index}.json")
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, TypeError, KeyError, msgspec.ValidationError):
        return None


def latest(files: FileStore, index: str) -> Gallery | None:
    """The portraits of the index in use; until they are painted, which takes a while after an index
    took its place, the newest of another one."""
    found = load(files, index)
    if found is not None:
        return found
    with suppress(OSError):
        newest_first = sorted(files.entries(), key=lambda entry: entry.modified, reverse=True)
        others = (load(files, entry.name.removesuffix(".json")) for entry in newest_first)
        return next(filter(None, others), None)
    return None


# Made as this is imported, by one thread: msgspec crashes where two meet a new type.
_GALLERIES = msgspec.json.Decoder(Gallery)


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> Gallery:
    """`changed` makes a file written anew another entry of the cache."""
    facts = json.loads(path.read_text(encoding="utf-8"))
    if facts.pop("format") != FORMAT:
        raise ValueError(f"{path} has another format")
    return msgspec.convert(facts, Gallery)
