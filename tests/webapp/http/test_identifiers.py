import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from webapp.http.identifiers import LONGEST, init_app


@pytest.fixture
def app() -> Flask:
    app = Flask("named")
    init_app(app)
    app.add_url_rule("/r/<recommendation:recommendation_id>.json", "one")
    return app


@pytest.mark.parametrize("name", ["a", "aB3_-", "é", "i" * LONGEST])
def test_a_recommendation_is_named_in_an_address(app: Flask, name: str) -> None:
    found = app.url_map.bind("localhost").match(f"/r/{name}.json")
    assert found == ("one", {"recommendation_id": name})


@pytest.mark.parametrize("name", ["", "a/b", "i" * (LONGEST + 1)])
def test_what_no_id_looks_like_is_not_looked_up(app: Flask, name: str) -> None:
    with pytest.raises(NotFound):
        app.url_map.bind("localhost").match(f"/r/{name}.json")
