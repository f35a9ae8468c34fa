"""What genres look like: worked out from arrays by hand, kept in a file, shown on two pages."""

import dataclasses
import re

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.catalog import PosterCard
from catalog.palette import Swatch
from embedder import ModelCard
from webapp import portraits
from webapp.colour_census import Tint
from webapp.genre_pages import LINKS, lines, nodes, style_titles
from webapp.instance import Instance
from webapp.portraits import Companion, Gallery, Link, Portrait, Style
from webapp.portraying import FEWEST, HELD_OUT, STYLE_FILMS, Seen, portray

GENRES = ("Drama", "Horror", "Western", "Musical")
RED, BLUE, BLACK = "#c81e28", "#1e3cc8", "#0a0a0a"
CARD = ModelCard(
    name="by hand",
    backbone="custom",
    height=96,
    width=64,
    parts={"promise": 4, "look": 2},
    balance=0.5,
    genres=GENRES,
    thresholds=(0.5, 0.5, 0.5, 0.5),
    decades=("1970",),
    proxies=((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0), (1.0, 0.0)),
)


def card(number: int, genres: tuple[str, ...], movie: int | None = None) -> PosterCard:
    return PosterCard(
        poster_id=number,
        movie_id=movie or number,
        imdb_id=f"tt{number}",
        title=f"Film {number}",
        year=1960 + number % 40,
        rating=6.0,
        votes=10,
        genres=genres,
        split="train",
        invented=False,
        content_hash=f"{number:064x}",
        perceptual_hash=number,
        width=100,
        height=150,
    )


def seen(count: int = 120) -> Seen:
    """Dramas are red, dramatic horrors blue, westerns black; looks point two ways in turn."""
    kinds = (("Drama",), ("Drama", "Horror"), ("Western",))
    rng = np.random.default_rng(0)
    genres = [kinds[number % 3] for number in range(count)]
    promise = rng.normal(0, 0.1, (count, 4)) + [[number % 7, 1, 0, 0] for number in range(count)]
    looks = np.array([[1, 0] if number % 2 else [0, 1] for number in range(count)])
    return Seen(
        cards=[card(number + 1, film) for number, film in enumerate(genres)],
        embeddings=np.hstack([promise, looks + rng.normal(0, 0.01, looks.shape)]).astype("f4"),
        palettes=[(Swatch((RED, BLUE, BLACK)[number % 3], 1.0),) for number in range(count)],
        held_out=np.ones(count, dtype=bool),
    )


@pytest.fixture(scope="module")
def gallery() -> Gallery:
    return portray(seen(), CARD, model="m", index="i")


def portrait(gallery: Gallery, slug: str) -> Portrait:
    found = gallery.portrait(slug)
    assert found
    return found


def test_genres_are_counted_in_films_the_commonest_first(gallery: Gallery) -> None:
    assert [(p.name, p.films) for p in gallery.portraits] == [
        ("Drama", 80),
        ("Horror", 40),
        ("Western", 40),
    ]
    assert portrait(gallery, "drama").share == pytest.approx(2 / 3)
    assert gallery.portrait("musical") is None


def test_typical_posters_are_those_nearest_the_genres_proxy(gallery: Gallery) -> None:
    given = seen()
    unit = given.embeddings[:, :2] / np.linalg.norm(given.embeddings[:, :2], axis=1, keepdims=True)
    dramas = [row for row, each in enumerate(given.cards) if "Drama" in each.genres]
    nearest = sorted(dramas, key=lambda row: -unit[row, 0])
    assert portrait(gallery, "drama").typical == tuple(row + 1 for row in nearest[:24])


def test_a_genres_colours_are_those_it_has_more_of(gallery: Gallery) -> None:
    assert [tint.name for tint in portrait(gallery, "western").tints] == ["black"]
    assert [tint.name for tint in portrait(gallery, "horror").tints] == ["blue"]
    assert {tint.name for tint in portrait(gallery, "drama").tints} == {"red", "blue"}


def test_sub_styles_part_the_posters_by_their_looks(gallery: Gallery) -> None:
    styles = portrait(gallery, "western").styles
    assert len(styles) == 40 // STYLE_FILMS
    assert sum(style.films for style in styles) == 40
    for style in styles:
        assert len({number % 2 for number in style.posters}) == 1
        assert style.years
        assert style.years[0] <= style.years[1]


def test_companions_are_genres_that_share_more_films_than_usual(gallery: Gallery) -> None:
    assert portrait(gallery, "horror").companions == (Companion("Drama", 1.0, 1.5),)
    assert portrait(gallery, "western").companions == ()
    assert gallery.links == (Link("Drama", "Horror", 40, 1.5),)


