"""The instance that the request in hand works on, and the model and index it keeps to its end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, current_app

from onesheet.instance import Instance
from onesheet.readiness import Finding, RecentFindings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

READINESS_EXTENSION = "onesheet_readiness"


def current() -> Instance:
    """The instance of the application that answers the request in hand.

    Raises RuntimeError outside of a request.
    """
    instance = current_app.extensions["onesheet"]
    if not isinstance(instance, Instance):  # pragma: no cover - create_app always sets one
        raise TypeError("the application has no Onesheet instance; make it with create_app")
    return instance


def recent_findings() -> tuple[Finding, ...]:
    """Whether this process was ready when somebody last asked, or is now."""
    found: RecentFindings = current_app.extensions[READINESS_EXTENSION]
    return found.all()


def init_app(app: Flask) -> None:
    """Let every request keep one model and one index, whatever is taken up meanwhile.

    They are pinned around the WSGI application, not in Flask's hooks: a context variable must be
    reset in the context in which it was set.
    """
    answer = app.wsgi_app
    instance: Instance = app.extensions["onesheet"]
    app.extensions[READINESS_EXTENSION] = RecentFindings(instance)

    def pinned(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with instance.live().pinned():
            return answer(environ, start_response)

    app.wsgi_app = pinned  # type: ignore[method-assign]
