"""Thumbs as grades: pairs of films that people found alike, or not, for training and measuring.

The form is that of graded pairs elsewhere: `query,candidate,grade`, films by their ids, 2 for a
thumb up and 0 for a thumb down; several of one pair are their mean.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator

from catalog.catalog import Catalog
from onesheet.base.film_thumbs import Thumb, Thumbs
from onesheet.base.payload import RecordStore

GRADES = {True: 2.0, False: 0.0}
"""Of a thumb up, and of a thumb down."""
COLUMNS = ("query", "candidate", "grade")


def grades(feedback: RecordStore, thumbs: Thumbs, catalog: Catalog) -> dict[tuple[str, str], float]:
    """The mean grade of each pair of films of the catalogue, by their ids, in that order.

    An upload is the film whose poster it is, if the catalogue has that; else it is left out.
    """
    given = list(thumbs.all())
    queries = {number: _asked_about(feedback, number) for number in _recommendations(given)}
    posters = {each.poster_id for each in given} | {each for each in queries.values() if each}
    films = {number: card.imdb_id for number, card in catalog.cards(sorted(posters)).items()}
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for thumb in given:
        query = films.get(queries[thumb.recommendation_id] or 0)
        candidate = films.get(thumb.poster_id)
        if query and candidate:
            found[query, candidate].append(GRADES[thumb.up])
    return {pair: sum(each) / len(each) for pair, each in sorted(found.items())}


def grades_csv(feedback: RecordStore, thumbs: Thumbs, catalog: Catalog) -> Iterator[str]:
    """A header and a line for each pair."""
    buffer = io.StringIO()
    lines = csv.writer(buffer, lineterminator="\n")
    lines.writerow(COLUMNS)
    for (query, candidate), grade in grades(feedback, thumbs, catalog).items():
        lines.writerow((query, candidate, f"{grade:g}"))
    yield buffer.getvalue()


def _recommendations(given: list[Thumb]) -> set[str]:
    return {each.recommendation_id for each in given}


def _asked_about(feedback: RecordStore, recommendation_id: str) -> int | None:
    """The poster of the catalogue that was asked about, by its number; None where that was none,
    or several, or a part of one, whose grades say nothing of the whole poster."""
    record = feedback.get(recommendation_id)
    if record is None:
        return None
    query = record.payload.query
    if query.like or query.crop:
        return None
    return query.poster_id if query.kind == "catalogue" else record.payload.same_as
