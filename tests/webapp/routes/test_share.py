"""The card of a shared link: the query and its five, for as long as the query is kept."""

import html
import io
import re
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from onesheet.instance import Instance
from tests.webapp.routes.form import answered, ask
from webapp.pictures.share_card import EDGE, QUERY, SIZE, ShareCard, joined
from webapp.routes import share
from webapp.routes.media import GONE


def opened(client: FlaskClient, address: str) -> Image.Image:
    answer = client.get(f"{address}/card.jpg")
    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    return Image.open(io.BytesIO(answer.data))


def test_the_card_has_the_size_that_readers_ask_for_and_shows_the_query(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, sample="4")
    card = opened(client, address)
    assert card.size == SIZE
    path = instance.catalog.poster_path(instance.catalog.cards([4])[4].content_hash)
    with Image.open(path) as poster:
        whole = poster.convert("RGB").resize(QUERY)
    shown = card.crop((EDGE, EDGE, EDGE + QUERY[0], EDGE + QUERY[1]))
    assert np.abs(np.asarray(shown, float) - np.asarray(whole, float)).mean() < 6


def test_the_page_names_its_card_with_a_whole_address(client: FlaskClient) -> None:
    address = ask(client, sample="4")
    text = client.get(address).text
    found = re.search(r'property="og:image" content="([^"]*)"', text)
    assert found
    assert found[1] == f"http://localhost{address}/card.jpg"
    assert 'property="og:title" content="Posters like Film No. 4"' in text


def test_a_deleted_upload_has_no_card_and_its_page_names_none(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    address = ask(client, poster=(io.BytesIO(new_poster), "mine.png"))
    assert opened(client, address).size == SIZE
    instance.upload_store.path(address.rpartition("/")[2]).unlink()
    assert client.get(f"{address}/card.jpg").status_code == 404
    assert "og:image" not in client.get(address).text


def test_nobody_on_the_way_keeps_the_card_of_an_upload(
    client: FlaskClient, new_poster: bytes
) -> None:
    upload = client.get(ask(client, poster=(io.BytesIO(new_poster), "mine.png")) + "/card.jpg")
    assert upload.cache_control.private
    assert upload.cache_control.no_cache
    film = client.get(ask(client, sample="4") + "/card.jpg")
    assert film.cache_control.public
    tag = film.headers["ETag"]
    again = client.get(film.request.path, headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_a_result_whose_file_is_gone_leaves_its_place_empty(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, sample="4")
    answer = answered(instance, address)
    instance.catalog.poster_path(answer.results[0].card.content_hash).unlink()
    assert opened(client, address).size == SIZE


def test_there_is_no_card_without_its_recommendation(client: FlaskClient) -> None:
    assert client.get("/r/nothing-here/card.jpg").status_code == 404


def test_the_poster_of_a_film_for_adults_is_veiled_where_no_veil_can_be_kept(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, sample="4")
    instance.adult_films.mark(instance.catalog.cards([4])[4].imdb_id, True)
    instance.home.thumbnails.write_bytes(b"a file where the folder belongs")
    assert opened(client, address).size == SIZE


def test_without_the_catalogues_poster_no_card_speaks_of_an_upload(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, sample="4")
    instance.catalog.poster_path(instance.catalog.cards([4])[4].content_hash).unlink()
    refused = client.get(f"{address}/card.jpg")
    assert refused.status_code == 404
    assert GONE in refused.text


def test_the_card_of_several_posters_hangs_them_all(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, like=["4", "8"])
    assert "The posters beside the five they look most like" in client.get(address).text
    shown = opened(client, address).crop((EDGE, EDGE, EDGE + QUERY[0], EDGE + QUERY[1]))
    halves = np.split(np.asarray(shown, float)[: QUERY[1] // 2 - 20], 2, axis=1)
    for card, half in zip(instance.catalog.cards([4, 8]).values(), halves, strict=True):
        with Image.open(instance.catalog.poster_path(card.content_hash)) as poster:
            colours = np.asarray(poster.convert("RGB"), float).mean((0, 1))
        assert np.abs(half.mean((0, 1)) - colours).max() < 30


def test_the_card_of_a_view_hangs_the_films_that_its_page_names(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ask(client, sample="4")
    text = client.get(f"{address}?genre=Western&metric=euclidean").text
    said = dict(re.findall(r'property="og:(\w+)" content="([^"]*)"', text))
    there = html.unescape(said["image"]).removeprefix("http://localhost")
    assert there == f"{address}/card.jpg?genre=Western&metric=euclidean"
    assert html.unescape(said["url"]).endswith("?genre=Western&metric=euclidean")
    assert f'href="{html.escape(there)}" download' in text
    drawn: list[dict[str, Any]] = []

    def noted(**card: Any) -> ShareCard:
        drawn.append(card)
        return ShareCard(**card)

    monkeypatch.setattr(share, "ShareCard", noted)
    assert client.get(there).status_code == 200
    assert drawn[0]["films"] == joined(html.unescape(said["description"]).split(" · "))
