"""What answers, readings, comparisons and films look like as JSON, on every address and command."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from catalog.catalog import PosterCard
from index import Gap
from webapp.answers import Answer, BanditState, Result, imdb_url, poster_url, thumbnail_url
from webapp.drafts import Change, Comparison, Draft
from webapp.reading import Intent, Reading

THUMBNAIL = 154
"""Pixels wide, one of webapp.media.WIDTHS."""


def answer_json(answer: Answer) -> dict[str, Any]:
    """A recommendation as the API gives it."""
    same = answer.same_as
    return {
        "id": answer.id,
        "created": answer.created.isoformat(),
        "expires": answer.expires.isoformat() if answer.expires else None,
        "arm": answer.arm,
        "explored": answer.explored,
        "epsilon": answer.epsilon,
        "propensity": answer.propensity,
        "credited": answer.credited,
        "rating": answer.rating,
        "results": [result_json(result) for result in answer.results],
        "same_as": {"imdb_id": same.imdb_id, "title": same.title} if same else None,
        "genres": answer.genres,
        "scores": answer.scores,
        "restricted_to": answer.restricted_to,
        "view": None if answer.view.plain else answer.view.as_json(),
    }


def reading_json(reading: Reading, intent: Intent | None) -> dict[str, Any]:
    """A reading as the API and `onesheet read --json` give it."""
    said: dict[str, Any] = {
        "genres": reading.genres,
        "predicted": reading.predicted,
        "scores": reading.scores,
        "score": reading.score,
        "score_interval": list(reading.score_interval),
        "decades": reading.decades,
    }
    return said | ({"intended": intent_json(intent)} if intent else {})


def bandit_json(state: BanditState) -> dict[str, Any]:
    """The bandit's present state as the API and `onesheet bandit show --json` give it."""
    return {
        "arms": [
            {
                **asdict(arm),
                "value": arm.value,
                "chance_to_be_best": state.best[arm.arm],
                "chance_to_be_picked": state.chances[arm.arm],
            }
            for arm in state.arms
        ],
        "rated": state.rated,
        "policy": state.policy.name.value,
        "epsilon": state.epsilon,
        "decay": getattr(state.policy, "decay", None),
        "shared_credit": state.shared,
        "model": state.model,
    }


def intent_json(intent: Intent) -> dict[str, Any]:
    """What a poster was meant to promise, and what it does."""
    return {
        "promises": intent.promises,
        "kept": intent.kept,
        "missing": intent.missing,
        "instead": intent.instead,
        "rival": intent.rival,
        "examples": [
            {
                "imdb_id": card.imdb_id,
                "title": card.title,
                "poster_url": poster_url(card.content_hash),
            }
            for card in intent.examples
        ],
    }


def result_json(result: Result) -> dict[str, Any]:
    """A film with its distance and closeness to the query."""
    return film_json(result.card) | {"distance": result.distance, "closeness": result.closeness}


def film_json(card: PosterCard) -> dict[str, Any]:
    """A film by one of its posters."""
    return {
        "poster_id": card.poster_id,
        "imdb_id": card.imdb_id,
        "title": card.title,
        "year": card.year,
        "rating": card.rating,
        "genres": list(card.genres),
        "content_hash": card.content_hash,
        "width": card.width,
        "height": card.height,
        "poster_url": poster_url(card.content_hash),
        "thumbnail_url": thumbnail_url(card.content_hash, THUMBNAIL),
        "imdb_url": imdb_url(card.imdb_id),
    }


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Drafts side by side, each by its letter, as `/compare` shows them."""
    return {
        "metric": comparison.metric.value if comparison.metric_told else None,
        "intended": comparison.intended,
        "drafts": [_draft(draft) for draft in comparison.drafts],
        "best": [draft.letter for draft in comparison.best],
        "changes": [_change(change) for change in comparison.changes],
        "gaps": [
            {"one": one, "other": other, **_gap(gap)}
            for (one, other), gap in comparison.gaps.items()
            if one < other
        ],
        "shared": [film_json(each.card) for each in comparison.shared],
    }


def _draft(draft: Draft) -> dict[str, Any]:
    answer = draft.answer
    return {
        "letter": draft.letter,
        "id": answer.id,
        **reading_json(answer.reading, draft.intent),
        "same_as": film_json(answer.same_as) if answer.same_as else None,
        "results": [
            result_json(each) | {"new": each.card.movie_id in draft.new} for each in answer.results
        ],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "before": change.before.letter,
        "after": change.after.letter,
        "gained": change.gained,
        "lost": change.lost,
        "new": [film_json(each.card) for each in change.new],
        "gap": _gap(change.gap) if change.gap else None,
    }


def _gap(gap: Gap) -> dict[str, float]:
    return {"distance": gap.distance, "closeness": gap.closeness}
