"""A recommendation's payload: what is written once, and how it is read back for a page.

The bandit keeps the payload without understanding it. It holds ids and numbers, not films: a
film's facts come from the catalogue whenever the record is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bandit import Recommendation
from catalog.catalog import Catalog, PosterCard
from index import Metric, Neighbour
from webapp.answers import Answer, QueryView, Result, poster_url, upload_url
from webapp.outside import FoundFilm
from webapp.queries import Query
from webapp.reading import Reading
from webapp.view import PLAIN, View


@dataclass(frozen=True)
class Restriction:
    """Whether to stay within the predicted genres was left on, the genres it held to, and the
    filters and weights set beside it."""

    asked: bool
    genres: list[str] | None
    view: View = PLAIN


def payload(
    query: Query,
    same: Sequence[PosterCard],
    shown: Metric,
    nearest: Mapping[Metric, Sequence[Neighbour]],
    k: int,
    reading: Reading,
    restriction: Restriction,
) -> dict[str, Any]:
    """What the record must hold to show the answer again, under whichever metric.

    `same` are the catalogue's copies of the query's poster, `nearest` the films under every
    metric (at least those of the neighbourhood under `shown`).
    """
    return {
        "query": {
            "kind": "catalogue" if query.card else "upload",
            "poster_id": query.card.poster_id if query.card else None,
            "content_hash": query.source_hash,
            "film": asdict(query.film) if query.film else None,
            "owner": query.custody.owner,
            "root": query.custody.root,
        },
        "same_as": same[0].poster_id if same and not query.card else None,
        "k": k,
        "results": {metric.value: _numbers(found[:k]) for metric, found in nearest.items()},
        "neighbourhood": _numbers(nearest[shown]),
        "restrict": restriction.asked,
        "restricted_to": restriction.genres,
        "view": None if restriction.view.plain else restriction.view.as_json(),
        **vars(reading),
    }


def agreeing(
    shown: Metric, nearest: Mapping[Metric, Sequence[Neighbour]], k: int
) -> tuple[str, ...]:
    """The other metrics whose first `k` are the same films, in whatever order."""
    films = {metric: {each.poster_id for each in found[:k]} for metric, found in nearest.items()}
    same = [each.value for each in films if each is not shown and films[each] == films[shown]]
    return tuple(sorted(same))


def answer_from(recommendation: Recommendation, catalog: Catalog, *, around: bool = True) -> Answer:
    """The record joined with the films as the catalogue has them now; gone films are left out.

    `around`: with the neighbourhood, whose films take as long to fetch as all else; else it is [].
    """
    stored = recommendation.payload
    query, same_as, found = stored["query"], stored["same_as"], stored["results"]
    neighbourhood = stored["neighbourhood"] if around else []
    rows = [*neighbourhood, *found[recommendation.arm]]
    wanted = {row[0] for row in rows} | {query["poster_id"], same_as}
    cards = catalog.cards([number for number in wanted if number is not None])
    return Answer(
        id=recommendation.id,
        created=recommendation.created,
        arm=recommendation.arm,
        explored=recommendation.explored,
        epsilon=recommendation.epsilon,
        propensity=recommendation.propensity,
        credited=recommendation.credited,
        rating=recommendation.rating.value if recommendation.rating else None,
        query=_query_view(recommendation.id, query, cards),
        results=_results(found[recommendation.arm], cards),
        same_as=cards.get(same_as),
        neighbourhood=_results(neighbourhood, cards),
        reading=_reading(stored),
        restrict=stored.get("restrict"),
        restricted_to=stored.get("restricted_to"),
        view=View.from_json(stored.get("view")),
        expires=recommendation.expires,
    )


def results(neighbours: Sequence[Neighbour], catalog: Catalog) -> list[Result]:
    """Neighbours joined with their films, numbers rounded as the record has them."""
    cards = catalog.cards([each.poster_id for each in neighbours])
    return _results(_numbers(neighbours), cards)


def _reading(stored: Mapping[str, Any]) -> Reading:
    """Records made before predictions and decades were kept have none."""
    return Reading(
        genres=dict(sorted(stored["genres"].items(), key=lambda item: -item[1])),
        predicted=stored.get("predicted", []),
        scores=stored["scores"],
        decades=stored.get("decades", {}),
        score_told=stored.get("score_told", True),
        decades_told=stored.get("decades_told", True),
    )


def _query_view(
    recommendation_id: str, query: Mapping[str, Any], cards: Mapping[int, PosterCard]
) -> QueryView:
    if query["kind"] == "upload":
        film = FoundFilm(**query["film"]) if query.get("film") else None
        title = film.title if film else None
        owner = query.get("owner")
        return QueryView("upload", upload_url(recommendation_id), None, title, film, owner)
    card = cards.get(query["poster_id"])
    title = card.title if card else None
    return QueryView("catalogue", poster_url(query["content_hash"]), card, title)


def _results(rows: Iterable[Sequence[float]], cards: Mapping[int, PosterCard]) -> list[Result]:
    return [
        Result(cards[int(poster_id)], distance, closeness)
        for poster_id, distance, closeness in rows
        if poster_id in cards
    ]


def _numbers(neighbours: Iterable[Neighbour]) -> list[list[float]]:
    """JSON rows of poster id, distance and closeness."""
    return [
        [each.poster_id, round(float(each.distance), 6), round(float(each.closeness), 2)]
        for each in neighbours
    ]
