"""Posters of films for adults: blurred until asked for, everywhere, or left out."""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from pptx import Presentation

from catalog.catalog import PosterCard
from onesheet.base.settings import Settings
from onesheet.fetching.film_services import Outside, Services
from onesheet.instance import Instance
from tests.conftest import MOVIES
from webapp.app import create_app
from webapp.pictures.thumbnails import WIDTHS

PICTURE = re.compile(r"/posters/([0-9a-f]{64})(?:-\d+)?\.webp(?:\?shown=1)?")


def all_marked(instance: Instance) -> list[PosterCard]:
    cards = instance.catalog.all_cards()
    for card in cards:
        instance.adult_films.mark(card.imdb_id, True)
    return cards


def sharpness(data: bytes) -> float:
    """How much neighbouring pixels differ, at one width."""
    grey = Image.open(BytesIO(data)).convert("L").resize((90, 135))
    return float(np.abs(np.diff(np.asarray(grey, float), axis=1)).max())


def test_no_page_leads_to_a_sharp_poster_unless_it_is_asked_for(
    client: FlaskClient, instance: Instance, mapped: None
) -> None:
    cards = all_marked(instance)
    first = cards[0]
    sharp = client.get(f"/posters/{first.content_hash}.webp?shown=1")
    assert sharp.data == instance.catalog.poster_path(first.content_hash).read_bytes()
    result = client.post("/recommendations", data={"sample": str(first.poster_id)}).location
    pages = (result, "/", "/films?q=film", f"{result}/report", "/map", "/genres/drama")
    linked: set[str] = set()
    for page in pages:
        text = client.get(page, follow_redirects=True).text
        linked |= {found[0] for found in PICTURE.finditer(text)}
    asked_for = {each for each in linked if each.endswith("?shown=1")}
    assert len(asked_for) >= 5, "a result's page leads to the posters themselves"
    assert len(linked - asked_for) > 80
    some = sorted(linked - asked_for)[::9]
    every = [f"/posters/{first.content_hash}-{width}.webp" for width in WIDTHS]
    for address in (*some, *every):
        answer = client.get(address)
        assert sharpness(answer.data) < sharpness(sharp.data) / 2, address
        assert "immutable" not in answer.headers["Cache-Control"]
    assert client.get(f"/api/v1/posters?id={first.poster_id}").get_json()["posters"][0]["adult"]


def test_contact_sheets_are_blurred_too(client: FlaskClient, instance: Instance) -> None:
    first, second = all_marked(instance)[:2]
    found = client.post("/recommendations", data={"sample": str(first.poster_id)}).location
    said = {"film": str(second.poster_id), "search": found.rpartition("/")[2], "format": "pptx"}
    deck = Presentation(BytesIO(client.post("/collections/export", data=said).data))
    pictures = [each for each in deck.slides[0].shapes if hasattr(each, "image")]
    assert len(pictures) == 2
    sharp = instance.catalog.poster_path(second.content_hash).read_bytes()
    for each in pictures:
        assert sharpness(each.image.blob) < sharpness(sharp) / 2


def test_the_shared_card_is_blurred_too_and_a_mark_can_be_taken_back(
    client: FlaskClient, instance: Instance
) -> None:
    card = instance.catalog.all_cards()[0]
    address = f"/posters/{card.content_hash}-154.webp"
    result = client.post("/recommendations", data={"sample": str(card.poster_id)}).location
    plain, before = client.get(f"{result}/card.jpg").data, client.get(address)
    assert "immutable" in before.headers["Cache-Control"]
    all_marked(instance)
    veiled = client.get(f"{result}/card.jpg").data
    assert sharpness(client.get(address).data) < sharpness(before.data) / 2
    query = (60, 60, 400, 570)  # where the poster that was asked about hangs
    difference = [
        np.asarray(Image.open(BytesIO(each)).crop(query), int) for each in (plain, veiled)
    ]
    assert np.abs(difference[0] - difference[1]).mean() > 5
    instance.adult_films.mark(card.imdb_id, None)
    assert client.get(address).data == before.data


