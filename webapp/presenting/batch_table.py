"""A table of several posters: what each says, and the five it looks like."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from flask import url_for

from catalog.images import ImageError
from onesheet.base.csv_cells import BYTE_ORDER_MARK, harmless
from onesheet.base.refusals import RefusalError
from onesheet.queries.query import from_upload
from onesheet.recommending.answers import Answer
from onesheet.recommending.recommender import SHOWN
from onesheet.uploads.ownership import Ownership
from webapp.current import current
from webapp.http.errors import UNKNOWN_RECOMMENDATION
from webapp.http.rate_limits import TooManyError, count_upload
from webapp.pictures.query_picture import Picture, picture
from webapp.presenting.serializers import film, reading_answer
from webapp.schemas.poster_answers import TabledPoster
from webapp.text.translation import gettext as _
from webapp.text.translation import translated

MOST_TABLED: Final = 50
"""Posters of one table: its address names each and stays within the 4 KB that servers take, its
page shows 300 small pictures, and at the default pace of uploads it takes two minutes."""
BATCH_COLUMNS: Final = (
    *("file", "title", "genres", "score", "score_low", "score_high", "decade"),
    *(f"like_{place}" for place in range(1, SHOWN + 1)),
    *("page", "trouble"),
)


@dataclass(frozen=True)
class BatchRow:
    """One poster of a table; without an `answer` the sentence that says why."""

    name: str
    """Its file's; empty where the answer is asked for again by its id."""
    answer: Answer | None = None
    picture: Picture | None = None
    trouble: str = ""


def uploaded_rows(files: Iterable[tuple[str, bytes]], ownership: Ownership) -> Iterator[BatchRow]:
    """Ask about each of the files, by name and content; what is wrong with one is its row's.

    Each counts as an upload, the first of them with the request itself.
    """
    for place, (name, data) in enumerate(files):
        try:
            if place:
                count_upload()
            query = replace(from_upload(data), ownership=ownership)
            answer = current().recommender.recommend(query, around=False)
        except TooManyError as error:
            yield BatchRow(name, trouble=str(error.description))
        except (ImageError, RefusalError) as error:
            yield BatchRow(name, trouble=translated(error))
        else:
            yield _of_answer(name, answer)


def recorded_row(recommendation_id: str, name: str = "") -> BatchRow:
    """The row of an answer given before."""
    try:
        answer = current().permalinks.answer(recommendation_id)
    except RefusalError as error:
        return BatchRow(name, trouble=translated(error))
    if answer is None:
        return BatchRow(name, trouble=_(UNKNOWN_RECOMMENDATION))
    return _of_answer(name, answer)


def table_csv(rows: Iterable[BatchRow]) -> str:
    """A header and a line for each row; no cell begins a formula."""
    buffer = io.StringIO()
    lines = csv.writer(buffer, lineterminator="\n")
    lines.writerow(BATCH_COLUMNS)
    for row in rows:
        lines.writerow(map(harmless, _cells(row)))
    return BYTE_ORDER_MARK + buffer.getvalue()


def tabled_poster(recommendation_id: str, row: BatchRow) -> TabledPoster:
    """A row as JSON has it: what it says and its films, and nothing that the arm could be told by
    before a rating."""
    answer = row.answer
    if answer is None:
        return TabledPoster(
            id=recommendation_id,
            page=None,
            same_as=None,
            reading=None,
            films=[],
            trouble=row.trouble,
        )
    return TabledPoster(
        id=answer.id,
        page=_page(answer),
        same_as=film(answer.same_as) if answer.same_as else None,
        reading=reading_answer(answer.reading, None),
        films=[film(each.card) for each in answer.results[:SHOWN]],
        trouble=None,
    )


def _page(answer: Answer) -> str:
    return url_for("results.result", recommendation_id=answer.id, _external=True)


def _of_answer(name: str, answer: Answer) -> BatchRow:
    path = current().permalinks.poster_path(answer)
    return BatchRow(name, answer, picture(path, answer.query.part))


def _cells(row: BatchRow) -> list[object]:
    """In the order of `BATCH_COLUMNS`; what is not told stays empty."""
    answer = row.answer
    if answer is None:
        return [row.name, *[""] * (len(BATCH_COLUMNS) - 2), row.trouble]
    reading, same = answer.reading, answer.same_as
    low, high = reading.score_interval
    told = reading.score_told
    five = [_titled(each.card.title, each.card.year) for each in answer.results[:SHOWN]]
    return [
        row.name,
        _titled(same.title, same.year) if same else answer.query.title or "",
        " | ".join(reading.predicted),
        *((reading.score, low, high) if told else ("", "", "")),
        reading.decade or "",
        *five,
        *[""] * (SHOWN - len(five)),
        _page(answer),
        "",
    ]


def _titled(title: str, year: int | None) -> str:
    return title if year is None else f"{title} ({year})"
