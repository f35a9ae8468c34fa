"""What doctor finds beside what tests/cli/test_doctor.py holds."""

import io
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient

from onesheet.doctor import examine
from onesheet.instance import Instance

NOTHING: set[str] = set()


def ill(found: Callable[[Instance], object], instance: Instance) -> set[str]:
    return {each.name for each in found(instance) if not each.well}  # type: ignore[attr-defined]


def uploaded(client: FlaskClient, poster: bytes) -> str:
    form = {"poster": (io.BytesIO(poster), "mine.png")}
    return str(client.post("/recommendations", data=form).location.rpartition("/")[2])


def test_an_upload_whose_file_is_gone_is_found(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    name = uploaded(client, new_poster)
    assert ill(examine, instance) == NOTHING
    instance.upload_store.path(name).unlink()
    assert ill(examine, instance) == {"uploads"}


def test_a_thumbnail_that_is_cut_short_is_made_anew(
    client: FlaskClient, instance: Instance
) -> None:
    card = instance.catalog.all_cards()[0]
    address = f"/posters/{card.content_hash}-92.webp"
    whole = client.get(address).data
    (thumbnail,) = instance.home.thumbnails.glob("*/*.webp")
    thumbnail.write_bytes(whole[:-9])
    assert ill(examine, instance) == NOTHING
    assert client.get(address).data == whole


def zeroed(path: Path) -> bytes:
    """Lose something in the middle of a file; what it held before."""
    whole = path.read_bytes()
    place = len(whole) // 2
    path.write_bytes(whole[:place] + bytes(16) + whole[place + 16 :])
    return whole


def test_a_poster_damaged_inside_is_put_aside(instance: Instance) -> None:
    card = instance.catalog.all_cards()[0]
    path = instance.catalog.poster_path(card.content_hash)
    whole = zeroed(path)
    (found,) = (each for each in examine(instance) if each.name == "posters")
    assert not found.well
    assert "1 are damaged" in found.detail
    assert card.imdb_id in found.detail
    assert not path.exists()
    path.write_bytes(whole)
    assert "posters" not in ill(examine, instance)


def test_an_upload_damaged_inside_is_found(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    zeroed(instance.upload_store.path(uploaded(client, new_poster)))
    assert ill(examine, instance) == {"uploads"}


def test_a_thumbnail_with_a_lost_sector_is_made_anew(
    client: FlaskClient, instance: Instance
) -> None:
    address = f"/posters/{instance.catalog.all_cards()[0].content_hash}-185.webp"
    whole = client.get(address).data
    (thumbnail,) = instance.home.thumbnails.glob("*/*.webp")
    assert len(whole) > 640
    thumbnail.write_bytes(whole[:128] + bytes(512) + whole[640:])
    assert ill(examine, instance) == NOTHING
    assert client.get(address).data == whole


def test_portraits_cut_short_are_found(instance: Instance) -> None:
    path = instance.home.portraits / f"{instance.index().manifest.fingerprint}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"format": 1, "por')
    assert ill(examine, instance) == {"portraits"}
