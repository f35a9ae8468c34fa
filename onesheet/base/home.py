"""Where one instance keeps everything, and how its operator wants it run."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL

from onesheet.base.bandit_settings import BanditSettings
from onesheet.base.settings import Settings

HOME_VARIABLE = "ONESHEET_HOME"
DATABASE_VARIABLE = "ONESHEET_DATABASE_URL"
DEFAULT_HOME = Path("instance")
REAL_FILMS_COMMAND = "onesheet --home mine import PATH"
"""How real films come to whoever has the demo: into an instance of their own, since in one
catalogue every answer would have invented films among them."""
MODEL_FILES = ("model.onnx", "model.json")


@dataclass(frozen=True)
class Home:
    """The folder of one instance, its paths, and its settings. A home opens nothing.

    `database` is a database's URL; None stands for the SQLite file in the folder. Raises
    SettingsError where vectors are to be in a PostgreSQL that is not there.
    """

    folder: Path
    database: str | None = None
    bandit: BanditSettings = field(default_factory=BanditSettings)
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folder", self.folder.absolute())
        self.settings.check_database(self.database)

    @classmethod
    def at(cls, folder: Path | str | None = None) -> Home:
        """The home in `folder`, else in ONESHEET_HOME, else in ./instance, with the environment's
        settings; the folder is made where it is absent.

        Raises SettingsError for a setting of the environment that means nothing.
        """
        chosen = Path(folder or os.environ.get(HOME_VARIABLE) or DEFAULT_HOME)
        chosen.mkdir(parents=True, exist_ok=True)
        bandit = BanditSettings.from_environment(os.environ)
        settings = Settings.from_environment(os.environ)
        return cls(chosen, os.environ.get(DATABASE_VARIABLE), bandit, settings)

    @property
    def database_url(self) -> str | URL:
        """The database's URL; the file's is no text to parse, as a path may have % and ? in it."""
        return self.database or URL.create("sqlite", database=str(self.folder / "onesheet.db"))

    @property
    def posters(self) -> Path:
        """The catalogue's poster files, by content hash."""
        return self.folder / "posters"

    @property
    def uploads(self) -> Path:
        """Visitors' posters, re-encoded, by recommendation."""
        return self.folder / "uploads"

    @property
    def thumbnails(self) -> Path:
        """Posters at the widths that pages show; made when they are asked for. Beside copies of
        posters they count among these."""
        return (self.cache / "posters" if self.settings.files else self.folder) / "thumbs"

    @property
    def cache(self) -> Path:
        """This machine's copies of what an object store or PostgreSQL has; may be lost."""
        return self.folder / "cache"

    @property
    def vector_copies(self) -> Path:
        """The copy of PostgreSQL's vectors that this machine searches."""
        return self.cache / "vectors"

    @property
    def model(self) -> Path:
        """The instance's own model, without which the packaged one serves. Where an object store
        has models, it counts until one is chosen there."""
        return self.folder / "model"

    @property
    def indexes(self) -> Path:
        """A folder an index, and a file that names the one in use."""
        return self.folder / "index"

    @property
    def unfinished(self) -> Path:
        """Embeddings of posters read for an index that is not written yet, by model."""
        return self.folder / "unfinished"

    @property
    def portraits(self) -> Path:
        """What genres look like, a file an index."""
        return self.folder / "genres"

    @property
    def secret(self) -> Path:
        """What the server signs visitors' keys with."""
        return self.folder / "secret"

    @property
    def counters(self) -> Path:
        """What visitors did in the last minute; may be lost."""
        return self.folder / "counters.db"

    @property
    def tmdb_configuration(self) -> Path:
        """Where TMDB has its pictures, as it said some days ago; may be lost."""
        return self.folder / "tmdb-configuration.json"

    @property
    def runs(self) -> Path:
        """Trainings: checkpoints, caches and reports."""
        return self.folder / "runs"

    @property
    def trained(self) -> bool:
        """Whether there is a model of the instance's own, be it a torn one; a folder without any
        of a model's files is none."""
        return any((self.model / name).exists() for name in MODEL_FILES)
