"""Whoever rates does not know which distance chose, wherever they look."""

from flask.testing import FlaskClient

from tests.webapp.routes.drafts import ids, submitted
from webapp.text import wording


def test_the_json_beside_the_page_tells_the_arm_when_the_page_does(client: FlaskClient) -> None:
    address = client.post("/recommendations", data={"sample": "3"}).location
    name = address.rpartition("/")[2]
    told = client.get(f"/api/v1/recommendations/{name}").get_json()
    assert told["arm"] in wording.ARM_NAMES
    assert told["propensity"] is not None
    choice = ("arm", "explored", "epsilon", "propensity")
    before = client.get(f"{address}.json?balance=0.9").get_json()
    viewed = before.pop("viewed")
    assert viewed["metric"] is None
    assert before == told | dict.fromkeys(choice)
    first = before["results"][0]["poster_id"]
    assert client.get(f"{address}/why/{first}.json").get_json()["metric"] is None
    programs = client.get(f"/api/v1/recommendations/{name}/why/{first}").get_json()
    assert programs["metric"] == told["arm"]
    compared = client.get(f"/compare?draft={name}")
    assert not any(f"{each} distance" in compared.text for each in wording.ARM_NAMES.values())
    assert client.get(f"/compare.json?draft={name}").get_json()["metric"] is None
    client.post(f"{address}/rating", data={"rating": "good"})
    after = client.get(f"{address}.json?balance=0.9").get_json()
    assert after["viewed"]["metric"] == after["arm"] == told["arm"]
    assert client.get(f"{address}/why/{first}.json").get_json()["metric"] == told["arm"]
    assert client.get(f"/compare.json?draft={name}").get_json()["metric"] == told["arm"]


def test_a_distance_asked_for_by_name_is_no_secret(client: FlaskClient) -> None:
    form = {"sample": "3", "metric": "manhattan"}
    address = client.post("/recommendations", data=form).location
    assert client.get(f"{address}.json").get_json()["arm"] == "manhattan"
    address = client.post("/recommendations", data={"sample": "3"}).location
    viewed = client.get(f"{address}.json?metric=manhattan").get_json()["viewed"]
    assert viewed["metric"] == "manhattan"


def test_a_draft_tells_nothing_of_the_distance_that_it_shares_with_the_first(
    client: FlaskClient,
) -> None:
    first = client.post("/recommendations", data={"sample": "3"}).location.rpartition("/")[2]
    draft = ids(submitted(client, 1, draft=[first]))[1]

    def tells_nothing() -> str:
        page = client.get(f"/r/{draft}").text
        for text in (page, client.get(f"/compare?draft={draft}").text):
            assert not any(f"{each} distance" in text for each in wording.ARM_NAMES.values())
        assert 'name="metric"' not in page
        assert client.get(f"/r/{draft}.json").get_json()["arm"] is None
        assert client.get(f"/compare.json?draft={draft}").get_json()["metric"] is None
        return page

    page = tells_nothing()
    assert "Among all films by one distance, as all drafts of a comparison are" in page
    assert "as you asked" not in page
    client.post(f"/r/{draft}/rating", data={"rating": "good"})
    assert "All drafts of a comparison are searched by one distance" in tells_nothing()
    latest = client.get("/learning").text.partition('id="latest"')[2].partition("</table>")[0]
    assert "one for all drafts, not counted" in latest
    assert not any(each in latest for each in wording.ARM_NAMES.values())
