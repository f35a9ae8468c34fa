"""Whoever rates does not know which distance chose, wherever they look."""

from flask.testing import FlaskClient

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
