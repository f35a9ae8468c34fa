"""Answers, readings, comparisons and films as the JSON API and the commands' --json have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, structs

from catalog.catalog import PosterCard
from onesheet.explaining.explainer import Heat
from onesheet.reading.readings import Intent, Reading
from onesheet.recommending.answers import (
    Answer,
    FilmsInView,
    Result,
    imdb_url,
    poster_url,
    thumbnail_url,
)
from onesheet.recommending.draft_comparison import Comparison
from onesheet.recommending.draft_gaps import Draft, DraftChange
from webapp.schemas.draft_answers import (
    ChangeAnswer,
    ComparisonAnswer,
    DraftAnswer,
    GapAnswer,
    PairAnswer,
)
from webapp.schemas.film_answers import DraftFilm, Film, FilmInBrief, ResultFilm
from webapp.schemas.poster_answers import (
    EmbeddedReading,
    HeatAnswer,
    IntentAnswer,
    ReadingAnswer,
    RecommendationAnswer,
    ViewAnswer,
)
from webapp.text.translation import gettext as _

THUMBNAIL = 154
SMALL_THUMBNAIL = 92
"""Pixels wide, each one of webapp.pictures.thumbnails.WIDTHS."""


def recommendation_answer(
    answer: Answer, thumbs: Mapping[int, bool] | None = None
) -> RecommendationAnswer:
    """A recommendation as the API gives it; `thumbs` of it, by poster: whether they are up."""
    same = answer.same_as
    return RecommendationAnswer(
        id=answer.id,
        created=answer.created.isoformat(),
        expires=answer.expires.isoformat() if answer.expires else None,
        arm=answer.arm,
        explored=answer.explored,
        epsilon=answer.epsilon,
        propensity=answer.propensity,
        credited=answer.credited,
        rating=answer.rating,
        thumbs={poster: "up" if up else "down" for poster, up in (thumbs or {}).items()},
        results=[result_film(result) for result in answer.results],
        same_as=FilmInBrief(imdb_id=same.imdb_id, title=same.title) if same else None,
        genres=answer.genres,
        scores=answer.reading.scores,
        score_told=answer.reading.score_told,
        restricted_to=answer.restricted_to,
        view=None if answer.view.plain else answer.view,
        part=answer.query.part.corners if answer.query.part else UNSET,
        crop=answer.query.crop.corners if answer.query.crop else UNSET,
    )


def view_answer(viewed: FilmsInView, *, credited: bool) -> ViewAnswer:
    """A view of a recommendation."""
    return ViewAnswer(
        **structs.asdict(viewed.view),
        metric=viewed.metric,
        restrict=viewed.restrict,
        restricted_to=viewed.restricted_to,
        credited=credited,
        films=[result_film(film) for film in viewed.films],
    )


def reading_answer(reading: Reading, intent: Intent | None) -> ReadingAnswer:
    """A reading as the API and `onesheet read --json` give it."""
    return ReadingAnswer(**_reading(reading, intent))


def embedded_reading(
    reading: Reading, intent: Intent | None, embedding: list[float], model: str
) -> EmbeddedReading:
    """The same with the poster's raw embedding, and the fingerprint of the model that read it."""
    return EmbeddedReading(**_reading(reading, intent), embedding=embedding, model=model)


def _reading(reading: Reading, intent: Intent | None) -> dict[str, Any]:
    return {
        "genres": reading.genres,
        "predicted": reading.predicted,
        "scores": reading.scores,
        "score": reading.score,
        "score_interval": reading.score_interval,
        "decades": reading.decades,
        "score_told": reading.score_told,
        "decades_told": reading.decades_told,
        "intended": _intent(intent) if intent else UNSET,
    }


def _intent(intent: Intent) -> IntentAnswer:
    return IntentAnswer(
        promises=intent.promises,
        kept=intent.kept,
        missing=intent.missing,
        instead=intent.instead,
        rival=intent.rival,
        examples=[
            FilmInBrief(
                imdb_id=card.imdb_id, title=card.title, poster_url=poster_url(card.content_hash)
            )
            for card in intent.examples
        ],
    )


def film(card: PosterCard) -> Film:
    """A film by one of its posters."""
    return Film(**_film_fields(card))


def suggested_film(card: PosterCard) -> FilmInBrief:
    """A film to choose while a title is typed."""
    return FilmInBrief(
        sample=card.poster_id,
        imdb_id=card.imdb_id,
        title=card.title,
        year=card.year,
        thumbnail_url=thumbnail_url(card.content_hash, SMALL_THUMBNAIL),
    )


def result_film(result: Result) -> ResultFilm:
    """A film with its distance and likeness to the query."""
    return ResultFilm(
        **_film_fields(result.card),
        distance=result.distance,
        closeness=result.closeness,
        likeness=result.likeness,
        others=[
            FilmInBrief(
                imdb_id=card.imdb_id,
                title=card.title,
                year=card.year,
                poster_url=poster_url(card.content_hash),
            )
            for card in result.others
        ],
    )


def _film_fields(card: PosterCard) -> dict[str, Any]:
    return {
        "poster_id": card.poster_id,
        "imdb_id": card.imdb_id,
        "title": card.title,
        "year": card.year,
        "rating": card.rating,
        "genres": card.genres,
        "content_hash": card.content_hash,
        "width": card.width,
        "height": card.height,
        "poster_url": poster_url(card.content_hash),
        "thumbnail_url": thumbnail_url(card.content_hash, THUMBNAIL),
        "imdb_url": imdb_url(card.imdb_id),
        "adult": card.adult,
    }


def heat_answer(heat: Heat) -> HeatAnswer:
    """A heat map over a poster, its pull to three digits."""
    return HeatAnswer(
        shares=heat.shares.tolist(), pull=heat.pull.round(3).tolist(), region=_(heat.region)
    )


def comparison_answer(comparison: Comparison) -> ComparisonAnswer:
    """Drafts side by side, each by its letter, as `/compare` shows them."""
    return ComparisonAnswer(
        metric=comparison.metric.value if comparison.metric_told else None,
        intended=comparison.intended,
        drafts=[_draft(draft) for draft in comparison.drafts],
        best=[draft.letter for draft in comparison.best],
        changes=[_change(change) for change in comparison.changes],
        gaps=[
            PairAnswer(one=one, other=other, **vars(gap))
            for (one, other), gap in comparison.gaps.items()
            if one < other
        ],
        shared=[film(each.card) for each in comparison.shared],
        gone=comparison.gone,
    )


def _draft(draft: Draft) -> DraftAnswer:
    answer = draft.answer
    return DraftAnswer(
        letter=draft.letter,
        id=answer.id,
        **_reading(answer.reading, draft.intent),
        same_as=film(answer.same_as) if answer.same_as else None,
        results=[
            DraftFilm(**structs.asdict(result_film(each)), new=each.card.movie_id in draft.new)
            for each in answer.results
        ],
    )


def _change(change: DraftChange) -> ChangeAnswer:
    return ChangeAnswer(
        before=change.before.letter,
        after=change.after.letter,
        gained=change.gained,
        lost=change.lost,
        new=[film(each.card) for each in change.new],
        gap=GapAnswer(**vars(change.gap)) if change.gap else None,
    )


def as_text(answer: msgspec.Struct, *, indent: int = 0) -> str:
    """An answer's JSON for a terminal; without `indent` on one line."""
    written = msgspec.json.encode(answer)
    return (msgspec.json.format(written, indent=indent) if indent else written).decode()
