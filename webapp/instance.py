"""One instance: where everything lives, and what this process has opened of it."""

from __future__ import annotations

import os
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy import Engine

from bandit import FeedbackStore
from catalog.catalog import Catalog
from catalog.database import connect
from catalog.impressions import Impressions

if TYPE_CHECKING:
    from embedder import Embedder
    from index import PosterIndex
    from webapp.explanation import Explainer
    from webapp.recommender import Recommender

HOME_VARIABLE = "ONESHEET_HOME"
DATABASE_VARIABLE = "ONESHEET_DATABASE_URL"
DEFAULT_HOME = Path("instance")
MODEL_FILES = ("model.onnx", "model.json")


class Instance:
    """Paths under one home, and the engine, model and index opened from them.

    Everything is opened on first use and kept, so a server that forks its workers opens nothing
    in the parent and each worker has its own connections. Safe to use from several threads.
    """

    def __init__(self, home: Path, database_url: str | None = None) -> None:
        self.home = home.absolute()
        self.posters = self.home / "posters"
        self.uploads = self.home / "uploads"
        self.thumbnails = self.home / "thumbs"
        self.model = self.home / "model"
        self.indexes = self.home / "index"
        self.database_url = database_url or f"sqlite:///{self.home / 'onesheet.db'}"
        self._lock = threading.RLock()
        self._embedder: Embedder | None = None
        self._index: PosterIndex | None = None

    @classmethod
    def at(cls, home: Path | str | None = None) -> Instance:
        """The instance at `home`, else ONESHEET_HOME, else ./instance; made where it is absent."""
        chosen = Path(home or os.environ.get(HOME_VARIABLE) or DEFAULT_HOME)
        chosen.mkdir(parents=True, exist_ok=True)
        return cls(chosen, os.environ.get(DATABASE_VARIABLE))

    @cached_property
    def engine(self) -> Engine:
        return connect(self.database_url)

    @cached_property
    def catalog(self) -> Catalog:
        return Catalog(self.engine, self.posters)

    @cached_property
    def impressions(self) -> Impressions:
        return Impressions(self.engine, self.catalog.poster_path)

    @cached_property
    def feedback(self) -> FeedbackStore:
        return FeedbackStore(self.engine)

    @property
    def trained(self) -> bool:
        """Whether this instance has a model of its own, be it a torn one; a folder without any
        of a model's files is none."""
        return any((self.model / name).exists() for name in MODEL_FILES)

    def embedder(self) -> Embedder:
        """The trained model of this instance, or without one the packaged model.

        Raises embedder.ModelError where the model's files are missing or torn.
        """
        with self._lock:
            if self._embedder is None:
                from embedder import Embedder

                self._embedder = Embedder.load(self.model if self.trained else None)
            return self._embedder

    def index(self) -> PosterIndex:
        """The current index, checked against its checksums and against the model.

        Raises index.IndexFolderError where its files are missing or torn, or where another model
        made it: distances between two models' embeddings mean nothing.
        """
        with self._lock:
            if self._index is None:
                from index import PosterIndex

                model = self.embedder().fingerprint
                self._index = PosterIndex.load(self.indexes, model=model)
            return self._index

    def upload_path(self, recommendation_id: str) -> Path:
        """Where the re-encoded upload behind a recommendation lives."""
        return self.uploads / f"{recommendation_id}.webp"

    @cached_property
    def recommender(self) -> Recommender:
        from webapp.recommender import Recommender

        return Recommender(self)

    @cached_property
    def explainer(self) -> Explainer:
        from webapp.explanation import Explainer

        return Explainer(self)

    def close(self) -> None:
        """Give the database connections back."""
        if "engine" in self.__dict__:
            self.engine.dispose()


def current() -> Instance:
    """The instance behind the request in hand."""
    instance = current_app.extensions["onesheet"]
    if not isinstance(instance, Instance):  # pragma: no cover - create_app always sets one
        raise TypeError("the application has no Onesheet instance; make it with create_app")
    return instance
