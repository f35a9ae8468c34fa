"""A recommendation's payload: what is written once, and how it is read back for a page.

The bandit keeps the payload without understanding it. It holds ids and numbers, not films: a
film's facts come from the catalogue whenever the record is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from catalog.catalog import Catalog, PosterCard
from catalog.images.surroundings.part import Part
from catalog.lookups.facets import FacetTable
from index import Metric, Neighbour
from onesheet.base.payload import (
    PLAIN,
    VERSION,
    Payload,
    Record,
    RecordedNeighbour,
    RecordedQuery,
)
from onesheet.queries.query import Query
from onesheet.reading.readings import Reading
from onesheet.recommending.answers import (
    Answer,
    QueryView,
    Result,
    poster_url,
    upload_url,
    whole_url,
)
from onesheet.recommending.likeness import LikenessFound
from onesheet.recommending.restriction import Restriction

TOGETHER = " + "
"""Between the titles of films that are one query."""


def payload_of(
    query: Query,
    same: Sequence[PosterCard],
    shown: Metric,
    nearest: Mapping[Metric, Sequence[Neighbour]],
    likeness: LikenessFound,
    k: int,
    reading: Reading,
    restriction: Restriction,
) -> Payload:
    """What the record must hold to show the answer again, under whichever metric.

    `same` are the catalogue's copies of the query's poster, `nearest` the films under every
    metric (at least those of the neighbourhood under `shown`), `likeness` theirs.
    """
    return Payload(
        version=VERSION,
        query=RecordedQuery(
            kind="catalogue" if query.card else "upload",
            poster_id=query.card.poster_id if query.card else None,
            content_hash=query.source_hash,
            film=query.film,
            owner=query.ownership.owner,
            root=query.ownership.root,
            like=_numbers(query.likes.liked) if query.likes else (),
            unlike=_numbers(query.likes.unliked) if query.likes else (),
            part=query.part.corners if query.part else None,
            crop=query.crop.corners if query.crop else None,
        ),
        same_as=same[0].poster_id if same and not query.card else None,
        k=k,
        results={metric.value: _recorded(found[:k], likeness) for metric, found in nearest.items()},
        neighbourhood=_recorded(nearest[shown], likeness),
        likeness_words=likeness.words,
        restrict=restriction.asked,
        restricted_to=restriction.genres,
        view=None if restriction.view.plain else restriction.view,
        genres=reading.genres,
        predicted=reading.predicted,
        scores=reading.scores,
        decades=reading.decades,
        score_told=reading.score_told,
        decades_told=reading.decades_told,
        draft=query.draft,
    )


def agreeing(
    shown: Metric, nearest: Mapping[Metric, Sequence[Neighbour]], k: int, facets: FacetTable
) -> tuple[str, ...]:
    """The other metrics whose first `k` are the same films, in whatever order and by whichever
    posters."""
    films = {
        metric: set(facets.films([each.poster_id for each in found[:k]]).tolist())
        for metric, found in nearest.items()
    }
    same = [each.value for each in films if each is not shown and films[each] == films[shown]]
    return tuple(sorted(same))


def answer_from(recommendation: Record, catalog: Catalog, *, around: bool = True) -> Answer:
    """The record joined with the films as the catalogue has them now; gone films are left out.

    `around`: with the neighbourhood, whose films take as long to fetch as all else; else it is [].
    """
    stored = recommendation.payload
    neighbourhood = stored.neighbourhood if around else ()
    found = stored.results[recommendation.arm]
    wanted = {row.poster_id for row in (*neighbourhood, *found)}
    wanted |= {each for each in (stored.query.poster_id, stored.same_as) if each is not None}
    wanted |= {*stored.query.like, *stored.query.unlike}
    cards = catalog.cards(list(wanted))
    others = under_other_ids(catalog, [row.poster_id for row in (*found, *neighbourhood)])
    results = _results(found, cards, others)
    return Answer(
        id=recommendation.id,
        created=recommendation.created,
        arm=recommendation.arm,
        explored=recommendation.explored,
        epsilon=recommendation.epsilon,
        propensity=recommendation.propensity,
        credited=recommendation.credited,
        rating=recommendation.rating.value if recommendation.rating else None,
        query=_query_view(recommendation.id, stored.query, cards),
        results=results,
        same_as=_card(stored.same_as, cards),
        neighbourhood=_results(neighbourhood, cards, others),
        reading=_reading(stored),
        restrict=stored.restrict,
        restricted_to=stored.restricted_to,
        view=stored.view or PLAIN,
        likeness_words=stored.likeness_words,
        draft=stored.draft,
        lost=len(results) < len(found),
        expires=recommendation.expires,
    )


def results(
    neighbours: Sequence[Neighbour], likeness: LikenessFound, catalog: Catalog
) -> list[Result]:
    """Neighbours joined with their films, numbers rounded as the record has them."""
    numbers = [each.poster_id for each in neighbours]
    rows, others = _recorded(neighbours, likeness), under_other_ids(catalog, numbers)
    return _results(rows, catalog.cards(numbers), others)


def under_other_ids(catalog: Catalog, posters: Sequence[int]) -> dict[int, list[PosterCard]]:
    """For each of these posters whose film the catalogue has under other ids too, a poster under
    each of those; docs/decisions/0026 says which films are one."""
    others = catalog.facets().under_other_ids(posters)
    cards = catalog.cards([each for found in others.values() for each in found])
    return {
        poster: [cards[each] for each in found if each in cards] for poster, found in others.items()
    }


def _reading(stored: Payload) -> Reading:
    """Records made before predictions and decades were kept have none."""
    return Reading(
        genres=dict(sorted(stored.genres.items(), key=lambda item: -item[1])),
        predicted=stored.predicted,
        scores=stored.scores,
        decades=stored.decades,
        score_told=stored.score_told,
        decades_told=stored.decades_told,
    )


def _query_view(
    recommendation_id: str, query: RecordedQuery, cards: Mapping[int, PosterCard]
) -> QueryView:
    crop = Part(query.crop) if query.crop else None
    if query.kind == "upload":
        address, title = upload_url(recommendation_id), query.film.title if query.film else None
        part = Part(query.part) if query.part else None
        whole = whole_url(recommendation_id) if part else None
        return QueryView(
            kind="upload",
            poster_url=address,
            card=None,
            title=title,
            film=query.film,
            owner=query.owner,
            part=part,
            picture_url=whole,
            crop=crop,
        )
    card = _card(query.poster_id, cards)
    likes = [cards[each] for each in query.like if each in cards]
    unlikes = [cards[each] for each in query.unlike if each in cards]
    title = TOGETHER.join(each.title for each in likes) or (card.title if card else None)
    address = poster_url(query.content_hash)
    return QueryView(
        kind="catalogue",
        poster_url=address,
        card=card,
        title=title,
        likes=likes,
        unlikes=unlikes,
        crop=crop,
        several=bool(query.like),
        like_several=len(query.like) > 1,
    )


def _numbers(queries: Iterable[Query]) -> tuple[int, ...]:
    return tuple(each.card.poster_id for each in queries if each.card)


def _card(number: int | None, cards: Mapping[int, PosterCard]) -> PosterCard | None:
    return None if number is None else cards.get(number)


def _results(
    rows: Iterable[RecordedNeighbour],
    cards: Mapping[int, PosterCard],
    others: Mapping[int, Sequence[PosterCard]],
) -> list[Result]:
    return [
        Result(
            cards[row.poster_id],
            row.distance,
            row.closeness,
            row.likeness,
            others.get(row.poster_id, ()),
        )
        for row in rows
        if row.poster_id in cards
    ]


def _recorded(
    neighbours: Iterable[Neighbour], likeness: LikenessFound
) -> tuple[RecordedNeighbour, ...]:
    return tuple(
        RecordedNeighbour(
            int(each.poster_id),
            round(float(each.distance), 6),
            round(float(each.closeness), 2),
            round(likeness.of[each.poster_id], 4) if likeness.words else None,
        )
        for each in neighbours
    )
