from flask.testing import FlaskClient

from catalog.images import decode
from tests.webapp.routes.programs import recommended


def test_every_result_has_a_poster_and_only_a_real_film_an_imdb_link(
    client: FlaskClient, new_poster: bytes
) -> None:
    for result in recommended(client, new_poster, k="20")["results"]:
        image = client.get(result["poster_url"])
        assert image.status_code == 200
        assert decode(image.data).size == (200, 300)
        invented = result["imdb_id"].startswith("demo-")
        assert (result["imdb_url"] is None) == invented
        assert invented or result["imdb_url"].endswith(f"/title/{result['imdb_id']}/")


def test_the_bandit_tells_arms_counts_values_and_epsilon(client: FlaskClient) -> None:
    state = client.get("/api/v1/bandit").get_json()
    assert [arm["arm"] for arm in state["arms"]] == ["cosine", "euclidean", "manhattan"]
    assert all({"arm", "shown", "rated", "value"} < set(arm) for arm in state["arms"])
    assert (state["policy"], state["shared_credit"]) == ("epsilon-greedy", False)
    assert (state["rated"], state["epsilon"], state["decay"]) == (0, 1.0, 50.0)
