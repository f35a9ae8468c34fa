"""What genres look like, worked out from arrays by hand."""

import dataclasses

import numpy as np
import pytest

from catalog.catalog import PosterCard
from catalog.images.palette import Swatch
from embedder import ModelCard
from onesheet.portraits.gallery import Companion, Gallery, Link, Portrait
from onesheet.portraits.painter import (
    HELD_OUT_FILMS,
    PORTRAIT_FILMS,
    STYLE_FILMS,
    PosterSet,
    portray,
)

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


def poster_set(count: int = 120) -> PosterSet:
    """Dramas are red, dramatic horrors blue, westerns black; looks point two ways in turn."""
    kinds = (("Drama",), ("Drama", "Horror"), ("Western",))
    rng = np.random.default_rng(0)
    genres = [kinds[number % 3] for number in range(count)]
    promise = rng.normal(0, 0.1, (count, 4)) + [[number % 7, 1, 0, 0] for number in range(count)]
    looks = np.array([[1, 0] if number % 2 else [0, 1] for number in range(count)])
    return PosterSet(
        cards=[card(number + 1, film) for number, film in enumerate(genres)],
        embeddings=np.hstack([promise, looks + rng.normal(0, 0.01, looks.shape)]).astype("f4"),
        palettes=[(Swatch((RED, BLUE, BLACK)[number % 3], 1.0),) for number in range(count)],
        held_out=np.ones(count, dtype=bool),
    )


@pytest.fixture(scope="module")
def gallery() -> Gallery:
    return portray(poster_set(), CARD, model="m", index="i")


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
    given = poster_set()
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


@pytest.mark.parametrize("known", [True, False])
def test_a_decade_of_unknown_colours_is_one_of_too_few(known: bool) -> None:
    given = poster_set(240)
    posters = given if known else dataclasses.replace(given, palettes=[()] * len(given.cards))
    decades = portrait(portray(posters, CARD, model="m", index="i"), "western").decades
    assert decades
    for each in decades:
        assert each.coloured == (each.films if known else 0)
        assert each.too_few == (not known)
        assert bool(each.tints) == known


def test_companions_are_genres_that_share_more_films_than_usual(gallery: Gallery) -> None:
    assert portrait(gallery, "horror").companions == (Companion("Drama", 1.0, 1.5),)
    assert portrait(gallery, "western").companions == ()
    assert gallery.links == (Link("Drama", "Horror", 40, 1.5),)


def confusing() -> PosterSet:
    """The same at the proxies of their films' last genres, but for some that look as another's."""
    given = poster_set()
    towards = {"Drama": (1, 0), "Horror": (0, 1), "Western": (-1, 0)}
    promise = np.array([towards[card.genres[-1]] + (0, 0) for card in given.cards], float)
    promise[::6, :2] = (0, 1)  # every other plain drama looks as a horror does
    embeddings = np.hstack([promise, given.embeddings[:, 4:]]).astype("f4")
    return dataclasses.replace(given, embeddings=embeddings)


def test_confusions_are_posters_near_a_proxy_that_their_films_belie() -> None:
    found = portray(confusing(), CARD, model="m", index="i")
    # Half of the 40 plain dramas, and a quarter of all 80 films that are no horrors.
    assert portrait(found, "drama").confused == (Companion("Horror", 0.5, 2.0),)


def test_confusions_are_told_only_of_posters_the_model_never_learned_from() -> None:
    given = confusing()
    few = np.arange(len(given.cards)) < HELD_OUT_FILMS
    found = portray(dataclasses.replace(given, held_out=few), CARD, model="m", index="i")
    assert all(each.confused == () for each in found.portraits)
    none = dataclasses.replace(given, held_out=np.zeros(len(given.cards), dtype=bool))
    assert portray(none, CARD, model="m", index="i").held_out == 0


def test_films_whose_genres_nobody_knows_change_nothing_of_what_goes_together() -> None:
    given = confusing()
    unknown = [card(number, ()) for number in range(201, 201 + len(given.cards))]
    beside = PosterSet(
        cards=[*given.cards, *unknown],
        embeddings=np.vstack([given.embeddings, np.roll(given.embeddings, 1, axis=0)]),
        palettes=[*given.palettes, *given.palettes],
        held_out=np.concatenate([given.held_out, given.held_out]),
    )
    alone, found = (portray(each, CARD, model="m", index="i") for each in (given, beside))
    assert (found.links, found.circle) == (alone.links, alone.circle)
    for each, other in zip(found.portraits, alone.portraits, strict=True):
        assert (each.companions, each.confused) == (other.companions, other.confused)
    assert any(each.companions for each in found.portraits)
    assert any(each.confused for each in found.portraits)


def test_a_film_with_several_posters_counts_once() -> None:
    given = poster_set()
    again = dataclasses.replace(given, cards=[*given.cards[:-1], card(120, ("Western",), movie=3)])
    assert portray(again, CARD, model="m", index="i").films == 119


def test_a_film_is_painted_by_its_newest_poster_that_is_no_alternate() -> None:
    western = card(3, ("Western",))
    several = (
        *(western, dataclasses.replace(western, poster_id=117)),
        dataclasses.replace(western, poster_id=120, alternate=True),
        *(dataclasses.replace(western, movie_id=6, poster_id=n, alternate=True) for n in (6, 114)),
    )
    replaced = {each.poster_id: each for each in several}
    given = poster_set()
    cards = [replaced.get(each.poster_id, each) for each in given.cards]
    films = dataclasses.replace(given, cards=cards).first_of_each_film()
    assert {each.poster_id for each in films.cards} & {*replaced} == {117, 114}
    rows = [each.poster_id - 1 for each in films.cards]
    np.testing.assert_array_equal(films.embeddings, given.embeddings[rows])


def test_genres_of_few_films_have_no_portrait() -> None:
    found = portray(poster_set(3 * PORTRAIT_FILMS - 3), CARD, model="m", index="i")
    assert [each.name for each in found.portraits] == ["Drama"]
    assert found.circle == ("Drama",)


def test_a_catalogue_without_known_genres_has_none() -> None:
    found = portray(poster_set(6), CARD, model="m", index="i")
    assert (found.portraits, found.circle, found.links) == ((), (), ())