@pytest.fixture
def strict(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setenv("ONESHEET_ADULT", "left-out")
    app = create_app(home, TESTING=True)
    yield app
    app.extensions["onesheet"].close()


def test_left_out_they_are_found_nowhere(strict: Flask) -> None:
    client, instance = strict.test_client(), strict.extensions["onesheet"]
    query = {"imdb": "demo-0001", "k": 50, "metric": "cosine"}
    found = client.post("/api/v1/recommendations", json=query).get_json()
    hidden = found["results"][0]
    instance.adult_films.mark(hidden["imdb_id"], True)
    again = client.post("/api/v1/recommendations", json=query).get_json()
    assert hidden["imdb_id"] not in {each["imdb_id"] for each in again["results"]}
    assert len(again["results"]) == 50, "others take its place"
    earlier = client.get(f"/r/{found['id']}")
    assert earlier.status_code == 200
    assert hidden["content_hash"] not in earlier.text
    for address in (
        hidden["poster_url"],
        hidden["thumbnail_url"],
        hidden["poster_url"] + "?shown=1",
    ):
        assert client.get(address).status_code == 404
    asked = client.post("/api/v1/recommendations", json={"imdb": hidden["imdb_id"]})
    assert asked.status_code == 404
    assert len(instance.catalog.all_cards()) == MOVIES - 1


JSON = {"Content-Type": "application/json"}
SERVICES = Services("http://tmdb.example/3", "http://images.example/w780")


def name_a_film_for_adults(
    app: Flask, internet: Any, poster: bytes, **fields: str
) -> tuple[Any, bytes]:
    """What comes of naming one that the catalogue lacks and TMDB knows; its poster as it is."""
    film = {"title": "Seen Elsewhere", "poster_path": "/p.png", "adult": True}
    found = json.dumps({"movie_results": [film]}).encode()
    internet.pages["tmdb.example/3/find/tt7654321"] = (200, JSON, found)
    internet.pages["images.example/w780/p.png"] = (200, {"Content-Type": "image/png"}, poster)
    instance = app.extensions["onesheet"]
    settings = Settings(tmdb_key="k", adult=instance.home.settings.adult)
    instance.__dict__["outside"] = Outside(settings, internet.fetcher(), SERVICES)
    return app.test_client().post("/recommendations", data={"q": "tt7654321", **fields}), poster


def test_one_that_was_looked_up_is_blurred_too(
    app: Flask, internet: Any, new_poster: bytes
) -> None:
    answer, poster = name_a_film_for_adults(app, internet, new_poster)
    client, page = app.test_client(), answer.location
    number = page.rpartition("/")[2]
    sharp, text = sharpness(poster), client.get(page).text
    assert f"/uploads/{number}.jpg?shown=1" in text
    for address in (f"/uploads/{number}.jpg", f"/uploads/{number}/whole.jpg"):
        assert sharpness(client.get(address).data) < sharp / 2, address
        assert sharpness(client.get(f"{address}?shown=1").data) > sharp / 2, address
    card = Image.open(BytesIO(client.get(f"{page}/card.jpg").data)).crop((60, 60, 400, 570))
    grey = np.asarray(card.convert("L").resize((90, 135)), float)
    assert np.abs(np.diff(grey[10:-10, 10:-10], axis=1)).max() < sharp / 2
    film = str(app.extensions["onesheet"].catalog.all_cards()[0].poster_id)
    said = {"film": film, "search": number, "format": "pptx"}
    deck = Presentation(BytesIO(client.post("/collections/export", data=said).data))
    (searched,) = (each for each in deck.slides[0].shapes if each.name == "Seen Elsewhere")
    assert sharpness(searched.image.blob) < sharp / 2


def test_one_that_was_looked_up_and_is_not_kept_is_not_in_the_page(
    app: Flask, internet: Any, new_poster: bytes
) -> None:
    answer, _ = name_a_film_for_adults(app, internet, new_poster, keep="false")
    assert answer.status_code == 200
    assert "Seen Elsewhere" in answer.text
    assert "data:image/jpeg" not in answer.text
    assert "for adults is not shown" in answer.text
    asks = ("data-views", "data-row-address", 'id="intent"', "data-report", "JavaScript")
    assert [each for each in asks if each in answer.text] == [], "nothing to ask with"


def test_left_out_it_is_looked_up_for_nobody(
    app: Flask, strict: Flask, internet: Any, new_poster: bytes
) -> None:
    answer, _ = name_a_film_for_adults(app, internet, new_poster)
    earlier = answer.location
    refused, _ = name_a_film_for_adults(strict, internet, new_poster)
    assert refused.status_code == 404
    client, number = strict.test_client(), earlier.rpartition("/")[2]
    assert client.get(earlier).status_code == 200
    assert "/uploads/" not in client.get(earlier).text
    for address in (f"/uploads/{number}.jpg?shown=1", f"/uploads/{number}/whole.jpg"):
        assert client.get(address).status_code == 404
    assert client.get(f"{earlier}/card.jpg").status_code == 404
