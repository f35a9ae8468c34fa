from io import BytesIO

import pytest
from flask.testing import FlaskClient

from catalog.images import decode
from onesheet.instance import Instance
from webapp.pictures.thumbnails import WIDTHS


@pytest.fixture
def content_hash(instance: Instance) -> str:
    return instance.catalog.by_imdb("demo-0001")[0].content_hash


def test_a_poster_is_sent_as_it_is_stored_and_kept_for_ever(
    client: FlaskClient, instance: Instance, content_hash: str
) -> None:
    response = client.get(f"/posters/{content_hash}.webp")
    assert response.data == instance.catalog.poster_path(content_hash).read_bytes()
    assert response.mimetype == "image/webp"
    assert "immutable" in response.headers["Cache-Control"]
    assert "public" in response.headers["Cache-Control"]
    again = client.get(
        f"/posters/{content_hash}.webp", headers={"If-None-Match": response.headers["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize("width", [width for width in WIDTHS if width < 200])
def test_a_thumbnail_is_made_once_at_its_width(
    client: FlaskClient, instance: Instance, content_hash: str, width: int
) -> None:
    path = f"/posters/{content_hash}-{width}.webp"
    first = client.get(path)
    assert decode(first.data).size == (width, round(width * 1.5))
    kept = list(instance.home.thumbnails.glob("*/*.webp"))
    assert [each.read_bytes() for each in kept] == [first.data]
    kept[0].write_bytes(b"kept")
    assert client.get(path).data == b"kept"


@pytest.mark.parametrize("width", [width for width in WIDTHS if width >= 200])
def test_a_thumbnail_is_never_larger_than_the_poster(
    client: FlaskClient, instance: Instance, content_hash: str, width: int
) -> None:
    response = client.get(f"/posters/{content_hash}-{width}.webp")
    assert decode(response.data).size == (200, 300)
    assert not instance.home.thumbnails.exists()


@pytest.mark.parametrize("width", [0, 1, 93, 100_000])
def test_other_widths_are_refused(client: FlaskClient, content_hash: str, width: int) -> None:
    assert client.get(f"/posters/{content_hash}-{width}.webp").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        f"/posters/{'0' * 64}.webp",
        f"/posters/{'0' * 64}-154.webp",
        f"/posters/{'A' * 64}.webp",
        f"/posters/{'.' * 64}.webp",
        "/posters/..%2f..%2fonesheet.webp",
        "/uploads/nobody-sent-this.jpg",
        "/uploads/..%2f..%2fonesheet.db.jpg",
        "/uploads/....jpg",
    ],
)
def test_what_there_is_not_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_upload_is_kept_by_the_browser_alone_and_asked_for_anew(
    client: FlaskClient, new_poster: bytes
) -> None:
    asked = client.post("/recommendations", data={"poster": (BytesIO(new_poster), "mine.png")})
    name = asked.location.rpartition("/")[2]
    response = client.get(f"/uploads/{name}.jpg")
    assert response.status_code == 200
    cache = response.headers["Cache-Control"]
    assert "private" in cache
    assert "no-cache" in cache
    assert "public" not in cache


@pytest.mark.parametrize("adult", [False, True])
def test_the_poster_of_a_removed_film_is_sent_to_nobody(
    client: FlaskClient, instance: Instance, content_hash: str, adult: bool
) -> None:
    instance.adult_films.mark("demo-0001", adult)
    addresses = [f"/posters/{content_hash}{width}.webp" for width in ("", "-92")]
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    instance.catalog.remove("demo-0001")
    assert instance.catalog.poster_path(content_hash).is_file()
    for address in (*addresses, f"{addresses[0]}?shown=1"):
        assert client.get(address).status_code == 404
