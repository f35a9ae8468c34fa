from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog.catalog import Catalog, MovieRecord
from catalog.images import NEAR_DUPLICATE, content_hash, decode, hamming, perceptual_hash

Film = Callable[..., MovieRecord]
Bytes = Callable[..., bytes]
Paint = Callable[..., Image.Image]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_plain_webp_is_kept_as_it_came(catalog: Catalog, film: Film, poster: Bytes) -> None:
    data = poster(1)
    catalog.add(film(), data, "test")
    assert catalog.poster_path(content_hash(data)).read_bytes() == data


@pytest.mark.parametrize(
    ("file_format", "options"),
    [("JPEG", {}), ("PNG", {}), ("WEBP", {"xmp": b"<x/>"}), ("TIFF", {})],
)
def test_anything_else_is_kept_as_webp_without_metadata(
    catalog: Catalog, film: Film, poster: Bytes, file_format: str, options: dict[str, object]
) -> None:
    data = poster(1, file_format, **options)
    catalog.add(film(), data, "test")
    path = catalog.poster_path(content_hash(data))
    assert path.relative_to(path.parents[1]).as_posix() == (
        f"{content_hash(data)[:2]}/{content_hash(data)}.webp"
    )
    with Image.open(path) as kept:
        assert (kept.format, kept.mode, kept.size) == ("WEBP", "RGB", (120, 180))
        assert "xmp" not in kept.info
    came, stored = decode(data), decode(path.read_bytes())
    assert hamming(perceptual_hash(came), perceptual_hash(stored)) <= NEAR_DUPLICATE
    assert np.abs(np.asarray(came, int) - np.asarray(stored, int)).mean() < 5


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((1001, 1500), (1000, 1499)),
        ((2000, 30), (1000, 15)),
        ((2500, 50), (1000, 20)),
        ((4000, 1), (1000, 1)),
    ],
)
def test_a_large_poster_is_kept_a_thousand_pixels_wide(
    catalog: Catalog, film: Film, paint: Paint, size: tuple[int, int], kept: tuple[int, int]
) -> None:
    buffer = BytesIO()
    paint(1, size).save(buffer, "WEBP")
    catalog.add(film(), buffer.getvalue(), "test")
    (card,) = catalog.by_imdb("tt0000001")
    assert (card.width, card.height) == kept
    with Image.open(catalog.poster_path(card.content_hash)) as image:
        assert image.size == kept


def test_a_very_tall_poster_is_kept_within_what_webp_holds(
    catalog: Catalog, film: Film, paint: Paint
) -> None:
    buffer = BytesIO()
    paint(1, (40, 20_000)).save(buffer, "PNG")
    catalog.add(film(), buffer.getvalue(), "test")
    (card,) = catalog.by_imdb("tt0000001")
    assert (card.width, card.height) == (8, 4000)


def test_no_half_file_is_left_when_the_disk_fails(
    catalog: Catalog, film: Film, poster: Bytes, tmp_path: Path
) -> None:
    data = poster(1)
    in_the_way = catalog.poster_path(content_hash(data))
    in_the_way.mkdir(parents=True)
    with pytest.raises(OSError, match=in_the_way.parent.name):
        catalog.add(film(), data, "test")
    assert files(tmp_path).keys() <= {"onesheet.db", "onesheet.db-wal", "onesheet.db-shm"}
    assert catalog.counts().movies == 0


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "ab" * 31, "AB" * 32, "ab" * 32 + "/"])
def test_only_a_content_hash_names_a_file(catalog: Catalog, digest: str) -> None:
    with pytest.raises(ValueError, match="content hash"):
        catalog.poster_path(digest)


def test_a_lost_file_is_put_back_by_adding_again(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    catalog.add_many([(film(), poster(1))], "test")
    path = catalog.poster_path(content_hash(poster(1)))
    path.unlink()
    assert catalog.add_many([(film(), poster(1))], "test").unchanged == 1
    assert path.read_bytes() == poster(1)


def test_a_file_emptied_by_a_loss_of_power_is_put_back(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    catalog.add_many([(film(), poster(1))], "test")
    digest = content_hash(poster(1))
    assert catalog.has_file(digest)
    catalog.poster_path(digest).write_bytes(b"")
    assert not catalog.has_file(digest)
    assert catalog.add_many([(film(), poster(1))], "test").unchanged == 1
    assert catalog.poster_path(digest).read_bytes() == poster(1)


def test_a_poster_file_that_was_cut_short_is_missing_and_importing_again_mends_it(
    catalog: Catalog, film: Callable[..., MovieRecord], poster: Callable[..., bytes]
) -> None:
    catalog.add_many([(film(1), poster(1))], "test")
    card = catalog.all_cards()[0]
    path = catalog.poster_path(card.content_hash)
    whole = path.read_bytes()
    for harmed in (whole[:-1], whole[:10], b"", b"nothing like it", whole + b"?"):
        path.write_bytes(harmed)
        assert not catalog.has_file(card.content_hash)
        catalog.add_many([(film(1), poster(1))], "test")
        assert path.read_bytes() == whole
        assert catalog.has_file(card.content_hash)
