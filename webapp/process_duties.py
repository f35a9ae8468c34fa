"""What a process that serves does before its first request, and beside its requests."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from catalog.images.guarded_decoding import DECODERS
from onesheet.storage.file_places import reached
from webapp import process_watch
from webapp.http.site_secret import is_provisional, take_secret

log = logging.getLogger("webapp")

PRUNE_SECONDS = 3600
FORGET_SECONDS = 30
FOLLOW_SECONDS = 1.0


def begin_serving(app: Flask, end: Callable[[], None] | None = None) -> None:
    """What a process does before its first request. `end` ends one that has grown."""
    process_watch.share_arenas()
    look_after(app)
    warm(app)
    DECODERS.limit(app.extensions["onesheet"].answers_at_once)
    DECODERS.warm()
    _collect_seldom()
    follow(app)
    if end is not None:
        process_watch.stay_small(end)


def warm(app: Flask) -> None:
    """Open the model and the index now rather than in somebody's first request."""
    instance = app.extensions["onesheet"]
    try:
        reached(instance.home)  # opening would wait 40 s for a store that never answers
        instance.index()
    except (OSError, ValueError, SQLAlchemyError) as error:  # which would end the whole server
        log.error("not ready: %s", error)


def _collect_seldom() -> None:
    """What is open now stays open, and a page makes thousands of objects that are gone with it:
    looking for cycles among them every 700 takes two hundredths of its time. A page itself is such
    a cycle, with the macros that it imports, and may wait for the next look at what is older, which
    comes every hundred pages or so."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 5, 5)


def look_after(app: Flask) -> None:
    """Remove expired uploads and forget who rated, now and every hour, and sign with the site's
    secret once it is there, as long as this process serves."""
    instance = app.extensions["onesheet"]
    store = instance.upload_store

    def prune() -> None:
        try:
            store.prune()
        except (OSError, ValueError, SQLAlchemyError) as error:
            log.error("expired uploads are still there: %s", error)

    def forget_raters() -> None:
        try:
            instance.bursts.forget()
        except (OSError, SQLAlchemyError) as error:
            log.error("who rated is not forgotten yet: %s", error)

    def forget_copies() -> None:
        with suppress(OSError):  # tried again
            store.forget_copies()

    def sign() -> None:
        if is_provisional(app):
            take_secret(app)

    _keep_on(prune, PRUNE_SECONDS)
    _keep_on(forget_raters, PRUNE_SECONDS)
    if instance.home.settings.files is not None:  # a folder has no copies
        _keep_on(forget_copies, FORGET_SECONDS)
    if is_provisional(app):
        _keep_on(sign, FOLLOW_SECONDS)


def follow(app: Flask) -> None:
    """Take up new indexes and changes while nobody asks, so that whoever asks next need not wait,
    and a second index does not come before the first one was seen; and keep this machine's copy."""
    from index import copies_of

    instance = app.extensions["onesheet"]
    live = instance.live()

    def look() -> None:
        with suppress(OSError, ValueError, SQLAlchemyError):  # a request tells of it
            live.opened()

    _keep_on(look, FOLLOW_SECONDS)
    if (copies := copies_of(live.store)) is not None:
        from onesheet.indexing.copy_upkeep import CopyUpkeep

        _keep_on(CopyUpkeep(instance.home, copies).follow, FOLLOW_SECONDS)


def _keep_on(work: Callable[[], None], pause: float) -> None:
    """Do it now and again after every pause, in seconds, as long as this process lives."""

    def run() -> None:
        while True:
            work()
            time.sleep(pause)

    threading.Thread(target=run, name=work.__name__, daemon=True).start()
