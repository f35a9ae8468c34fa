"""Where the time of one request goes: clocks around the real functions, in this process."""

from __future__ import annotations

import inspect
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any
from unittest.mock import patch

import jinja2
from flask.json.provider import DefaultJSONProvider
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Session

import catalog.images
import catalog.images.palette
import catalog.images.registration
import onesheet.uploads.kept_picture
from bandit import FeedbackStore
from catalog.catalog import Catalog
from catalog.impressions import Impressions
from embedder import Embedder
from index import PosterIndex
from onesheet.storage.changes import ChangeLog

_ROOMS = ("bandit", "catalog", "embedder", "genres", "index", "onesheet", "webapp")

FUNCTIONS: Mapping[str, Sequence[Callable[..., Any]]] = {
    "decode": (catalog.images.decode,),
    "keep the upload": (onesheet.uploads.kept_picture.encoded,),
    "look for copies": (
        catalog.images.perceptual_hash,
        catalog.images.registration.correlation,
    ),
    "colours": (catalog.images.palette.palette,),
}
_METHODS: Mapping[str, Sequence[tuple[type, Sequence[str]]]] = {
    "embed": ((Embedder, ("read",)),),
    "search": ((PosterIndex, ("search_many", "search_each", "gap")),),
    "look for copies": ((Catalog, ("near",)),),
    "database": (
        (Catalog, ()),
        (FeedbackStore, ()),
        (Impressions, ()),
        (ChangeLog, ()),
        (Session, ("execute", "scalars", "scalar", "commit", "close")),
        (DefaultDialect, ("do_execute", "do_commit", "do_rollback")),
    ),
    "render": ((jinja2.Template, ("render",)), (DefaultJSONProvider, ("dumps",))),
}
"""All public methods of a class where none are named."""
REST = "the rest: Flask, forms, figures"


class Stopwatch:
    """Seconds by part; what a part's functions call of another part counts for that one alone."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._lock = threading.Lock()
        self._local = threading.local()

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.part(name):
                return function(*args, **kwargs)

        return timed

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        inner: list[float] = self._local.__dict__.setdefault("inner", [])
        inner.append(0.0)
        start = time.perf_counter()
        try:
            yield
        finally:
            took = time.perf_counter() - start
            within = inner.pop()
            if inner:
                inner[-1] += took
            with self._lock:
                self.seconds[name] += took - within


@contextmanager
def profiled() -> Iterator[Stopwatch]:
    """A stopwatch that every function of FUNCTIONS and METHODS starts, until the block ends."""
    watch = Stopwatch()
    with ExitStack() as undo:
        for name, functions in FUNCTIONS.items():
            for function in functions:
                timed = watch.around(name, function)
                for module, attribute in _holders(function):
                    undo.enter_context(patch.object(module, attribute, timed))
        for name, classes in _METHODS.items():
            for kind, methods in classes:
                for method in methods or _public(kind):
                    timed = watch.around(name, getattr(kind, method))
                    undo.enter_context(patch.object(kind, method, timed))
        yield watch


def _holders(function: Callable[..., Any]) -> list[tuple[Any, str]]:
    """Where the rooms' modules hold a function, by whichever name."""
    return [
        (module, name)
        for path, module in list(sys.modules.items())
        if path.partition(".")[0] in _ROOMS
        for name, value in list(vars(module).items())
        if value is function
    ]


def _public(kind: type) -> list[str]:
    return [
        name
        for name, value in vars(kind).items()
        if inspect.isfunction(value) and not name.startswith("_")
    ]
