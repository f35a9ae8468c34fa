"""A small but real instance: 80 drawn posters, a tiny ONNX model, an index over them.

The model is untrained, so tests say nothing of quality; everything else is what runs in earnest.
"""

import dataclasses
import io
import os
import random
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from PIL import Image, ImageDraw
from werkzeug.test import TestResponse

# Two cores, and many tests that run small networks: threads only get into each other's way.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Tests rate by the dozen; the one of bursts sets its own limit.
os.environ.setdefault("ONESHEET_RATINGS_A_MINUTE", "0")

from catalog.catalog import MovieRecord
from catalog.database import connect
from embedder.card import load_model, save_model
from index import PosterIndex
from onesheet.base.home import DATABASE_VARIABLE, HOME_VARIABLE, Home
from onesheet.instance import Instance
from onesheet.storage import schema as database
from onesheet.storage.transfer import copy_database
from tests.internet import _internet as _internet
from tests.internet import outside as outside
from tests.lookups import _lookups_never_rest as _lookups_never_rest
from tests.object_store import object_server as object_server
from tests.object_store import object_store as object_store
from tests.postgres import EVERYWHERE, Postgres
from tests.postgres import postgres as postgres
from tests.postgres import second_postgres as second_postgres
from tests.ray_cluster import ray_here as ray_here
from tests.tiny_model import GENRES, tiny_card, tiny_likeness, tiny_onnx
from webapp.app import create_app

# No test fails for being slow: the machine may be busy.
settings.register_profile("onesheet", deadline=None)
settings.load_profile("onesheet")

MOVIES = 80


@pytest.fixture(autouse=True)
def _no_instance_but_the_tests_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path_factory.getbasetemp() / "unnamed-instance"))
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where to keep a test's rows: an SQLite file, unless PostgreSQL is to be tested everywhere."""
    if EVERYWHERE:
        return str(request.getfixturevalue("postgres").url())
    return f"sqlite:///{tmp_path / 'onesheet.db'}"