def test_confusions_are_posters_near_a_proxy_that_their_films_belie() -> None:
    given = seen()
    towards = {"Drama": (1, 0), "Horror": (0, 1), "Western": (-1, 0)}
    promise = np.array([towards[card.genres[-1]] + (0, 0) for card in given.cards], float)
    promise[::6, :2] = (0, 1)  # every other plain drama looks as a horror does
    embeddings = np.hstack([promise, given.embeddings[:, 4:]]).astype("f4")
    found = portray(dataclasses.replace(given, embeddings=embeddings), CARD, model="m", index="i")
    # Half of the 40 plain dramas, and a quarter of all 80 films that are no horrors.
    assert portrait(found, "drama").confused == (Companion("Horror", 0.5, 2.0),)


def test_confusions_are_told_only_of_posters_the_model_never_learned_from() -> None:
    given = seen()
    few = np.arange(len(given.cards)) < HELD_OUT
    found = portray(dataclasses.replace(given, held_out=few), CARD, model="m", index="i")
    assert all(each.confused == () for each in found.portraits)
    none = dataclasses.replace(given, held_out=np.zeros(len(given.cards), dtype=bool))
    assert portray(none, CARD, model="m", index="i").held_out == 0


def test_a_film_with_several_posters_counts_once() -> None:
    given = seen()
    again = dataclasses.replace(given, cards=[*given.cards[:-1], card(120, ("Western",), movie=3)])
    assert portray(again, CARD, model="m", index="i").films == 119


def test_genres_of_few_films_have_no_portrait() -> None:
    found = portray(seen(3 * FEWEST - 3), CARD, model="m", index="i")
    assert [each.name for each in found.portraits] == ["Drama"]
    assert found.circle == ("Drama",)


def test_a_catalogue_without_known_genres_has_none() -> None:
    found = portray(seen(6), CARD, model="m", index="i")
    assert (found.portraits, found.circle, found.links) == ((), (), ())


def test_what_is_kept_is_what_was_worked_out(gallery: Gallery, instance: Instance) -> None:
    portraits.save(gallery, instance.portraits)
    assert portraits.load(instance.portraits, "i") == gallery
    assert portraits.load(instance.portraits, "another") is None


@pytest.mark.parametrize("text", ["", "{", '{"format": 0}', '{"format": 1, "films": 3}', "[]"])
def test_a_file_that_cannot_be_used_is_as_none(instance: Instance, text: str) -> None:
    instance.portraits.mkdir(exist_ok=True)
    (instance.portraits / "torn.json").write_text(text)
    assert portraits.load(instance.portraits, "torn") is None


def test_every_genre_stands_on_the_circle_once(gallery: Gallery) -> None:
    drawn = nodes(gallery)
    assert [node.portrait.name for node in drawn] == list(gallery.circle)
    assert max(drawn, key=lambda node: node.size).portrait.name == "Drama"


def test_genres_that_meet_by_chance_are_not_joined(app: Flask, gallery: Gallery) -> None:
    weak = dataclasses.replace(gallery, links=(Link("Drama", "Horror", 900, 1.1),))
    many = dataclasses.replace(gallery, links=(Link("Drama", "Horror", 40, 1.5),) * (LINKS + 5))
    with app.test_request_context():
        assert lines(weak) == []
        assert len(lines(many)) == LINKS


def test_a_style_is_named_by_its_two_most_telling_colours() -> None:
    tints = [("black", 0.3, 1.2), ("red", 0.2, 3.0), ("cream", 0.1, 4.0), ("red", 0.1, 3.0)]
    style = Style(9, (), tuple(Tint("#000000", *each) for each in tints), None, ())
    # 0.2 log 3 > 0.1 log 4 > 0.1 log 3 > 0.3 log 1.2
    assert style_titles([style]) == ["Red and cream"]
    other = dataclasses.replace(style, tints=style.tints[1:])
    assert style_titles([style, other]) == ["Red, cream and black", "Red and cream"]


def test_the_page_of_all_genres_leads_to_each(client: FlaskClient, instance: Instance) -> None:
    text = client.get("/genres").text
    found = portraits.load(instance.portraits, instance.index().manifest.fingerprint)
    assert found
    assert found.portraits
    for each in found.portraits:
        assert f'href="/genres/{each.slug}"' in text
        page = client.get(f"/genres/{each.slug}")
        assert page.status_code == 200
        numbers = {int(n) for n in re.findall(r'name="sample" value="(\d+)"', page.text)}
        assert set(each.typical) <= numbers


def test_a_poster_on_the_page_starts_a_search(client: FlaskClient) -> None:
    number = re.findall(r'name="sample" value="(\d+)"', client.get("/genres").text)[0]
    assert client.post("/recommendations", data={"sample": number}).status_code == 303


@pytest.mark.parametrize("slug", ["nothing", "DRAMA%00", "a" * 64, "..%2f..%2fetc"])
def test_a_genre_without_portrait_is_not_found(client: FlaskClient, slug: str) -> None:
    answer = client.get(f"/genres/{slug}")
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_an_index_built_without_portraits_says_what_mends_it(
    client: FlaskClient, instance: Instance
) -> None:
    for path in instance.portraits.iterdir():
        path.unlink()
    text = client.get("/genres").text
    assert "onesheet index" in text
    assert client.get("/genres/drama").status_code == 404
