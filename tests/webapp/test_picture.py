"""An upload is measured once, when it comes, and its first page need not read its file."""

from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from webapp import picture as pictures
from webapp.instance import Instance
from webapp.picture import MOST_EXPECTED, Picture, expect, of_upload, picture
from webapp.uploads import LARGEST, encoded


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The files that are decoded to be measured."""
    seen: list[bytes] = []
    decode = pictures.decode

    def counted(data: bytes, **how: tuple[int, int]) -> Image.Image:
        seen.append(data)
        return decode(data, **how)

    monkeypatch.setattr(pictures, "decode", counted)
    return seen


def sent(client: FlaskClient, poster: bytes, address: str = "/recommendations") -> str:
    """The address of the page about an upload."""
    answer = client.post(address, data={"poster": (BytesIO(poster), "mine.png")})
    return answer.location if answer.status_code == 303 else f"/r/{answer.json['id']}"


def test_the_page_after_an_upload_measures_nothing(
    client: FlaskClient, new_poster: bytes, measured: list[bytes]
) -> None:
    address = sent(client, new_poster)
    for _ in range(2):
        assert client.get(address).status_code == 200
    assert measured == []


def test_a_page_that_another_process_shows_measures_the_file_once(
    client: FlaskClient, instance: Instance, new_poster: bytes, measured: list[bytes]
) -> None:
    """As it does for an upload by the API, whose page may never be asked for."""
    address = sent(client, new_poster, "/api/v1/recommendations")
    texts = [client.get(address).text for _ in range(2)]
    assert texts[0] == texts[1]
    assert measured == [instance.upload_path(address.rpartition("/")[2]).read_bytes()]


@pytest.mark.parametrize("size", [(600, 900), (300, 450), (2 * LARGEST, LARGEST // 2)])
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


def test_no_more_are_expected_than_may_be(tmp_path: Path, new_poster: bytes) -> None:
    taken = of_upload(Image.open(BytesIO(new_poster)).convert("RGB"))
    for number in range(2 * MOST_EXPECTED):
        expect(tmp_path / f"{number}.jpg", taken)
    assert len(pictures._expected) == MOST_EXPECTED


def test_an_upload_that_was_deleted_meanwhile_has_no_picture(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    number = sent(client, new_poster).rpartition("/")[2]
    answer = instance.recommender.answer(number)
    assert answer
    instance.upload_path(number).unlink()
    assert picture(instance, answer) is None


def test_a_poster_that_is_not_kept_is_measured_once_too(
    client: FlaskClient, new_poster: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Picture] = []

    def counted(*what: object) -> Picture:
        taken.append(take(*what))
        return taken[-1]

    take = pictures._taken
    monkeypatch.setattr(pictures, "_taken", counted)
    form = {"poster": (BytesIO(new_poster), "mine.png"), "keep": "false"}
    assert client.post("/recommendations", data=form).status_code == 200
    assert len(taken) == 1
