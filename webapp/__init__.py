"""Onesheet's web app: pages, JSON API and the `onesheet` command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

MAX_BODY = 20 * 1024 * 1024
"""Bytes a request may carry; larger bodies are refused with 413."""


def create_app(home: Path | str | None = None, **config: Any) -> Flask:
    """The WSGI application over one instance folder.

    Args:
        home: the instance folder; None takes ONESHEET_HOME, else ./instance.
        config: Flask settings to override, for example TESTING=True.
    """
    from webapp import (
        about,
        api,
        compare,
        compression,
        database,
        errors,
        explained,
        genre_pages,
        learning_pages,
        mapping,
        media,
        pages,
        report,
        searching,
        security,
        sharing,
        shortlist,
        translation,
    )
    from webapp.instance import Instance

    instance = Instance.at(home)
    app = Flask(
        __name__,
        template_folder=str(resources("templates")),
        static_folder=str(resources("static")),
    )
    hosts = instance.settings.trusted_hosts
    app.config.from_mapping(MAX_CONTENT_LENGTH=MAX_BODY, TRUSTED_HOSTS=hosts and list(hosts))
    app.config.update(config)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # genres come likeliest first
    app.extensions["onesheet"] = instance
    database.migrate(instance.engine)
    compression.set_up(app)  # first, because what comes first is done last
    security.protect(app)
    translation.set_up(app)
    errors.register(app)
    result_pages = (pages, explained, report, sharing, compare, shortlist)
    other_pages = (about, genre_pages, learning_pages, mapping, searching)
    for module in (*result_pages, *other_pages, api, media):
        app.register_blueprint(module.blueprint)
    return app


def resources(name: str) -> Path:
    """The folder of templates or static files: inside the package in a wheel, beside it here."""
    package = Path(__file__).resolve().parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name
