"""`/batch`: several posters in one table, each asked about on its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from flask import Blueprint, Response, jsonify, make_response, render_template, request

from onesheet.base.refusals import QueryError
from onesheet.base.texts import marked
from onesheet.uploads.ownership import Ownership, digest
from webapp.current import current
from webapp.http.cache_headers import ask_anew, keep_nothing
from webapp.http.parameters import NO_TABLE, keeps
from webapp.http.robots import not_listed
from webapp.http.security import MOST_BODY_OF_SEVERAL
from webapp.http.uploader_cookie import remember, visitors_key
from webapp.pictures.placeholders import prepare
from webapp.presenting.batch_table import (
    MOST_TABLED,
    BatchRow,
    recorded_row,
    table_csv,
    tabled_poster,
    uploaded_rows,
)
from webapp.schemas.poster_answers import BatchAnswer

blueprint = Blueprint("batch", __name__)

NOT_TABLED = marked(
    "A table leads to each poster’s own page, so its posters are kept, and you can delete each; "
    "allow that, or ask about one poster at a time."
)
TOO_MANY_FOR_A_TABLE = marked("At most %(most)s posters make one table; choose fewer.")
NONE_FOR_A_TABLE = marked("Choose the posters of the table.")


@blueprint.get("/batch")
def batch_page() -> Response:
    """The table of the answers that the address names; without any, where to choose posters."""
    return ask_anew(_page_of(_rows_named()[1]))


@blueprint.get("/batch.json")
def batch_json() -> Response:
    """The same table for programs, which ask about each poster by itself."""
    rows = [tabled_poster(each, row) for each, row in zip(*_rows_named(), strict=True)]
    return not_listed(ask_anew(jsonify(BatchAnswer(posters=rows))))


@blueprint.post("/batch")
def ask_batch() -> Response:
    """Ask about every file sent, and show their table; its page names its own address."""
    request.max_content_length = MOST_BODY_OF_SEVERAL
    sent = [(file.filename or "", file.read()) for file in request.files.getlist("poster")]
    files = [(name, data) for name, data in sent if name or data]
    instance, key = current(), visitors_key()
    if not files:
        raise QueryError(NONE_FOR_A_TABLE)
    _refuse_many(files)
    if not instance.home.settings.keep_days:
        raise QueryError(NO_TABLE)
    if not keeps(request.form, instance.home.settings):
        raise QueryError(NOT_TABLED)
    rows = list(uploaded_rows(files, Ownership(owner=digest(key), asker=digest(key))))
    response = keep_nothing(_page_of(rows))
    remember(response, key, instance.home.settings)
    return response


@blueprint.post("/batch.csv")
def batch_csv() -> Response:
    """The same as a table for a spreadsheet: answers by their ids, files by name, and what was
    wrong with those that have none."""
    named = (request.form.getlist(name) for name in ("poster", "file", "trouble"))
    rows = list(zip_longest(*named, fillvalue=""))
    _refuse_many(rows)
    answer = make_response(
        table_csv(
            recorded_row(each, name) if each else BatchRow(name, trouble=trouble)
            for each, name, trouble in rows
        )
    )
    answer.mimetype = "text/csv"
    answer.headers["Content-Disposition"] = "attachment; filename=onesheet-posters.csv"
    return keep_nothing(answer)


def _rows_named() -> tuple[list[str], list[BatchRow]]:
    """The answers that the address names, each once, and their rows."""
    ids = list(dict.fromkeys(request.args.getlist("poster")))
    _refuse_many(ids)
    return ids, [recorded_row(each) for each in ids]


def _page_of(rows: Sequence[BatchRow]) -> Response:
    answers = [row.answer for row in rows if row.answer]
    prepare(each.card for answer in answers for each in answer.results)
    page = render_template(
        "pages/batch.html",
        rows=rows,
        ids=[answer.id for answer in answers],
        most=MOST_TABLED,
        invented=any(answer.invented for answer in answers),
    )
    response = make_response(page)
    return not_listed(response) if rows else response


def _refuse_many(posters: Sequence[object]) -> None:
    if len(posters) > MOST_TABLED:
        raise QueryError(TOO_MANY_FOR_A_TABLE, most=str(MOST_TABLED))
