"""The picture of what was asked about is measured once a process."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from catalog import images
from onesheet.instance import Instance
from onesheet.uploads.kept_picture import LONGER_SIDE, encoded
from webapp.pictures import query_picture as pictures
from webapp.pictures.query_picture import Picture, of_upload, picture


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The files that are decoded to be measured."""
    seen: list[bytes] = []
    decode = images.decode

    def counted(data: bytes, **how: Any) -> Image.Image:
        seen.append(data)
        return decode(data, **how)

    monkeypatch.setattr(pictures, "decode", counted)
    return seen


def sent(client: FlaskClient, poster: bytes, address: str = "/recommendations") -> str:
    """The address of the page about an upload."""
    answer = client.post(address, data={"poster": (BytesIO(poster), "mine.png")})
    return answer.location if answer.status_code == 303 else f"/r/{answer.get_json()['id']}"


@pytest.mark.parametrize("way", ["/recommendations", "/api/v1/recommendations"])
def test_pages_measure_a_kept_upload_once(
    client: FlaskClient, instance: Instance, new_poster: bytes, measured: list[bytes], way: str
) -> None:
    address = sent(client, new_poster, way)
    texts = [client.get(address).text for _ in range(2)]
    assert texts[0] == texts[1]
    assert measured == [instance.upload_store.path(address.rpartition("/")[2]).read_bytes()]


@pytest.mark.parametrize("size", [(600, 900), (300, 450), (2 * LONGER_SIDE, LONGER_SIDE // 2)])
def test_it_is_measured_as_it_is_kept(tmp_path: Path, size: tuple[int, int]) -> None:
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.paste((200, 30, 60), (0, 0, size[0] // 2, size[1] // 2))
    path = tmp_path / "kept.jpg"
    path.write_bytes(encoded(image))
    begun, kept = of_upload(image), pictures._measured(path)
    assert (begun.width, begun.height, begun.shown) == (kept.width, kept.height, kept.shown)
    assert begun.path is None
    assert [round(each.share, 1) for each in begun.palette] == [
        round(each.share, 1) for each in kept.palette
    ]


def test_an_upload_that_was_deleted_meanwhile_has_no_picture(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    number = sent(client, new_poster).rpartition("/")[2]
    answer = instance.permalinks.answer(number)
    assert answer
    instance.upload_store.path(number).unlink()
    assert picture(instance.permalinks.poster_path(answer)) is None


def test_a_poster_that_is_not_kept_is_measured_once_too(
    client: FlaskClient, new_poster: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Picture] = []

    def counted(*what: Any) -> Picture:
        taken.append(take(*what))
        return taken[-1]

    take = pictures._taken
    monkeypatch.setattr(pictures, "_taken", counted)
    form = {"poster": (BytesIO(new_poster), "mine.png"), "keep": "false"}
    assert client.post("/recommendations", data=form).status_code == 200
    assert len(taken) == 1
