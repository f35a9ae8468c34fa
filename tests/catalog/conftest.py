from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from catalog.catalog import Catalog, MovieRecord
from catalog.database import connect
from catalog.follower import AddRows
from catalog.models import Base

Paint = Callable[..., Image.Image]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = connect(database_url)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
    yield engine
    engine.dispose()


@pytest.fixture
def catalog(engine: Engine, tmp_path: Path) -> Catalog:
    return Catalog(engine, tmp_path / "posters")


class ToldPosters:
    """A follower that writes down what it was told."""

    def __init__(self) -> None:
        self.added: dict[int, str] = {}
        self.gone: list[int] = []

    def prepare(self, content_hashes: Sequence[str]) -> AddRows:
        def add(session: Session, posters: Mapping[int, str]) -> None:
            self.added |= posters

        return add

    def removed(self, session: Session, poster_ids: Sequence[int]) -> None:
        self.gone += poster_ids


@pytest.fixture
def told() -> ToldPosters:
    return ToldPosters()


@pytest.fixture
def followed(engine: Engine, tmp_path: Path, told: ToldPosters) -> Catalog:
    return Catalog(engine, tmp_path / "posters", told)


@pytest.fixture(scope="session")
def paint() -> Paint:
    """Paint a picture that differs from that of every other seed, at any size."""

    def paint(seed: int, size: tuple[int, int] = (120, 180)) -> Image.Image:
        blocks = np.random.default_rng(seed).integers(0, 256, (9, 6, 3), dtype=np.uint8)
        return Image.fromarray(blocks).resize(size, Image.Resampling.BICUBIC)

    return paint


@pytest.fixture(scope="session")
def poster(paint: Paint) -> Callable[..., bytes]:
    """The bytes of such a picture in a format, WebP unless given."""

    def poster(seed: int, file_format: str = "WEBP", **options: object) -> bytes:
        buffer = BytesIO()
        paint(seed).save(buffer, file_format, **options)
        return buffer.getvalue()

    return poster


@pytest.fixture(scope="session")
def film() -> Callable[..., MovieRecord]:
    """A record of a film by number, with any field replaced."""

    def film(number: int = 1, **fields: object) -> MovieRecord:
        facts: dict[str, object] = {
            "imdb_id": f"tt{number:07d}",
            "tmdb_id": number,
            "title": f"Film {number}",
            "year": 1950,
            "rating": 6.5,
            "votes": 100,
            "genres": ("Crime", "Drama"),
            "split": "train",
        }
        return MovieRecord(**(facts | fields))  # type: ignore[arg-type]

    return film
