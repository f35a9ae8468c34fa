"""What generated pictures cannot show, on a few real posters where they are at hand."""

import csv
import os
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance

from catalog.catalog import Catalog
from catalog.images import NEAR_DUPLICATE, decode, hamming, perceptual_hash
from catalog.sources.folder import import_folder

pytestmark = pytest.mark.posters

BESIDE = Path(__file__).parents[3] / "shared" / "posters"
COUNT = 200


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first posters of the collection with their rows, laid out anew."""
    source = Path(os.environ.get("ONESHEET_POSTERS", BESIDE))
    if not (source / "movies.csv").is_file():
        pytest.skip("the real posters are not here; set ONESHEET_POSTERS to their folder")
    target = tmp_path_factory.mktemp("posters")
    (target / "images").mkdir()
    if (source / "images").is_dir():
        for path in sorted((source / "images").iterdir())[:COUNT]:
            (target / "images" / path.name).write_bytes(path.read_bytes())
    else:
        with tarfile.open(min(source.glob("*.tar"))) as archive:
            members = [member for member in archive if member.isfile()][:COUNT]
            for member in members:
                packed = archive.extractfile(member)
                assert packed is not None
                (target / "images" / Path(member.name).name).write_bytes(packed.read())
    have = {path.stem for path in (target / "images").iterdir()}
    with (source / "movies.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    with (target / "movies.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *(row for row in rows if row[0] in have)])
    return target


def test_real_posters_are_imported(catalog: Catalog, folder: Path) -> None:
    report = import_folder(catalog, folder)
    assert report.added == COUNT
    assert report.skipped == []
    assert import_folder(catalog, folder).unchanged == COUNT


def recompressed(image: Image.Image) -> Image.Image:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=40)
    return decode(buffer.getvalue())


@pytest.mark.parametrize(
    "change",
    [
        recompressed,
        lambda image: ImageEnhance.Brightness(image).enhance(0.6),
        lambda image: image.resize((96, 141), Image.Resampling.LANCZOS),
    ],
    ids=["re-compressed", "darkened", "96 pixels wide"],
)
def test_copies_are_within_the_threshold_and_other_films_are_not(
    folder: Path, change: Callable[[Image.Image], Image.Image]
) -> None:
    images = [decode(path.read_bytes()) for path in sorted((folder / "images").iterdir())]
    hashes = [perceptual_hash(image) for image in images]
    copies = [perceptual_hash(change(image)) for image in images]
    near = [
        (i, j)
        for i, copy in enumerate(copies)
        for j, original in enumerate(hashes)
        if hamming(copy, original) <= NEAR_DUPLICATE
    ]
    assert {(i, i) for i in range(COUNT)} <= set(near)
    assert len(near) <= COUNT * 1.02
