"""One instance: where everything lives, and what this process has opened of it."""

from __future__ import annotations

import os
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app, g, has_request_context
from sqlalchemy import Engine

from bandit import FeedbackStore
from catalog.catalog import Catalog
from catalog.database import connect
from catalog.impressions import Impressions
from webapp.bandit_settings import BanditSettings
from webapp.settings import Settings
from webapp.uploads import UploadStore

if TYPE_CHECKING:
    from embedder import Embedder
    from index import PosterIndex
    from webapp.changes import ChangeLog
    from webapp.explanation import Explainer
    from webapp.live import Live, Opened
    from webapp.outside import Outside
    from webapp.poster_map import PosterMaps
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

    def __init__(
        self,
        home: Path,
        database_url: str | None = None,
        bandit: BanditSettings = BanditSettings(),  # noqa: B008 - frozen
        settings: Settings = Settings(),  # noqa: B008 - frozen
    ) -> None:
        self.home = home.absolute()
        self.settings = settings
        self.posters = self.home / "posters"
        self.uploads = self.home / "uploads"
        self.thumbnails = self.home / "thumbs"
        self.model = self.home / "model"
        self.indexes = self.home / "index"
        self.portraits = self.home / "genres"
        self.database_url = database_url or f"sqlite:///{self.home / 'onesheet.db'}"
        self.bandit = bandit
        self.asked_at_once = os.cpu_count() or 1
        """Recommendations that this process works on at a time; more would share the same cores,
        and all of them come later."""
        self._lock = threading.Lock()
        self._live: Live | None = None

    @classmethod
    def at(cls, home: Path | str | None = None) -> Instance:
        """The instance at `home`, else ONESHEET_HOME, else ./instance; made where it is absent.

        Raises BanditSettingsError or SettingsError for a setting of the environment that means
        nothing.
        """
        chosen = Path(home or os.environ.get(HOME_VARIABLE) or DEFAULT_HOME)
        chosen.mkdir(parents=True, exist_ok=True)
        bandit = BanditSettings.from_environment(os.environ)
        settings = Settings.from_environment(os.environ)
        return cls(chosen, os.environ.get(DATABASE_VARIABLE), bandit, settings)

    @cached_property
    def engine(self) -> Engine:
        return connect(self.database_url)

    @cached_property
    def changes(self) -> ChangeLog:
        from webapp.changes import ChangeLog

        return ChangeLog(self.engine)

    @cached_property
    def catalog(self) -> Catalog:
        from webapp.growth import IndexFollower

        return Catalog(self.engine, self.posters, IndexFollower(self))

    @cached_property
    def impressions(self) -> Impressions:
        return Impressions(self.engine, self.catalog.poster_path)

    @cached_property
    def feedback(self) -> FeedbackStore:
        return FeedbackStore(self.engine)

    @cached_property
    def outside(self) -> Outside:
        """What is asked of other sites, as the settings permit."""
        from webapp.outside import Outside

        return Outside(self.settings)

    @cached_property
    def upload_store(self) -> UploadStore:
        return UploadStore(self.uploads, self.feedback)

    @property
    def trained(self) -> bool:
        """Whether this instance has a model of its own, be it a torn one; a folder without any
        of a model's files is none."""
        return any((self.model / name).exists() for name in MODEL_FILES)

    def live(self) -> Live:
        """What this process has opened of model and index, and follows."""
        with self._lock:
            if self._live is None:
                from embedder import Embedder
                from webapp.live import Live

                def load() -> Embedder:
                    return Embedder.load(self.model if self.trained else None)

                self._live = Live(self.indexes, self.changes, load)
            return self._live

    def embedder(self) -> Embedder:
        """The trained model of this instance, or without one the packaged model; in a request
        that holds one `opened`, that one.

        Raises embedder.ModelError where the model's files are missing or torn.
        """
        if has_request_context() and "opened" in g:
            held: Opened = g.opened
            return held.embedder
        return self.live().embedder()

    def opened(self) -> Opened:
        """Model and index for one request, which keeps them to its end.

        Checked against the index's checksums, and against each other: distances between two
        models' embeddings mean nothing. Raises embedder.ModelError, and index.IndexFolderError
        where the index's files are missing or torn, or another model made it.
        """
        if not has_request_context():
            return self.live().opened()
        if "opened" not in g:
            g.opened = self.live().opened()
        taken: Opened = g.opened
        return taken

    def index(self) -> PosterIndex:
        """The index of `opened`, for who needs no model."""
        return self.opened().index

    def upload_path(self, recommendation_id: str) -> Path:
        """Where the re-encoded upload behind a recommendation lives."""
        return self.upload_store.path(recommendation_id)

    @cached_property
    def recommender(self) -> Recommender:
        from webapp.recommender import Recommender

        return Recommender(self)

    @cached_property
    def explainer(self) -> Explainer:
        from webapp.explanation import Explainer

        return Explainer(self)

    @cached_property
    def maps(self) -> PosterMaps:
        from webapp.poster_map import PosterMaps

        return PosterMaps(self)

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
