"""A poster that is not kept comes along with what its page asks, and nothing of it stays."""

import io
import re
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from onesheet.instance import Instance


@pytest.fixture
def once(client: FlaskClient, new_poster: bytes) -> TestResponse:
    """The page about a poster that is not kept."""
    form = {"poster": (io.BytesIO(new_poster), "mine.png"), "keep": "false"}
    return client.post("/recommendations", data=form)


@pytest.fixture
def there(once: TestResponse) -> str:
    """The address that its page sends the poster to."""
    found = re.search(r'action="(/r/[\w-]+)/rating"', once.text)
    assert found
    return found[1]


def brought(client: FlaskClient, address: str, poster: bytes) -> TestResponse:
    return client.post(address, data={"poster": (io.BytesIO(poster), "poster.jpg")})


def films(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'class="film" data-poster="(\d+)"', page)]


def test_a_part_is_explained_where_it_is_named_again(
    client: FlaskClient, new_poster: bytes
) -> None:
    def sent(address: str, **fields: str) -> Any:
        data = {"poster": (io.BytesIO(new_poster), "mine.png"), **fields}
        return client.post(address, data=data).get_json()

    ones = "/api/v1/recommendations"
    asked = sent(ones, keep="false", part="0,0,1,0.5", metric="euclidean")
    nearest = asked["results"][0]
    film = f"{ones}/{asked['id']}/why/{nearest['poster_id']}?metric=euclidean"
    part, whole = sent(film, part="0,0,1,0.5"), sent(film)
    assert part["whole"] == pytest.approx(nearest["distance"], rel=1e-3)
    assert part["whole"] != whole["whole"]


def test_its_page_can_be_filtered_weighed_and_explained(once: TestResponse) -> None:
    controls = ("data-travels", "data-views", "data-why=", "data-seen=", 'id="intent"')
    for part in (*controls, "data-row-address", "data-report"):
        assert part in once.text
    assert "no address to share" in once.text


def test_the_same_poster_brought_again_finds_the_same_five(
    client: FlaskClient, once: TestResponse, there: str, new_poster: bytes
) -> None:
    again = brought(client, there, new_poster)
    assert again.status_code == 200
    assert films(again.text) == films(once.text)
    assert len(films(again.text)) == 5
    assert again.headers["Cache-Control"] == "no-store"
    weighed = brought(client, f"{there}?balance=0.9&colour=1&decade=1990", new_poster)
    assert films(weighed.text) != films(again.text)
    assert weighed.text.count("disabled") >= 3  # such a view cannot be rated


def test_it_is_explained_and_its_shares_sum(
    client: FlaskClient, once: TestResponse, there: str, new_poster: bytes
) -> None:
    for number in films(once.text):
        found = body(brought(client, f"{there}/why/{number}.json", new_poster))
        assert np.sum(found["query"]["shares"]) == pytest.approx(found["whole"], abs=1e-9)
        assert found["where"].startswith("What draws them together: on your poster, ")
    genre = body(brought(client, f"{there}/genre/Drama.json", new_poster))
    assert genre["query"]["region"]


def test_it_is_held_against_what_it_should_promise(
    client: FlaskClient, there: str, new_poster: bytes
) -> None:
    page = brought(client, f"{there}?intended=Horror&intended=Drama", new_poster).text
    assert page.partition('class="verdict"')[2].count("<dt>") == 2
    assert page.partition('class="examples"')[2].count("<li>") == 5


def test_its_report_is_printed_without_an_address(
    client: FlaskClient, there: str, new_poster: bytes
) -> None:
    report = brought(client, f"{there}/report?intended=Horror", new_poster)
    assert report.status_code == 200
    assert 'src="data:image/jpeg;base64,' in report.text
    assert "Does it promise Horror?" in report.text
    assert there not in report.text
    assert report.headers["Cache-Control"] == "no-store"


def test_nothing_of_it_stays(
    client: FlaskClient, there: str, new_poster: bytes, instance: Instance
) -> None:
    version, record = instance.feedback.version(), instance.feedback.get(there.rpartition("/")[2])
    for tail in ("", "?balance=0.9", "/report", "/genre/Drama.json"):
        assert brought(client, there + tail, new_poster).status_code == 200
    assert instance.feedback.version() == version
    assert instance.feedback.get(there.rpartition("/")[2]) == record
    assert not instance.home.uploads.is_dir() or not list(instance.home.uploads.iterdir())
    assert client.get(there).status_code == 410


def test_without_the_poster_or_with_a_wrong_one_it_is_refused(
    client: FlaskClient, there: str, new_poster: bytes
) -> None:
    assert client.post(there).status_code == 400
    assert brought(client, there, b"no picture").status_code == 422
    assert brought(client, "/r/nobody", new_poster).status_code == 404
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(there, headers=foreign).status_code == 403


def test_a_deleted_poster_is_not_brought_back(client: FlaskClient, new_poster: bytes) -> None:
    form = {"poster": (io.BytesIO(new_poster), "mine.png")}
    address = client.post("/recommendations", data=form).location
    assert client.post(f"{address}/delete").status_code == 303
    assert brought(client, address, new_poster).status_code == 410


def body(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    assert isinstance(found, dict)
    return found
