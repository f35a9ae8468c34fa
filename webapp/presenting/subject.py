"""What a page is about: a record, or a poster that is not kept and so comes along with the request.

Whoever uploads a poster that is not to be kept gets it back within the page. What the page asks
later (another view, an explanation, the report) it asks with that poster, and the answer is made
anew; nothing is written, and nothing stays in memory.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, replace

from flask import request

from catalog.images.surroundings.part import WHOLE_PICTURE
from onesheet.base.payload import Record
from onesheet.base.refusals import QueryError
from onesheet.base.settings import BLURRED, LEFT_OUT
from onesheet.base.texts import marked
from onesheet.queries.parts import crop_named, part_named
from onesheet.queries.query import Query, from_upload
from onesheet.recommending.answers import Answer
from onesheet.recommending.neighbourhood import PreparedQuery
from onesheet.recommending.record import answer_from
from onesheet.uploads.errors import UNKEPT
from onesheet.uploads.kept_picture import encoded
from webapp.current import current
from webapp.http.parameters import uploaded
from webapp.pictures.query_picture import Picture, of_upload, picture

NO_POSTER = marked("Send the poster’s file as the multipart form field `poster`.")


@dataclass(frozen=True)
class Subject:
    """An answer, its picture, and where the poster came along, that poster."""

    record: Record
    """What the database has of it."""
    answer: Answer
    picture: Picture | None
    """None where the image is gone."""
    query: Query | None = None
    prepared: PreparedQuery | None = None
    """The poster as a search needs it."""


def subject(recommendation_id: str) -> Subject:
    """What the request is about: the record, or in a POST the poster that was not kept.

    Raises bandit.UnknownRecommendation, uploads.GoneError, and for a POST QueryError or
    catalog.images.ImageError and what Recommender.remake raises.
    """
    instance = current()
    record = instance.permalinks.known(recommendation_id)
    gone = record.payload.gone
    if request.method == "POST" and gone and gone.why == UNKEPT:
        poster = uploaded()
        if poster is None:
            raise QueryError(NO_POSTER)
        # The page holds no more of it than was read, and what was marked of that beside it.
        part = part_named(request.form) or WHOLE_PICTURE
        query = from_upload(poster, part, crop_named(request.form))
        whole, prepared = instance.recommender.remake(record, query)
        return replace(shown_once(whole, query, prepared), record=record)
    answer = answer_from(instance.upload_store.present(record), instance.catalog)
    path = instance.permalinks.poster_path(answer)
    left_out = answer.query.adult and instance.home.settings.adult == LEFT_OUT
    return Subject(record, answer, None if left_out else picture(path, answer.query.part))


def shown_once(record: Record, query: Query, prepared: PreparedQuery | None = None) -> Subject:
    """An answer about a poster that is not kept, with its whole record: the picture travels within
    the page."""
    answer, poster = answer_from(record, current().catalog), query.whole.image
    if query.film and query.film.adult and current().home.settings.adult == BLURRED:
        # The page would hold the poster itself, which whoever named the film may not have seen.
        view = replace(answer.query, film=query.film, kept=False)
        return Subject(record, replace(answer, query=view), None, query, prepared)
    view = replace(
        answer.query,
        poster_url=_within_the_page(encoded(poster)),
        kept=False,
        picture_url=_within_the_page(encoded(query.picture)) if query.picture else None,
    )
    answer = replace(answer, query=view)
    return Subject(record, answer, of_upload(poster), query, prepared)


def _within_the_page(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"