@pytest.fixture(scope="session", autouse=True)
def _homes_in_postgres(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where PostgreSQL is to be tested everywhere, each folder's rows are there."""
    with pytest.MonkeyPatch.context() as patch:
        if EVERYWHERE:
            server: Postgres = request.getfixturevalue("postgres")
            of_folder = cache(lambda folder: server.url())
            patch.setattr(
                Home, "database_url", property(lambda home: home.database or of_folder(home.folder))
            )
        yield


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder: one convolution with fixed random weights, then the heads."""
    folder = tmp_path_factory.mktemp("model")
    save_model(folder, tiny_onnx().SerializeToString(), tiny_card("tiny"))
    return folder


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Path:
    """An instance folder that nobody may change; tests that do take `home`."""
    home = tmp_path_factory.mktemp("small-instance")
    shutil.copytree(tiny_model, home / "model")
    instance = Instance(Home(home))
    database.migrate(instance.engine)
    instance.catalog.add_many(
        ((movie(number), drawn_bytes(number)) for number in range(1, MOVIES + 1)), "drawn"
    )
    instance.builder.build()
    instance.close()
    return home


@pytest.fixture
def home(small_home: Path, tmp_path: Path) -> Path:
    """A copy of the small instance to do anything with."""
    copied = Path(shutil.copytree(small_home, tmp_path / "instance"))
    if EVERYWHERE:
        rows, own = (connect(Home(folder).database_url) for folder in (small_home, copied))
        copy_database(rows, own)
        rows.dispose()
        own.dispose()
    return copied


@pytest.fixture
def app(home: Path) -> Iterator[Flask]:
    app = create_app(home, TESTING=True)
    app.test_client_class = ClosingClient
    yield app
    app.extensions["onesheet"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def instance(app: Flask) -> Instance:
    found = app.extensions["onesheet"]
    assert isinstance(found, Instance)
    return found


@pytest.fixture
def predicts(home: Path) -> Callable[..., None]:
    """Gives the instance a model whose every reading predicts exactly the genres named.

    To be called before the application is first asked anything.
    """

    def predicts(*genres: str) -> None:
        onnx_bytes, card, _ = load_model(home / "model")
        thresholds = tuple(0.0 if name in genres else 1.0 for name in card.genres)
        save_model(home / "model", onnx_bytes, dataclasses.replace(card, thresholds=thresholds))
        instance = Instance(Home(home))
        instance.builder.build()
        instance.close()

    return predicts


@pytest.fixture
def judged(home: Path) -> Callable[..., None]:
    """Gives the instance's model a likeness as grades would, and says from where on not even the
    best is worth calling alike.

    To be called before the application is first asked anything.
    """

    def judged(nothing: float | None = None) -> None:
        onnx_bytes, card, _ = load_model(home / "model")
        fitted = dataclasses.replace(tiny_likeness(), nothing=nothing)
        save_model(home / "model", onnx_bytes, dataclasses.replace(card, likeness=fitted))

    return judged


@pytest.fixture
def mapped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives the instance a map, by principal components alone: UMAP compiles for half a minute.

    To be asked for before the application is first asked anything.
    """
    monkeypatch.setattr("index.map._NEIGHBOURS", MOVIES)
    instance = Instance(Home(home))
    held = instance.index()
    ids, model = held.poster_ids, held.manifest.model
    PosterIndex.build(instance.home.indexes, ids, held.embeddings(ids), model=model, with_map=True)
    instance.close()


@pytest.fixture
def new_poster() -> bytes:
    """A poster that the catalogue does not hold, as PNG."""
    return drawn_bytes(1000, "PNG")


class ClosingClient(FlaskClient):
    """Reads each response to its end, which closes the file it was sent from; and rates as a
    program should, with the key that came with the answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys: dict[str, str] = {}

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> TestResponse:
        address = args[0] if args and isinstance(args[0], str) else ""
        key = self.keys.get(address.removesuffix("/rating").rpartition("/")[2])
        if key and address.startswith("/api/") and address.endswith("/rating"):
            sent = dict(kwargs.get("headers") or {})
            kwargs["headers"] = {"Authorization": f"Bearer {key}"} | sent
        response = super().open(*args, buffered=buffered, **kwargs)
        if response.status_code == 201 and response.is_json and not response.content_encoding:
            said: dict[str, Any] = response.get_json()
            self.keys[said["id"]] = said.get("rating_key", "")
        return response


def movie(number: int) -> MovieRecord:
    """Odd ones are invented; every seventh lacks year or rating."""
    rng = random.Random(number)
    return MovieRecord(
        imdb_id=f"demo-{number:04d}" if number % 2 else f"tt{number:07d}",
        tmdb_id=None,
        title=f"Film No. {number}",
        year=None if number % 7 == 3 else 1930 + rng.randrange(95),
        rating=None if number % 7 == 5 else round(rng.uniform(2, 9), 1),
        votes=None if number % 7 == 5 else rng.randrange(10, 10_000),
        genres=tuple(rng.sample(GENRES, rng.randint(1, 3))),
        split="train",
        invented=bool(number % 2),
    )


def drawn_bytes(number: int, kind: str = "WEBP") -> bytes:
    buffer = io.BytesIO()
    drawn(number).save(buffer, kind)
    return buffer.getvalue()


def drawn(number: int) -> Image.Image:
    """A poster of coloured shapes, 200 x 300, the same for the same number."""
    rng = random.Random(number)

    def colour() -> tuple[int, int, int]:
        return rng.randrange(256), rng.randrange(256), rng.randrange(256)

    image = Image.new("RGB", (200, 300), colour())
    draw = ImageDraw.Draw(image)
    for _ in range(rng.randint(4, 12)):
        x, y = rng.randrange(200), rng.randrange(300)
        box = (x, y, x + rng.randint(10, 120), y + rng.randint(10, 120))
        (draw.ellipse if rng.random() < 0.5 else draw.rectangle)(box, fill=colour())
    return image
