"""POST /api/v1/readings: what a poster says, and whether it says what it should."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from catalog.images import decode
from index import Metric
from onesheet.instance import Instance

FIELDS = [
    *("genres", "predicted", "scores", "score", "score_interval", "decades"),
    *("score_told", "decades_told"),
]


def read(client: FlaskClient, poster: bytes, *intended: str) -> dict[str, Any]:
    data = {"poster": (io.BytesIO(poster), "poster.png"), "intended": list(intended)}
    response = client.post("/api/v1/readings", data=data)
    assert response.status_code == 200, response.text
    body = response.get_json()
    assert isinstance(body, dict)
    return body


def test_a_reading_has_genres_score_and_decades(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    body = read(client, new_poster)
    assert list(body) == FIELDS
    model = instance.embedder().read([decode(new_poster)])
    given = dict(zip(instance.embedder().card.genres, model.genres[0], strict=True))
    assert body["genres"] == pytest.approx(given, abs=1e-3)
    assert list(body["genres"].values()) == sorted(body["genres"].values(), reverse=True)
    assert body["predicted"] == [name for name in body["genres"] if given[name] > 0.5]
    assert body["scores"] == pytest.approx(model.scores[0], abs=1e-3)
    assert body["score"] == pytest.approx(float(model.scores[0] @ [1, 3, 5, 7, 9]), abs=0.02)
    low, high = body["score_interval"]
    assert 0 <= low < body["score"] < high <= 10
    assert list(body["decades"]) == list(instance.embedder().card.decades)
    assert sum(body["decades"].values()) == pytest.approx(1, abs=0.002)


def test_reading_records_nothing(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    read(client, new_poster, "Drama")
    assert not instance.home.uploads.exists()
    assert all(arm["shown"] == 0 for arm in client.get("/api/v1/bandit").get_json()["arms"])


def test_a_reading_needs_no_index_unless_examples_are_wanted(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    (instance.home.indexes / "current").unlink()
    assert list(read(client, new_poster)) == FIELDS


@pytest.mark.parametrize("intended", [("Horror", "Drama"), ("horror|Drama",)])
def test_intended_genres_are_held_against_what_the_poster_promises(
    client: FlaskClient,
    instance: Instance,
    predicts: Callable[..., None],
    new_poster: bytes,
    intended: tuple[str, ...],
) -> None:
    predicts("Horror", "Action")
    body = read(client, new_poster, *intended)
    told = body["intended"]
    assert told["promises"] == {name: body["genres"][name] for name in ("Horror", "Drama")}
    assert (told["kept"], told["missing"], told["instead"]) == (["Horror"], ["Drama"], ["Action"])
    assert told["rival"] == next(n for n in body["genres"] if n not in ("Horror", "Drama"))


def test_examples_are_the_neighbours_that_promise_the_genres_most(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    found = read(client, new_poster, "Horror")["intended"]["examples"]
    assert [set(each) for each in found] == [{"imdb_id", "title", "poster_url"}] * 5
    assert client.get(found[0]["poster_url"]).status_code == 200
    embedding = instance.embedder().read([decode(new_poster)]).embeddings[0]
    near = instance.index().search(embedding, Metric.COSINE, 50)
    vectors = instance.index().embeddings([each.poster_id for each in near])[:, :20]
    # Every proxy of the tiny model is the first axis.
    strength = vectors[:, 0] / np.linalg.norm(vectors, axis=1)
    best = [near[place].poster_id for place in np.argsort(-strength)[:5]]
    cards = instance.catalog.cards(best)
    assert [each["imdb_id"] for each in found] == [card.imdb_id for card in cards.values()]


def test_a_poster_is_no_example_of_its_own(client: FlaskClient, instance: Instance) -> None:
    card = instance.catalog.by_imdb("demo-0009")[0]
    data = instance.catalog.poster_path(card.content_hash).read_bytes()
    for genre in instance.embedder().card.genres:
        examples = read(client, data, genre)["intended"]["examples"]
        assert "demo-0009" not in {each["imdb_id"] for each in examples}
