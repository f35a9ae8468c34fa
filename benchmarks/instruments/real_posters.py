"""Real posters: from a folder of movies.csv and images/, or in an instance to be worked on."""

from __future__ import annotations

import csv
import io
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from PIL import ImageOps

from catalog.catalog import MovieRecord
from catalog.images import decode, to_webp
from onesheet.base.home import Home
from onesheet.instance import Instance

EXTENSIONS = ("webp", "jpg", "jpeg", "png")


def part_of(posters: Path, count: int, queries: int, into: Path) -> Path:
    """A folder of `count` films drawn at random, enough of the test split to ask about."""
    with (posters / "movies.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    random.Random(0).shuffle(rows)
    test = [row for row in rows if row["split"] == "test"][: min(queries, count // 2)]
    rest = [row for row in rows if row["split"] != "test"][: count - len(test)]
    into.mkdir()
    with (into / "movies.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(test + rest)
    (into / "images").symlink_to((posters / "images").absolute(), target_is_directory=True)
    return into


def source(posters: Path, imdb_id: str) -> bytes:
    """The poster's file as its owner gave it, before the catalogue took it over."""
    for extension in EXTENSIONS:
        path = posters / "images" / f"{imdb_id}.{extension}"
        if path.is_file():
            return path.read_bytes()
    raise FileNotFoundError(f"no poster of {imdb_id} in {posters / 'images'}")


def enlarged(poster: bytes, width: int) -> bytes:
    """The poster as a JPEG of that many pixels across, which takes longer to send and decode."""
    image, buffer = decode(poster), io.BytesIO()
    height = round(width * image.height / image.width)
    image.resize((width, height)).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def copied(home: Path, into: Path) -> Instance:
    """The instance to work on: its own database and index, and links to the same posters, beside
    which new ones may be put."""
    shutil.copytree(home, into, ignore=shutil.ignore_patterns("posters", "uploads"))
    shutil.copytree(home.resolve() / "posters", into / "posters", copy_function=os.symlink)
    return Instance(Home(into))


def strangers(posters: Path, count: int, first: int = 0) -> Iterator[tuple[MovieRecord, bytes]]:
    """Films that the catalogue lacks, their posters mirrored so that it lacks the bytes too."""
    for number, file in enumerate(sorted((posters / "images").iterdir())[first : first + count]):
        film = MovieRecord(
            f"demo-{900000 + first + number}", None, "Added", None, None, None, ("Drama",), "train"
        )
        yield film, to_webp(ImageOps.mirror(decode(file.read_bytes())))
