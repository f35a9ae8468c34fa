"""What this process signs visitors' keys with: the instance's secret, or what stands in for it."""

from __future__ import annotations

import logging
import secrets
from contextlib import suppress
from typing import Final

from flask import Flask

from catalog.file_store import UnreachableError
from catalog.flushing import UnwritableError
from onesheet.base.home import Home
from onesheet.base.secret import BYTES, secret, shared_secret
from onesheet.storage.file_places import file_store

log = logging.getLogger("webapp")

PROVISIONAL = "ONESHEET_PROVISIONAL_SECRET"
"""In Flask's settings: whether the object store has the secret, and was not heard yet."""
_STAND_IN: Final = secrets.token_bytes(BYTES)
"""Drawn before a server forks, so that its workers sign alike."""


def init_app(app: Flask) -> None:
    """Sign with the instance's secret. Where its folder takes none, what this server draws serves
    until it ends, and while the object store is away, until `take_secret`."""
    app.secret_key = _STAND_IN
    try:
        app.secret_key = _secret(app.extensions["onesheet"].home)
    except UnreachableError as error:
        app.config[PROVISIONAL] = True
        log.error("no browser is given a key until the object store answers: %s", error)
    except UnwritableError as error:
        log.error("visitors' keys are forgotten at the next start: %s", error)


def is_provisional(app: Flask) -> bool:
    """Whether a stand-in signs because the object store is away: it knows none of the keys that
    browsers have."""
    return bool(app.config.get(PROVISIONAL))


def take_secret(app: Flask) -> None:
    """Sign with the object store's secret from now on, if it answers by now."""
    with suppress(UnreachableError):  # tried again
        app.secret_key = _secret(app.extensions["onesheet"].home)
        app.config[PROVISIONAL] = False


def _secret(home: Home) -> bytes:
    """Raises UnreachableError, within seconds, and UnwritableError."""
    if home.settings.files is None:
        return secret(home.secret)
    files = file_store(home, "site")
    files.reach()  # reading alone would wait 40 s for a store that never answers
    return shared_secret(files)
