"""What is answered about drafts of one poster side by side."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from onesheet.recommending.draft_gaps import DraftShift
from webapp.schemas.film_answers import Closeness, DraftFilm, Film, Likeness
from webapp.schemas.poster_answers import IntentAnswer, Probability


class DraftAnswer(Struct, frozen=True, kw_only=True):
    """One of the drafts, under its letter: what it says, as a ReadingAnswer, and its films."""

    letter: str
    id: str
    genres: dict[str, Probability]
    predicted: list[str]
    scores: list[Probability]
    score: float
    score_interval: tuple[float, float]
    decades: dict[str, Probability]
    score_told: bool
    decades_told: bool
    intended: IntentAnswer | UnsetType = UNSET
    same_as: Film | None
    results: list[DraftFilm]


class GapAnswer(Struct, frozen=True, kw_only=True):
    """How far two drafts are apart by the metric, how alike they are, and how much their colours
    and their layout differ."""

    distance: float
    closeness: Closeness
    likeness: Likeness
    colours: DraftShift
    layout: DraftShift | None


class ChangeAnswer(Struct, frozen=True, kw_only=True):
    """What became of the poster from one draft to the next, each by its letter."""

    before: str
    after: str
    gained: list[str]
    lost: list[str]
    new: list[Film]
    gap: GapAnswer | None


class PairAnswer(Struct, frozen=True, kw_only=True):
    """How far two drafts, by their letters, are apart, and how alike they are."""

    one: str
    other: str
    distance: float
    closeness: Closeness
    likeness: Likeness
    colours: DraftShift
    layout: DraftShift | None


class ComparisonAnswer(Struct, frozen=True, kw_only=True):
    """Drafts side by side; `best` holds letters, and `gone` those of drafts left out, since their
    posters are no longer kept."""

    metric: str | None
    intended: list[str]
    drafts: list[DraftAnswer]
    best: list[str]
    changes: list[ChangeAnswer]
    gaps: list[PairAnswer]
    shared: list[Film]
    gone: list[str]
