"""A number for each request, and where the operator wants it a line for each that changed
something."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from flask import Flask, Response, g, request

from onesheet.base.settings import Settings
from onesheet.storage.audit_log import add_line
from webapp.http.access import CHANGES_NOTHING
from webapp.http.security import SAFE_METHODS

REQUEST_ID = "X-Request-Id"
SUBJECT_DIGITS = 16
"""Hexadecimal digits of the digest that stands for a recommendation, whose id would open it."""


def init_app(app: Flask) -> None:
    """Number requests, and write down what they change in the file that the operator named."""
    settings: Settings = app.extensions["onesheet"].home.settings
    app.before_request(give_number)
    app.after_request(tell_number)
    if settings.audit_log is not None:
        path = Path(settings.audit_log)
        app.after_request(lambda response: write_down(path, response))


def give_number() -> None:
    """The logs know the request by it."""
    g.request_number = secrets.token_hex(8)


def tell_number(response: Response) -> Response:
    response.headers[REQUEST_ID] = g.get("request_number", "")
    return response


def write_down(path: Path, response: Response) -> Response:
    """Add a line of JSON: when, what was asked, of what, and what came of it; nothing of who asked.
    A file that takes no line stops no answer."""
    if request.method in SAFE_METHODS or request.endpoint in {None, *CHANGES_NOTHING}:
        return response
    subject = (request.view_args or {}).get("recommendation_id")
    add_line(
        path,
        request=g.get("request_number"),
        asked=request.endpoint,
        of=subject and hashlib.sha256(subject.encode()).hexdigest()[:SUBJECT_DIGITS],
        status=response.status_code,
    )
    return response
