"""A folder of drawn posters as benchmarks take one, and an instance that holds them."""

import shutil
from pathlib import Path

import pytest

from catalog.sources.folder import import_folder
from onesheet.base.home import Home
from onesheet.instance import Instance
from onesheet.storage import schema as database
from tests.conftest import drawn_bytes
from tests.tiny_model import GENRES

FILMS = 90
SPLITS = ("train", "train", "train", "val", "test")
HEADER = "imdb_id,tmdb_id,title,year,rating,votes,genres,split"


def line(number: int) -> str:
    genres = "|".join({GENRES[number % 3], GENRES[number // 5 % 4]})
    year, rating, split = 1930 + number, 1 + number % 8, SPLITS[number % len(SPLITS)]
    return f"tt{number:07d},,Film {number},{year},{rating},100,{genres},{split}"


@pytest.fixture(scope="session")
def posters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """movies.csv and images/, for every split; nobody may change it."""
    folder = tmp_path_factory.mktemp("posters")
    (folder / "images").mkdir()
    (folder / "movies.csv").write_text("\n".join([HEADER, *map(line, range(1, FILMS + 1))]))
    for number in range(1, FILMS + 1):
        (folder / "images" / f"tt{number:07d}.webp").write_bytes(drawn_bytes(number))
    return folder


@pytest.fixture(scope="session")
def _filled(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path, posters: Path) -> Path:
    home = tmp_path_factory.mktemp("filled")
    shutil.copytree(tiny_model, home / "model")
    instance = Instance(Home(home))
    database.migrate(instance.engine)
    import_folder(instance.catalog, posters)
    instance.builder.build()
    instance.close()
    return home


@pytest.fixture
def filled(_filled: Path, tmp_path: Path) -> Path:
    """An instance of those posters, indexed by the tiny model, to do anything with."""
    return Path(shutil.copytree(_filled, tmp_path / "filled"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where a benchmark writes its document."""
    return tmp_path / "document.md"
