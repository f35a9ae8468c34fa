"""What a page is about: a record, or a poster that is not kept and so comes along with the request.

Whoever uploads a poster that is not to be kept gets it back within the page. What the page asks
later (another view, an explanation, the report) it asks with that poster, and the answer is made
anew; nothing is written, and nothing stays in memory.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, replace

from flask import request

from bandit import Recommendation, UnknownRecommendation
from index import Metric
from webapp.answers import Answer
from webapp.instance import Instance, current
from webapp.nearest import NEIGHBOURHOOD, Asked, Surroundings
from webapp.picture import Picture, of_upload, picture
from webapp.queries import Query, QueryError, from_upload
from webapp.reading import Reading
from webapp.record import Restriction, answer_from, payload
from webapp.searching import uploaded
from webapp.translation import gettext as _
from webapp.translation import marked
from webapp.uploads import UNKEPT, encoded
from webapp.view import PLAIN

NO_POSTER = marked("Send the poster's file as the multipart form field `poster`.")


@dataclass(frozen=True)
class Subject:
    """An answer, its picture, and where the poster came along, that poster."""

    answer: Answer
    picture: Picture | None
    """None where the image is gone."""
    query: Query | None = None
    asked: Asked | None = None
    """The poster as a search needs it."""


def subject(recommendation_id: str) -> Subject:
    """What the request is about: the record, or in a POST the poster that was not kept.

    Raises bandit.UnknownRecommendation, uploads.GoneError, and for a POST QueryError or
    catalog.images.ImageError and what Instance.opened raises.
    """
    instance = current()
    record = instance.feedback.get(recommendation_id)
    if record is None:
        raise UnknownRecommendation(recommendation_id)
    if request.method == "POST" and record.payload.get("gone", {}).get("why") == UNKEPT:
        poster = uploaded()
        if poster is None:
            raise QueryError(_(NO_POSTER))
        return _brought(instance, record, from_upload(poster))
    answer = answer_from(instance.upload_store.present(record), instance.catalog)
    return Subject(answer, picture(instance, answer))


def shown_once(recommendation: Recommendation, query: Query, taken: Picture) -> Subject:
    """An answer that was just made about a poster that is not kept, and its picture."""
    return _within(answer_from(recommendation, current().catalog), query, taken)


def _brought(instance: Instance, record: Recommendation, query: Query) -> Subject:
    """By the distance that the record names, among the films that it was asked to search."""
    opened = instance.opened()
    around = Surroundings(instance, opened)
    read = opened.embedder.read([query.image], positions=True)
    reading = Reading.of(opened.embedder.card, read)
    asked, same = around.asked(query, read)
    k, restrict, shown = record.payload["k"], record.payload["restrict"], Metric(record.arm)
    genres = [] if restrict is False else reading.predicted
    genres_held, nearest = around.seen(asked, {shown: max(k, NEIGHBOURHOOD)}, genres, PLAIN)
    restriction = Restriction(restrict is not False, genres_held)
    made = payload(query, same, shown, nearest, k, reading, restriction)
    answer = answer_from(replace(record, payload=made), instance.catalog)
    return _within(answer, query, of_upload(query.image), asked)


def _within(answer: Answer, query: Query, taken: Picture, asked: Asked | None = None) -> Subject:
    """The picture travels within the page."""
    data = b64encode(encoded(query.image)).decode()
    view = replace(answer.query, poster_url=f"data:image/jpeg;base64,{data}", kept=False)
    return Subject(replace(answer, query=view), taken, query, asked)
