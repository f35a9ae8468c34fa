"""The WSGI application, put together."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from werkzeug.middleware.proxy_fix import ProxyFix

from catalog.database import Trouble, trouble
from onesheet.base.settings import LEFT_OUT
from onesheet.storage import schema
from webapp.http import site_secret  # which a server must import before it forks
from webapp.resources import resources

log = logging.getLogger("webapp")


def create_app(home: Path | str | None = None, **config: Any) -> Flask:
    """The WSGI application over one instance folder.

    Args:
        home: the instance folder; None takes ONESHEET_HOME, else ./instance.
        config: Flask settings to override, for example TESTING=True.
    """
    from onesheet.instance import Instance
    from webapp import current, routes
    from webapp.http import (
        access,
        assets,
        compression,
        errors,
        identifiers,
        json_provider,
        rate_limits,
        security,
    )
    from webapp.monitoring import audit
    from webapp.presenting import template_names
    from webapp.text import translation

    instance = Instance.at(home)
    instance.without_adult = instance.home.settings.adult == LEFT_OUT
    app = Flask(
        __name__,
        template_folder=str(resources("templates")),
        static_folder=str(resources("static")),
    )
    hosts = instance.home.settings.trusted_hosts
    app.config.from_mapping(
        MAX_CONTENT_LENGTH=security.MAX_BODY, TRUSTED_HOSTS=hosts and list(hosts)
    )
    app.config.update(config)
    app.extensions["onesheet"] = instance
    _migrate(instance.engine)
    figures = []
    if instance.home.settings.metrics:
        from webapp.monitoring import metrics  # slow to import

        figures = [metrics]
    # JSON comes before the templates, which write it. What an application does after a request it
    # does in reverse, so packing is last.
    first = (
        json_provider,
        current,
        compression,
        *figures,
        audit,
        security,
        site_secret,
        access,
        rate_limits,
        translation,
        errors,
    )
    for part in (*first, identifiers, assets, template_names, routes):
        part.init_app(app)
    if proxies := instance.home.settings.proxies:
        fixed = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)
        app.wsgi_app = fixed  # type: ignore[method-assign]
    return app


def _migrate(engine: Engine) -> None:
    """Bring the database up to date. A worker goes on where it is away for a moment, answering 503:
    else it would end the whole server, whose command has migrated already."""
    try:
        schema.migrate(engine)
    except DBAPIError as error:
        if trouble(error) is not Trouble.PASSING:
            raise
        log.warning("the database is away: %s", error.orig)
