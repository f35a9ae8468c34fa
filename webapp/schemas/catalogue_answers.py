"""What is answered about the whole catalogue: genres, the map, the model, and failures."""

from __future__ import annotations

from msgspec import Struct

from catalog.records import Counts
from onesheet.portraits.gallery import Link, Portrait
from onesheet.portraits.trends import Period
from onesheet.poster_map.regions import Region


class ErrorAnswer(Struct, frozen=True, kw_only=True):
    """Why there is no other answer (RFC 9457); `detail` is a sentence that says what to do, and so
    is `error`, its name from before."""

    type: str
    title: str
    status: int
    detail: str
    error: str


class HealthAnswer(Struct, frozen=True, kw_only=True):
    """What a process has opened; `model` and `index` are fingerprints. All of it is None where
    they cannot be opened."""

    status: str
    posters: int | None
    model: str | None
    index: str | None
    movies: int | None


class ReadinessAnswer(Struct, frozen=True, kw_only=True):
    """Whether a poster can be taken now; `wrong` names what is in the way."""

    ready: bool
    wrong: list[str]


class ModelFacts(Struct, frozen=True, kw_only=True):
    """The model in use; `parts` are dimensions of the embedding's parts."""

    name: str
    fingerprint: str
    backbone: str
    width: int
    height: int
    parts: dict[str, int]
    genres: tuple[str, ...]


class IndexFacts(Struct, frozen=True, kw_only=True):
    """The index in use; `overlap` is the mean overlap@5 of each pair of metrics."""

    fingerprint: str
    posters: int
    created: str
    overlap: dict[str, float]


class AboutAnswer(Struct, frozen=True, kw_only=True):
    """The model and the index in use, and how much the catalogue holds."""

    model: ModelFacts
    index: IndexFacts
    catalogue: Counts


class GenresAnswer(Struct, frozen=True, kw_only=True):
    """What genres look like, and which of them share films; posters by their ids."""

    genres: list[Portrait]
    links: list[Link]


class TrendsAnswer(Struct, frozen=True, kw_only=True):
    """What the posters of each year and each decade look like, those without a film left out;
    examples are posters by their ids."""

    years: list[Period]
    decades: list[Period]


class MapAnswer(Struct, frozen=True, kw_only=True):
    """Where the genres hang on the map, and the address of the file of its points."""

    posters: int
    points_url: str
    regions: list[Region]
