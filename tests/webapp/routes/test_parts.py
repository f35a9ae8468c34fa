from io import BytesIO

from flask.testing import FlaskClient
from PIL import Image

from tests.onesheet.queries.test_read_part import framed


def ask(client: FlaskClient, **fields: str) -> str:
    form = {"poster": (BytesIO(framed(700)), "framed.png"), **fields}
    address = client.post("/recommendations", data=form).location
    assert address.startswith("/r/")
    return str(address)


def size(client: FlaskClient, address: str) -> tuple[int, int]:
    response = client.get(address)
    assert response.mimetype == "image/jpeg"
    return Image.open(BytesIO(response.data)).size


def test_the_page_shows_the_part_read_and_the_picture_around_it(client: FlaskClient) -> None:
    address = ask(client)
    text, number = client.get(address).text, address.rpartition("/")[2]
    assert "Read from this part of your picture" in text
    assert "Use the whole picture" in text
    assert f'src="/uploads/{number}/whole.jpg"' in text
    width, height = size(client, f"/uploads/{number}/whole.jpg")
    assert (width, height) == (800, 600)
    width, height = size(client, f"/uploads/{number}.jpg")
    assert abs(width - 400) < 5
    assert f'width="{width}" height="{height}"' in text
    assert client.get(f"{address}/card.jpg").status_code == 200


def test_the_whole_picture_or_another_part_can_be_read_instead(client: FlaskClient) -> None:
    number = ask(client).rpartition("/")[2]
    whole = client.post("/recommendations", data={"again": number, "part": "whole"}).location
    text = client.get(whole).text
    assert "Is the poster only a part of your picture?" in text
    assert "Use the whole picture" not in text
    assert size(client, f"/uploads/{whole.rpartition('/')[2]}.jpg") == (750, 563)
    sides = {"left": "25", "top": "0", "right": "50", "bottom": "100"}
    half = client.post("/recommendations", data={"again": number, **sides}).location
    assert client.get(f"{half}.json").get_json()["part"] == [
        [0.25, 0.0],
        [0.5, 0.0],
        [0.5, 1.0],
        [0.25, 1.0],
    ]
    assert client.post("/recommendations", data={"again": number, "part": "x"}).status_code == 400


def test_what_is_not_kept_shows_its_whole_picture_within_the_page(client: FlaskClient) -> None:
    form = {"poster": (BytesIO(framed(700)), "framed.png"), "keep": "false"}
    page = client.post("/recommendations", data=form)
    assert page.status_code == 200
    assert page.text.count('src="data:image/jpeg') == 2
    assert "Read from this part of your picture" in page.text


def test_programs_name_a_part_and_are_told_it(client: FlaskClient) -> None:
    def recommend(**fields: str) -> dict[str, object]:
        form = {"poster": (BytesIO(framed(700)), "framed.png"), **fields}
        answer = client.post("/api/v1/recommendations", data=form)
        assert answer.status_code == 201, answer.text
        found: dict[str, object] = answer.get_json()
        return found

    assert "part" not in recommend(part="whole")
    assert recommend(part="0.25,0,0.75,1")["part"] == [[0.25, 0], [0.75, 0], [0.75, 1], [0.25, 1]]
    found = recommend()
    assert "part" in found
    assert client.get(f"/api/v1/recommendations/{found['id']}").get_json()["part"] == found["part"]
    refused = client.post(
        "/api/v1/readings", data={"poster": (BytesIO(framed(700)), "p.png"), "part": "0,0"}
    )
    assert refused.status_code == 400
    assert "part must be whole" in refused.get_json()["error"]


def test_a_plain_poster_has_no_part(client: FlaskClient, new_poster: bytes) -> None:
    form = {"poster": (BytesIO(new_poster), "plain.png")}
    address = client.post("/recommendations", data=form).location
    assert "Is the poster only a part of your picture?" in client.get(address).text
    assert "part" not in client.get(f"{address}.json").get_json()


def test_five_are_found_by_a_part_of_a_poster_and_the_page_says_so(client: FlaskClient) -> None:
    whole = client.post("/recommendations", data={"sample": "7"}).location
    number = whole.rpartition("/")[2]
    sides = {"crop_left": "10", "crop_top": "50", "crop_right": "90", "crop_bottom": "100"}
    part = client.post("/recommendations", data={"again": number, **sides}).location
    text = client.get(part).text
    assert "Posters most like a part of Film No. 7" in text
    assert "Found by the marked part alone" in text
    assert "--top: 0.5000" in text
    assert "Nothing here looks much like it" not in text
    assert "How ordinary is it?" not in text
    told = client.get(f"{part}.json").get_json()
    assert told["crop"] == [[0.1, 0.5], [0.9, 0.5], [0.9, 1.0], [0.1, 1.0]]
    assert told["restricted_to"] is None
    assert not told["credited"]
    assert {each["likeness"] for each in told["results"]} == {None}
    assert 7 not in {each["poster_id"] for each in told["results"]}
    before = client.get(f"{whole}.json").get_json()
    assert told["genres"] == before["genres"]  # the poster says what it says
    seen = told["results"][0]["poster_id"]
    assert "within the marked part" in client.get(f"{part}/why/{seen}.json").get_json()["says"]
    viewed = client.get(f"{part}.json?colour=0.5").get_json()["viewed"]
    assert {each["likeness"] for each in viewed["films"]} == {None}
    assert "one part of the poster alone: 10% to 90%" in client.get(f"{part}/report").text
    assert client.get(f"{part}/card.jpg").status_code == 200
    asked = {"again": part.rpartition("/")[2], "crop": "whole"}
    back = client.post("/recommendations", data=asked).location
    assert "crop" not in client.get(f"{back}.json").get_json()
    refused = client.post("/recommendations", data=asked | {"crop": "0,0,0.03,0.03"})
    assert refused.status_code == 400
    assert "too small" in refused.text


def test_programs_search_by_a_part_of_an_upload(client: FlaskClient) -> None:
    def recommend(**fields: str) -> dict[str, object]:
        form = {"poster": (BytesIO(framed(700)), "framed.png"), **fields}
        found: dict[str, object] = client.post("/api/v1/recommendations", data=form).get_json()
        return found

    upper = [[0, 0], [1, 0], [1, 0.5], [0, 0.5]]
    found = recommend(crop="0,0,1,0.5")
    assert found["crop"] == upper
    assert "part" in found  # the poster within the picture, of which it is a part
    assert client.get(f"/r/{found['id']}").status_code == 200
    refused = client.post("/api/v1/recommendations", json={"like": [3, 5], "crop": "0,0,1,0.5"})
    assert refused.status_code == 400
    assert "one poster" in refused.get_json()["error"]


def test_a_part_of_a_poster_that_is_not_kept_is_marked_on_it(client: FlaskClient) -> None:
    def form(**fields: str) -> dict[str, object]:
        return {"poster": (BytesIO(framed(700)), "framed.png"), "crop": "0,0,1,0.5", **fields}

    page = client.post("/recommendations", data=form(keep="false"))
    assert page.status_code == 200
    assert 'data-crop="0.0,0.0,1.0,0.5"' in page.text
    number = page.text.split("/why/")[0].rpartition("/r/")[2]
    again = client.post(f"/r/{number}", data=form(part="whole"))
    assert "Found by the marked part alone" in again.text
