"""What a page says of the poster itself: genres, score, decades, the intention."""

import dataclasses
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from embedder.card import load_model, save_model
from onesheet.base.home import Home
from onesheet.instance import Instance
from tests.webapp.routes.form import answered, ask
from webapp.text.wording import decade_name


def bars(text: str, start: str, end: str = "</dl>") -> list[tuple[str, str]]:
    """Names and numbers of the bars between two marks of the page."""
    part = text.partition(start)[2].partition(end)[0]
    return re.findall(r"<dt>([^<]+).*?</dt><dd>.*?</dd><dd>(\d+)%</dd>", part)


def test_genres_are_the_likeliest_first_with_their_numbers(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, sample="3")
    answer = answered(instance, address)
    text = client.get(address).text
    told = answer.reading
    shown = [(name, f"{100 * share:.0f}") for name, share in answer.genres.items()]
    shown = [each for place, each in enumerate(shown) if place < 6 or each[0] in told.predicted]
    assert bars(text, "Genres, as the poster reads") == shown
    predicted = re.findall(r'class="predicted"><dt>([^<]+)<', text)
    assert predicted == told.predicted
    assert [number for _, number in bars(text, "data-scores")] == [
        f"{100 * share:.0f}" for share in answer.reading.scores
    ]
    low, high = told.score_interval
    assert f"<b>{told.score:.1f}</b> out of ten, four in five of them from {low:.1f}" in text
    assert f"{low:.1f} to {high:.1f}" in text
    assert bars(text, "data-decades") == [
        (decade_name(decade, told.decades), f"{100 * share:.0f}")
        for decade, share in told.decades.items()
    ]


@pytest.mark.parametrize(
    ("promised", "said"),
    [
        (["Horror"], "it promises the ticked ones, whose bars reach their lines."),
        ([], "no bar reaches its line, so it promises none."),
    ],
)
def test_the_line_on_a_genres_bar_is_explained(
    client: FlaskClient, predicts: Callable[..., None], promised: list[str], said: str
) -> None:
    predicts(*promised)
    text = client.get(ask(client, sample="3")).text
    shown = text.partition("Genres, as the poster reads")[2].partition("</dl>")[0]
    assert said in shown
    lines = re.findall(r'title="Promised from (\d+)% on">.*?<i style="left: ([\d.]+)', shown)
    assert ("100", "100.0") in lines
    assert (("0", "0.0") in lines) is bool(promised)


def test_a_worthless_score_is_not_shown_and_json_says_so(client: FlaskClient, home: Path) -> None:
    onnx_bytes, card, _ = load_model(home / "model")
    card = dataclasses.replace(
        card, training={"held_out": {"score_gain": -0.01, "decade_gain": 0.2}}
    )
    save_model(home / "model", onnx_bytes, card)
    other = Instance(Home(home))
    other.builder.build()
    other.close()
    address = ask(client, sample="3")
    text = client.get(address).text
    assert "out of ten" not in text
    assert "data-scores" not in text
    assert "data-decades" in text
    number = address.rpartition("/")[2]
    assert client.get(f"{address}.json").get_json()["score_told"] is False
    (tabled,) = client.get(f"/batch.json?poster={number}").get_json()["posters"]
    (draft,) = client.get(f"/compare.json?draft={number}").get_json()["drafts"]
    for reading in (tabled["reading"], draft):
        assert (reading["score_told"], reading["decades_told"]) == (False, True)


def test_a_poster_is_held_against_the_genres_it_is_meant_to_promise(
    client: FlaskClient, instance: Instance, predicts: Callable[..., None]
) -> None:
    predicts("Horror", "Action")
    address = ask(client, sample="3")
    assert "It also promises" not in client.get(address).text
    text = client.get(f"{address}?intended=Horror&intended=Drama").text
    assert "In part: the poster promises Horror, but not Drama. It also promises Action." in text
    assert re.findall(r'value="(\w+)" checked', text) == ["Drama", "Horror"]
    assert [name for name, _ in bars(text, 'class="verdict"')] == ["Horror", "Drama"]
    assert text.partition('class="examples"')[2].count("<li>") == 5
    assert "No: the poster does not promise Drama." in client.get(f"{address}?intended=Drama").text
    assert "Yes: the poster promises Horror and" in (
        client.get(f"{address}?intended=Horror|Action").text
    )


def test_an_unknown_intended_genre_is_a_page_that_says_which_there_are(client: FlaskClient) -> None:
    answer = client.get(f"{ask(client, sample='3')}?intended=Drums")
    assert answer.status_code == 400
    assert "Drama" in answer.text


def test_without_the_poster_a_verdict_has_no_examples(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    form = {"poster": (BytesIO(new_poster), "mine.png")}
    address = client.post("/recommendations", data=form).location
    assert 'class="examples"' in client.get(f"{address}?intended=Drama").text
    instance.upload_store.path(address.rpartition("/")[2]).unlink()
    text = client.get(f"{address}?intended=Drama").text
    assert 'class="verdict"' in text
    assert 'class="examples"' not in text
