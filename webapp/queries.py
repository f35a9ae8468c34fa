"""What somebody asks about: an uploaded poster, an IMDb link, or a sample of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from bandit import Recommendation
from catalog.catalog import Catalog, PosterCard
from catalog.images import content_hash, decode
from webapp.imdb import imdb_id

NO_QUERY = "Choose a poster to upload, paste an IMDb link, or pick one of the samples."

ENOUGH = (500, 500)
"""Pixels a query is decoded to at least: more than the model reads, and enough to be shown.

A poster of 1000 x 1500 is thereby decoded at half its size, which is what an upload keeps.
"""


SAMPLE = re.compile(r"\d{1,18}", re.ASCII)
"""A poster's number, within what a database's integers hold."""


class QueryError(ValueError):
    """A query nobody can answer, said in one sentence that tells what to do."""


class UnknownFilmError(QueryError):
    """A film the catalogue does not hold."""


@dataclass(frozen=True)
class Query:
    """A decoded poster (mode RGB) and what is known of it.

    `source_hash` is the SHA-256 of the bytes as they came; `card` is None for an upload.
    """

    image: Image.Image
    source_hash: str
    card: PosterCard | None = None


def from_fields(poster: bytes | None, fields: Mapping[str, object], catalog: Catalog) -> Query:
    """Whichever of the three was given: an uploaded `poster`, else `imdb`, else `sample`.

    Raises QueryError or catalog.images.ImageError, whose sentences tell people what to do.
    """
    if poster is not None:
        return from_upload(poster)
    for name, find in (("imdb", from_imdb), ("sample", from_sample)):
        value = fields.get(name)
        if value is not None and not isinstance(value, str):
            raise QueryError(f"{name} must be text; send it in quotes.")
        if value and value.strip():
            return find(value.strip(), catalog)
    raise QueryError(NO_QUERY)


def from_upload(data: bytes) -> Query:
    """Raises catalog.images.ImageError where the bytes are no safe image."""
    return Query(image=decode(data, at_least=ENOUGH), source_hash=content_hash(data))


def from_imdb(text: str, catalog: Catalog) -> Query:
    """A film of the catalogue, by an IMDb link or id; nothing is fetched."""
    found = imdb_id(text)
    if found is None:
        raise QueryError(
            "That is not an IMDb title link; paste one such as "
            "https://www.imdb.com/title/tt0111161/ or just its id, tt0111161."
        )
    cards = catalog.by_imdb(found)
    if not cards:
        raise UnknownFilmError(
            f"The catalogue has no film {found}; upload its poster instead, or pick a sample."
        )
    return from_card(cards[0], catalog)


def from_sample(text: str, catalog: Catalog) -> Query:
    """A poster of the catalogue, by its number as the samples link to it."""
    cards = catalog.cards([int(text)]) if SAMPLE.fullmatch(text) else {}
    if not cards:
        raise UnknownFilmError("That sample is no longer in the catalogue; pick another one.")
    return from_card(next(iter(cards.values())), catalog)


def from_record(recommendation: Recommendation, upload: Path, catalog: Catalog) -> Query:
    """What a recommendation was asked about; `upload` is where its upload was kept."""
    asked = recommendation.payload["query"]
    if asked["kind"] == "catalogue":
        return from_sample(str(asked["poster_id"]), catalog)
    try:
        data = upload.read_bytes()
    except FileNotFoundError:
        raise UnknownFilmError("That poster is no longer kept; upload it again.") from None
    return Query(image=decode(data, at_least=ENOUGH), source_hash=asked["content_hash"])


def from_card(card: PosterCard, catalog: Catalog) -> Query:
    path = catalog.poster_path(card.content_hash)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnknownFilmError(
            f"The poster file of {card.title} is missing; import it again, or pick another film."
        ) from None
    return Query(image=decode(data), source_hash=card.content_hash, card=card)
