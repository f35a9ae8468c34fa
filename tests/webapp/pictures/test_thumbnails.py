from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from catalog.flushing import UnwritableError
from catalog.images import decode, to_webp
from onesheet.instance import Instance
from webapp.pictures.thumbnails import thumbnail

HASH = "ab" * 32


@pytest.fixture
def poster(tmp_path: Path) -> Path:
    path = tmp_path / "poster.webp"
    path.write_bytes(to_webp(Image.new("RGB", (200, 300), "red")))
    return path


def test_a_copy_is_made_once_and_kept_by_the_posters_hash(tmp_path: Path, poster: Path) -> None:
    small = thumbnail(tmp_path / "thumbs", HASH, poster, 92)
    assert small == tmp_path / "thumbs" / "ab" / f"{HASH}-92.webp"
    assert decode(small.read_bytes()).size == (92, 138)
    poster.unlink()
    assert thumbnail(tmp_path / "thumbs", HASH, poster, 92) == small


def test_a_poster_that_is_narrow_enough_is_its_own_copy(tmp_path: Path, poster: Path) -> None:
    assert thumbnail(tmp_path / "thumbs", HASH, poster, 342) == poster
    assert not (tmp_path / "thumbs").exists()


def test_a_copy_that_cannot_be_kept_is_given_all_the_same(
    tmp_path: Path, poster: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise UnwritableError(path, OSError(28, "the disk is full"))

    monkeypatch.setattr("webapp.pictures.thumbnails.write_atomically", full)
    small = thumbnail(tmp_path / "thumbs", HASH, poster, 92)
    assert isinstance(small, BytesIO)
    assert decode(small.getvalue()).size == (92, 138)
    assert "not kept" in caplog.text


def test_a_thumbnail_that_cannot_be_kept_is_sent_all_the_same(
    client: FlaskClient, instance: Instance
) -> None:
    instance.home.thumbnails.write_bytes(b"a file where the folder belongs")
    digest = instance.catalog.by_imdb("demo-0001")[0].content_hash
    response = client.get(f"/posters/{digest}-92.webp")
    assert (response.status_code, response.mimetype) == (200, "image/webp")
    assert response.data.startswith(b"RIFF")
