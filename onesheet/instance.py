"""The assembly of one instance: whatever works on a home, made once and handed what it uses."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from bandit import FeedbackStore
from bandit.bursts import Bursts
from catalog.adult_films import AdultFilms
from catalog.catalog import Catalog
from catalog.database import connect
from catalog.file_store import FileStore
from catalog.files import PosterFiles
from catalog.impressions import Impressions
from onesheet.base.film_thumbs import Thumbs
from onesheet.base.home import Home
from onesheet.base.machine_share import usable_cores
from onesheet.base.payload import CODEC, RecordStore
from onesheet.storage.api_keys import APIKeys
from onesheet.storage.file_places import file_store, site_notes
from onesheet.uploads.clock_watch import ClockWatch
from onesheet.uploads.store import UploadStore

# The other rooms are imported where they are first needed: they load ONNX Runtime and FAISS, which
# a server may not have loaded before it forks its workers.
if TYPE_CHECKING:
    from embedder import Embedder
    from index import PosterIndex
    from onesheet.explaining.explainer import Explainer
    from onesheet.explaining.ordinariness import OrdinaryPosters
    from onesheet.fetching.film_services import Outside
    from onesheet.indexing.builder import IndexBuilder
    from onesheet.indexing.live import Live, Opened
    from onesheet.indexing.poster_reader import PosterReader
    from onesheet.indexing.upkeep import IndexUpkeep
    from onesheet.learning.dashboard import Dashboards
    from onesheet.portraits.trends import Trends
    from onesheet.poster_map.maps import PosterMaps
    from onesheet.recommending.aspects import Aspects
    from onesheet.recommending.draft_comparison import Drafts
    from onesheet.recommending.permalinks import Permalinks
    from onesheet.recommending.raters import Raters
    from onesheet.recommending.recommender import Recommender
    from onesheet.storage.changes import ChangeLog


class Instance:
    """Everything that works on one home.

    Each part is made on first use and kept, so a server that forks its workers opens nothing in
    the parent and each worker has its own connections. Safe to use from several threads."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.answers_at_once = usable_cores()
        """Recommendations that this process works on at a time: more would share the cores."""
        self.without_adult = False
        """Whether films for adults are left out, as of what a server shows."""
        self._lock = threading.Lock()
        self._live: Live | None = None

    @classmethod
    def at(cls, folder: Path | str | None = None) -> Instance:
        """The instance whose home is what `Home.at` finds, which says what it raises."""
        return cls(Home.at(folder))

    @cached_property
    def engine(self) -> Engine:
        return connect(self.home.database_url)

    @cached_property
    def changes(self) -> ChangeLog:
        from onesheet.storage.changes import ChangeLog

        return ChangeLog(self.engine)

    @cached_property
    def catalog(self) -> Catalog:
        from onesheet.indexing.follower import IndexFollower

        files, follower = self.poster_files, IndexFollower(self.posters, self.live())
        return Catalog(self.engine, files, follower, without_adult=self.without_adult)

    @cached_property
    def poster_files(self) -> FileStore:
        return file_store(self.home, "posters")

    @cached_property
    def impressions(self) -> Impressions:
        return Impressions(self.engine, PosterFiles(self.poster_files))

    @cached_property
    def posters(self) -> PosterReader:
        from onesheet.indexing.poster_reader import PosterReader

        return PosterReader(PosterFiles(self.poster_files), self.impressions)

    @cached_property
    def builder(self) -> IndexBuilder:
        from onesheet.indexing.builder import IndexBuilder

        return IndexBuilder(self.home, self.catalog, self.changes, self.posters, self.live())

    @cached_property
    def upkeep(self) -> IndexUpkeep:
        from onesheet.indexing.upkeep import IndexUpkeep

        return IndexUpkeep(self.catalog, self.changes, self.posters, self.live(), self.builder)

    @cached_property
    def feedback(self) -> RecordStore:
        return FeedbackStore(self.engine, CODEC)

    @cached_property
    def bursts(self) -> Bursts:
        return Bursts(self.engine, lambda: datetime.now(UTC))

    @cached_property
    def adult_films(self) -> AdultFilms:
        return AdultFilms(self.engine)

    @cached_property
    def api_keys(self) -> APIKeys:
        return APIKeys(self.engine)

    @cached_property
    def thumbs(self) -> Thumbs:
        return Thumbs(self.engine)

    @cached_property
    def outside(self) -> Outside:
        """What is asked of other sites, as the settings permit."""
        from onesheet.fetching.film_services import Outside

        return Outside(self.home.settings)

    @cached_property
    def upload_store(self) -> UploadStore:
        files, clock = file_store(self.home, "uploads"), ClockWatch(site_notes(self.home))
        room = self.home.settings.uploads_mb * 1_000_000
        return UploadStore(files, self.feedback, clock, room or None)

    def live(self) -> Live:
        """What this process has opened, and follows."""
        with self._lock:
            if self._live is None:
                from onesheet.indexing.live import Live
                from onesheet.indexing.models import instance_models
                from onesheet.indexing.stores import index_store

                store, models = index_store(self.home, self.engine), instance_models(self.home)
                self._live = Live(store, models, self.changes)
            return self._live

    def embedder(self) -> Embedder:
        """The model in use; see `Live.embedder`."""
        return self.live().embedder()

    def opened(self) -> Opened:
        """Model and index, checked against the index's checksums and against each other; see
        `Live.opened`."""
        return self.live().opened()

    def index(self) -> PosterIndex:
        """The index of `opened`, for who needs no model."""
        return self.opened().index

    @cached_property
    def recommender(self) -> Recommender:
        from onesheet.recommending.recommender import Recommender

        return Recommender(
            self.catalog,
            self.feedback,
            self.upload_store,
            self.permalinks,
            self.impressions,
            self.live(),
            self.home.bandit,
            keep_days=self.home.settings.keep_days,
            at_once=self.answers_at_once,
        )

    @cached_property
    def raters(self) -> Raters:
        from onesheet.recommending.raters import Raters

        pace = self.home.settings.ratings_a_minute
        return Raters(self.feedback, self.thumbs, self.permalinks, self.catalog, pace)

    @cached_property
    def aspects(self) -> Aspects:
        from onesheet.recommending.aspects import Aspects

        return Aspects(self.catalog, self.recommender, self.live())

    @cached_property
    def ordinary_posters(self) -> OrdinaryPosters:
        from onesheet.explaining.ordinariness import OrdinaryPosters

        return OrdinaryPosters(self.catalog, self.impressions, self.recommender, self.live())

    @cached_property
    def permalinks(self) -> Permalinks:
        from onesheet.recommending.permalinks import Permalinks

        return Permalinks(self.catalog, self.feedback, self.upload_store)

    @cached_property
    def drafts(self) -> Drafts:
        from onesheet.recommending.draft_comparison import Drafts

        return Drafts(self.catalog, self.recommender, self.permalinks, self.live())

    @cached_property
    def explainer(self) -> Explainer:
        from onesheet.explaining.explainer import Explainer

        return Explainer(self.catalog, self.recommender, self.opened)

    @cached_property
    def dashboards(self) -> Dashboards:
        from onesheet.learning.dashboard import Dashboards

        return Dashboards(self.catalog, self.feedback, self.thumbs, self.recommender)

    @cached_property
    def maps(self) -> PosterMaps:
        from onesheet.poster_map.maps import PosterMaps

        return PosterMaps(self.catalog, self.live())

    @cached_property
    def trends(self) -> Trends:
        from onesheet.portraits.trends import Trends

        return Trends(self.catalog)

    def close(self) -> None:
        """Give the database connections back."""
        if "engine" in self.__dict__:
            self.engine.dispose()
