"""A small but real instance: 80 drawn posters, a tiny ONNX model, an index over them.

The model is untrained, so tests say nothing of quality; everything else is what runs in earnest.
"""

import dataclasses
import io
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from onnx import TensorProto, helper, numpy_helper
from PIL import Image, ImageDraw
from werkzeug.test import TestResponse

# Two cores, and many tests that run small networks: threads only get into each other's way.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from catalog.catalog import MovieRecord
from embedder import ModelCard
from embedder.card import load, save
from index import PosterIndex
from webapp import create_app, database
from webapp.building import build_index
from webapp.instance import DATABASE_VARIABLE, HOME_VARIABLE, Instance

# No test fails for being slow: the machine may be busy.
settings.register_profile("onesheet", deadline=None)
settings.load_profile("onesheet")

HEIGHT, WIDTH, CHANNELS = 96, 64, 24
PARTS = {"promise": 20, "look": 12}
GENRES = ("Drama", "Comedy", "Thriller", "Romance", "Action", "Horror", "Western")
DECADES = tuple(str(year) for year in range(1930, 2030, 10))
MOVIES = 80


@pytest.fixture(autouse=True)
def _no_instance_but_the_tests_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path_factory.getbasetemp() / "unnamed-instance"))
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder: one convolution with fixed random weights, then the heads."""
    folder = tmp_path_factory.mktemp("model")
    save(folder, tiny_onnx().SerializeToString(), tiny_card("tiny"))
    return folder


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Path:
    """An instance folder that nobody may change; tests that do take `home`."""
    home = tmp_path_factory.mktemp("small-instance")
    shutil.copytree(tiny_model, home / "model")
    instance = Instance(home)
    database.migrate(instance.engine)
    instance.catalog.add_many(
        ((movie(number), drawn_bytes(number)) for number in range(1, MOVIES + 1)), "drawn"
    )
    build_index(instance)
    instance.close()
    return home


@pytest.fixture
def home(small_home: Path, tmp_path: Path) -> Path:
    """A copy of the small instance to do anything with."""
    return Path(shutil.copytree(small_home, tmp_path / "instance"))


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
        onnx_bytes, card, _ = load(home / "model")
        thresholds = tuple(0.0 if name in genres else 1.0 for name in card.genres)
        save(home / "model", onnx_bytes, dataclasses.replace(card, thresholds=thresholds))
        instance = Instance(home)
        build_index(instance)
        instance.close()

    return predicts


@pytest.fixture
def mapped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives the instance a map, by principal components alone: UMAP compiles for half a minute.

    To be asked for before the application is first asked anything.
    """
    monkeypatch.setattr("index.map.NEIGHBOURS", MOVIES)
    instance = Instance(home)
    held = instance.index()
    ids, model = held.poster_ids, held.manifest.model
    PosterIndex.build(instance.indexes, ids, held.embeddings(ids), model=model, with_map=True)
    instance.close()


@pytest.fixture
def new_poster() -> bytes:
    """A poster that the catalogue does not hold, as PNG."""
    return drawn_bytes(1000, "PNG")


class ClosingClient(FlaskClient):
    """Reads each response to its end, which closes the file it was sent from."""

    def open(self, *args: Any, buffered: bool = True, **kwargs: Any) -> TestResponse:
        return super().open(*args, buffered=buffered, **kwargs)


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


def tiny_card(name: str) -> ModelCard:
    return ModelCard(
        name=name,
        backbone="custom",
        height=HEIGHT,
        width=WIDTH,
        parts=PARTS,
        balance=0.5,
        genres=GENRES,
        thresholds=(0.5,) * len(GENRES),
        decades=DECADES,
        # What the proxies leave of the promise part are genre logits.
        proxies=tuple(
            (1.0, *(0.0,) * (PARTS["promise"] - len(GENRES) - 1)) for _ in (*GENRES, *DECADES)
        ),
    )


def tiny_onnx(seed: int = 0) -> onnx.ModelProto:
    """posters uint8 [B, 96, 64, 3] to a reading, by the layout of embedder.export."""
    rng = np.random.default_rng(seed)
    size = sum(PARTS.values())

    def weights(name: str, *shape: int) -> onnx.TensorProto:
        values = rng.normal(0, 1 / np.sqrt(np.prod(shape[-2:])), shape)
        return numpy_helper.from_array(values.astype(np.float32), name)

    def constant(name: str, *values: float, dtype: type = np.float32) -> onnx.TensorProto:
        return numpy_helper.from_array(np.array(values, dtype=dtype), name)

    node = helper.make_node
    heads = {"genres": len(GENRES), "decades": len(DECADES), "scores": 5}
    nodes = [
        node("Cast", ["posters"], ["cast"], to=TensorProto.FLOAT),
        node("Div", ["cast", "scale"], ["unit"]),
        node("Transpose", ["unit"], ["channels_first"], perm=[0, 3, 1, 2]),
        node("Conv", ["channels_first", "kernel"], ["edges"], strides=[16, 16]),
        node("Relu", ["edges"], ["features"]),
        node("Transpose", ["features"], ["places"], perm=[0, 2, 3, 1]),
        node("MatMul", ["places", "embed"], ["raw"]),
        node("Add", ["raw", "bias"], ["positions"]),
        node("ReduceMean", ["positions", "space"], ["embeddings"], keepdims=0),
        node("ReduceMean", ["places", "space"], ["pooled"], keepdims=0),
        *(node("MatMul", ["pooled", f"{name}_head"], [f"{name}_logits"]) for name in heads),
        node("Sigmoid", ["genres_logits"], ["genres"]),
        node("Softmax", ["decades_logits"], ["decades"], axis=1),
        node("Softmax", ["scores_logits"], ["scores"], axis=1),
    ]
    made = [
        constant("scale", 64.0),
        weights("kernel", CHANNELS, 3, 16, 16),
        weights("embed", CHANNELS, size),
        constant("bias", *rng.normal(0, 0.1, size)),
        constant("space", 1, 2, dtype=np.int64),
        *(weights(f"{name}_head", CHANNELS, width) for name, width in heads.items()),
    ]
    shapes = {name: ["B", width] for name, width in heads.items()} | {
        "embeddings": ["B", size],
        "positions": ["B", HEIGHT // 16, WIDTH // 16, size],
    }
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("posters", TensorProto.UINT8, ["B", HEIGHT, WIDTH, 3])],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in shapes.items()],
        made,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
