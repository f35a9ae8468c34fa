import io

import pytest
from flask.testing import FlaskClient
from PIL import Image

from catalog.images import decode
from index import Metric
from onesheet.instance import Instance
from tests.webapp.routes.programs import RECOMMENDATIONS, recommended, upload

RESULT_FIELDS = {
    "poster_id",
    "imdb_id",
    "title",
    "others",
    "year",
    "rating",
    "adult",
    "genres",
    "distance",
    "closeness",
    "likeness",
    "poster_url",
    "thumbnail_url",
    "content_hash",
    "width",
    "height",
    "imdb_url",
}


@pytest.mark.parametrize(
    ("address", "status"), [(RECOMMENDATIONS, 201), (RECOMMENDATIONS.removeprefix("/api/v1"), 303)]
)
def test_an_upload_needs_no_file_name(
    client: FlaskClient, new_poster: bytes, address: str, status: int
) -> None:
    def sent(data: bytes) -> int:
        part = b'--x\r\nContent-Disposition: form-data; name="poster"; filename=""\r\n\r\n'
        kind = "multipart/form-data; boundary=x"
        body = part + data + b"\r\n--x--\r\n"
        return client.post(address, data=body, content_type=kind).status_code

    assert sent(new_poster) == status
    assert sent(b"") == 400


def stored_bytes(instance: Instance, imdb_id: str) -> bytes:
    card = instance.catalog.by_imdb(imdb_id)[0]
    return instance.catalog.poster_path(card.content_hash).read_bytes()


def test_an_upload_is_answered_with_five_films_and_what_the_poster_suggests(
    client: FlaskClient, new_poster: bytes
) -> None:
    response = upload(client, new_poster)
    body = response.get_json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"{RECOMMENDATIONS}/{body['id']}"
    assert [set(result) for result in body["results"]] == [RESULT_FIELDS] * 5
    assert len({result["imdb_id"] for result in body["results"]}) == 5
    assert body["arm"] in ("cosine", "euclidean", "manhattan")
    assert isinstance(body["explored"], bool)
    assert body["epsilon"] == 1.0
    assert body["same_as"] is None
    assert list(body["genres"].values()) == sorted(body["genres"].values(), reverse=True)
    assert all(0 <= share <= 1 for share in body["genres"].values())
    assert len(body["scores"]) == 5
    assert sum(body["scores"]) == pytest.approx(1, abs=1e-3)
    distances = [result["distance"] for result in body["results"]]
    assert distances == sorted(distances)
    assert all(0 <= result["closeness"] <= 100 for result in body["results"])
    assert all(0 <= result["likeness"] <= 1 for result in body["results"])


def test_what_was_answered_can_be_read_again(client: FlaskClient, new_poster: bytes) -> None:
    first = recommended(client, new_poster)
    assert first.pop("delete_key") == first.pop("rating_key")
    assert client.get(f"{RECOMMENDATIONS}/{first['id']}").get_json() == first


@pytest.mark.parametrize(
    "imdb", ["tt0000002", "https://www.imdb.com/de/title/tt0000002/?ref_=x", "demo-0003"]
)
def test_a_film_of_the_catalogue_never_finds_itself(client: FlaskClient, imdb: str) -> None:
    response = client.post(RECOMMENDATIONS, json={"imdb": imdb, "k": 50})
    body = response.get_json()
    assert response.status_code == 201
    assert len(body["results"]) == 50
    assert body["same_as"] is None
    assert not [each for each in body["results"] if each["imdb_id"] in imdb]


def test_a_form_may_name_a_film_too(client: FlaskClient) -> None:
    response = client.post(RECOMMENDATIONS, data={"imdb": "tt0000002"})
    assert response.status_code == 201


def test_the_very_poster_of_a_film_is_recognised_and_left_out(
    client: FlaskClient, instance: Instance
) -> None:
    body = recommended(client, stored_bytes(instance, "demo-0007"), k="50")
    assert body["same_as"] == {"imdb_id": "demo-0007", "title": "Film No. 7"}
    assert "demo-0007" not in {result["imdb_id"] for result in body["results"]}


def test_a_poster_that_was_resized_and_compressed_is_recognised(
    client: FlaskClient, instance: Instance
) -> None:
    image = decode(stored_bytes(instance, "demo-0007")).resize((320, 480))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=70)
    body = recommended(client, buffer.getvalue(), k="50")
    assert body["same_as"]["imdb_id"] == "demo-0007"
    assert "demo-0007" not in {result["imdb_id"] for result in body["results"]}


@pytest.mark.parametrize("metric", ["cosine", "euclidean", "manhattan"])
def test_a_metric_asked_for_by_name_is_used_and_not_credited(
    client: FlaskClient, new_poster: bytes, metric: str
) -> None:
    body = recommended(client, new_poster, metric=metric)
    assert body["arm"] == metric
    assert (body["explored"], body["epsilon"], body["credited"]) == (None, None, False)
    client.put(f"{RECOMMENDATIONS}/{body['id']}/rating", json={"rating": "good"})
    assert client.get("/api/v1/bandit").get_json()["rated"] == 0


def test_the_record_holds_the_five_under_every_metric(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    body = recommended(client, new_poster)
    record = instance.feedback.get(body["id"])
    assert record is not None
    assert {*record.payload.results} == {*Metric}
    for metric, rows in record.payload.results.items():
        forced = recommended(client, new_poster, metric=metric)
        cards = instance.catalog.cards([row.poster_id for row in rows])
        assert [card.imdb_id for card in cards.values()] == [
            result["imdb_id"] for result in forced["results"]
        ]


@pytest.mark.parametrize("k", [1, 5, 50])
def test_k_films_are_answered(client: FlaskClient, new_poster: bytes, k: int) -> None:
    assert len(recommended(client, new_poster, k=str(k))["results"]) == k
    assert (
        len(client.post(RECOMMENDATIONS, json={"imdb": "tt0000002", "k": k}).get_json()["results"])
        == k
    )


def test_health_names_what_is_served(client: FlaskClient, instance: Instance) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.get_json() == {
        "status": "ok",
        "movies": 80,
        "posters": 80,
        "model": instance.embedder().fingerprint,
        "index": instance.index().manifest.fingerprint,
    }


def test_an_upload_is_kept_small_and_without_metadata(
    client: FlaskClient, instance: Instance
) -> None:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    image = Image.linear_gradient("L").resize((1200, 1800)).convert("RGB")
    image.save(buffer, "JPEG", exif=exif)
    body = recommended(client, buffer.getvalue())
    kept = instance.upload_store.path(body["id"]).read_bytes()
    assert max(decode(kept).size) == 750
    assert b"secret place" not in kept
