"""Flask writes the types of our answers, and what it wrote before."""

import json
from datetime import UTC, datetime

import pytest
from flask import Flask, render_template_string

from webapp.http import json_provider
from webapp.schemas.film_answers import FilmInBrief
from webapp.schemas.poster_answers import RatingAnswer


@pytest.fixture
def small_app() -> Flask:
    app = Flask(__name__)
    json_provider.init_app(app)
    return app


def test_answers_are_written_in_the_order_of_their_fields_without_what_is_unset(
    small_app: Flask,
) -> None:
    film = FilmInBrief(imdb_id="tt1", title="Amélie", year=None)
    text = small_app.json.dumps({"b": film, "a": [RatingAnswer(id="no", rating=None)]})
    assert list(json.loads(text)) == ["b", "a"]
    assert json.loads(text)["b"] == {"imdb_id": "tt1", "title": "Amélie", "year": None}
    assert list(json.loads(text)["b"]) == ["imdb_id", "title", "year"]


def test_templates_write_answers_too(small_app: Flask) -> None:
    with small_app.app_context():
        text = render_template_string(
            "{{ film | tojson }}", film=RatingAnswer(id="<no>", rating=None)
        )
    assert text == '{"id": "\\u003cno\\u003e", "rating": null}'


def test_what_flask_writes_it_still_writes_and_refuses(small_app: Flask) -> None:
    assert "2026" in small_app.json.dumps(datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(TypeError, match="not JSON serializable"):
        small_app.json.dumps(object())
