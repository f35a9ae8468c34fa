from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from embedder.finishing.finish import finish
from embedder.finishing.nca import NcaConfig
from embedder.finishing.reader import ReaderConfig
from embedder.training.config import TrainingConfig
from embedder.training.data import Example
from embedder.training.loop import train
from genres.thresholds import best_thresholds

GENRES = {"Comedy": (230, 200, 60), "Horror": (40, 10, 20), "Western": (200, 120, 40)}
TINY = TrainingConfig(
    backbone="custom",
    weights="none",
    height=48,
    width=32,
    early_epochs=1,
    promise=8,
    look=8,
    frozen=0,
    epochs=2,
    batch=8,
    average=0.5,
    patience=5,
    near_duplicate=-1,  # these flat posters are all alike
    threads=1,
)


def poster(path: Path, colour: tuple[int, int, int], rng: np.random.Generator) -> None:
    pixels = rng.normal(colour, 25, (60, 40, 3)).clip(0, 255).astype(np.uint8)
    pixels[rng.integers(0, 40) :, rng.integers(0, 30) :] //= 2
    Image.fromarray(pixels).save(path)


def make_examples(folder: Path, per_genre: int = 16) -> list[Example]:
    rng = np.random.default_rng(7)
    examples = []
    for genre, colour in GENRES.items():
        for number in range(per_genre):
            path = folder / f"{genre}{number}.png"
            poster(path, colour, rng)
            split = "train" if number < per_genre - 6 else ("val" if number % 2 else "test")
            genres = (genre, "Drama") if number % 3 == 0 else (genre,)
            year = None if number == 1 else 1950 + 10 * (number % 7)
            rating = None if number == 2 else float(number % 10)
            film = f"{genre}-{number}"
            title = f"{genre} {number}" if number % 4 else genre
            examples.append(Example(film, title, path, genres, year, rating, split, number))
    return examples


@pytest.fixture(scope="session")
def tiny() -> TrainingConfig:
    return TINY


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    return make_examples(tmp_path_factory.mktemp("posters"))


@pytest.fixture(scope="session")
def trained(examples: list[Example], tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    run = tmp_path_factory.mktemp("run")
    return SimpleNamespace(run=run, best=train(examples, run, TINY), examples=examples)


@pytest.fixture(scope="session")
def folder(trained: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    posters = np.load(trained.run / "posters.npy", mmap_mode="r")
    finish(
        trained.best,
        trained.examples,
        posters,
        folder,
        name="tiny",
        balance=0.4,
        thresholds=best_thresholds,
        nca=NcaConfig(dimensions=6, epochs=2),
        reader=ReaderConfig(hidden=16, epochs=2),
    )
    return folder


@pytest.fixture(scope="session")
def images(trained: SimpleNamespace) -> list[Image.Image]:
    return [Image.open(e.path).convert("RGB") for e in trained.examples]
