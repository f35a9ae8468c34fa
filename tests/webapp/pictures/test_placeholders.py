"""What stands in a poster's place while it loads, and the colours beside it."""

import base64
import dataclasses
import re
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalog.images import decode
from catalog.impressions import PLACEHOLDER_SIZE
from embedder.card import load_model, save_model
from onesheet.base.home import Home
from onesheet.instance import Instance
from tests.webapp.routes.form import answered, ask

BLURRED = re.compile(r'class="blurred" src="data:image/webp;base64,([^"]+)"')
BAR = re.compile(r'<svg class="swatches".*?</svg>')


def test_every_sample_and_every_poster_of_a_result_has_a_tiny_image_of_it(
    client: FlaskClient,
) -> None:
    for address, count in (("/", 80), (ask(client, sample="3"), 6)):
        found = BLURRED.findall(client.get(address).text)
        assert len(found) == count
        assert {decode(base64.b64decode(each)).size for each in found} == {PLACEHOLDER_SIZE}


@pytest.mark.parametrize("address", ["/genres", "/genres/drama", "/films?q=film"])
def test_wherever_many_posters_hang_each_has_one(client: FlaskClient, address: str) -> None:
    text = client.get(address).text
    hanging = len(re.findall(r'name="sample" value="\d+"', text))
    assert len(BLURRED.findall(text)) == hanging > 5


def test_the_wall_makes_none_on_the_way_and_a_result_does(
    client: FlaskClient, instance: Instance
) -> None:
    """A hundred posters would take too long for a first page."""
    with instance.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM poster_impression")
    assert BLURRED.findall(client.get("/").text) == []
    assert len(BLURRED.findall(client.get(ask(client, sample="3")).text)) == 6
    assert len(BLURRED.findall(client.get("/").text)) == 5


def test_the_query_and_each_result_show_their_colours(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, sample="3")
    answer = answered(instance, address)
    bars = BAR.findall(client.get(address).text)
    assert len(bars) == 6
    found = instance.impressions.of([each.card.content_hash for each in answer.results])
    for bar, each in zip(bars[1:], answer.results, strict=True):
        palette = found[each.card.content_hash].palette
        assert re.findall(r'fill="(#\w+)"', bar) == [swatch.colour for swatch in palette]
        assert all(swatch.colour in bar.partition(">")[0] for swatch in palette)


def test_an_upload_shows_its_colours_too(client: FlaskClient, new_poster: bytes) -> None:
    form = {"poster": (BytesIO(new_poster), "mine.png")}
    text = client.get(client.post("/recommendations", data=form).location).text
    assert len(BAR.findall(text)) == len(BLURRED.findall(text)) == 6


@pytest.mark.parametrize(("gain", "shown"), [(-0.1, False), (0.2, True)])
def test_decades_no_better_than_their_floor_are_not_shown(
    client: FlaskClient, home: Path, gain: float, shown: bool
) -> None:
    onnx_bytes, card, _ = load_model(home / "model")
    card = dataclasses.replace(card, training={"held_out": {"decade_gain": gain}})
    save_model(home / "model", onnx_bytes, card)
    other = Instance(Home(home))
    other.builder.build()
    other.close()
    text = client.get(ask(client, sample="3")).text
    assert ("data-decades" in text) is shown
    assert "data-scores" in text
