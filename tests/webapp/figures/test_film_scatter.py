"""Figures hold exactly the answer's and the record's numbers."""

import dataclasses
import json
import math
import re
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest

from catalog.catalog import PosterCard
from onesheet.reading.readings import Reading
from onesheet.recommending.answers import Answer, QueryView, Result
from webapp.figures import film_scatter as figures
from webapp.resources import resources


def card(number: int, year: int | None = 1950, rating: float | None = 7.0) -> PosterCard:
    return PosterCard(
        poster_id=number,
        movie_id=number,
        imdb_id=f"tt{number:07d}",
        title=f"Film {number}",
        year=year,
        rating=rating,
        votes=None,
        genres=("Drama",),
        split="train",
        invented=False,
        content_hash=f"{number:064x}",
        perceptual_hash=0,
        width=200,
        height=300,
    )


def answer(cards: list[PosterCard], asked: PosterCard | None = None) -> Answer:
    films = [Result(each, 0.1 * place, 50.0) for place, each in enumerate(cards, start=1)]
    return Answer(
        id="answer-0001",
        created=datetime(2026, 1, 1, tzinfo=UTC),
        arm="cosine",
        explored=True,
        epsilon=1.0,
        propensity=1 / 3,
        credited=True,
        rating=None,
        query=QueryView("catalogue" if asked else "upload", "/posters/x.webp", asked, None),
        results=films[:5],
        same_as=None,
        neighbourhood=films,
        reading=Reading({"Drama": 0.5}, [], [0.2] * 5, {}),
    )


def test_the_scatter_holds_each_film_once_at_its_year_and_rating() -> None:
    cards = [card(n, year=1900 + n, rating=3 * n % 10) for n in range(1, 51)]
    figure = figures.scatter(answer(cards))
    assert figure
    wider, asked, *shown = figure["data"]
    points = {
        data[0]: (x, y)
        for trace in (wider, *shown)
        for x, y, data in zip(trace["x"], trace["y"], trace["customdata"], strict=True)
    }
    assert points == {each.poster_id: (each.year, each.rating) for each in cards}
    assert len(wider["x"]) == 45
    assert asked["x"] == []
    assert figure["layout"]["shapes"] == []


def test_the_five_bear_their_places_with_the_nearest_on_top() -> None:
    figure = figures.scatter(answer([card(n) for n in range(1, 51)]))
    assert figure
    shown = figure["data"][2:]
    assert [trace["text"] for trace in shown] == [["5"], ["4"], ["3"], ["2"], ["1"]]
    assert [trace["customdata"][0][4] for trace in shown] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    "films",
    [
        [(1979, 8.5)] * 5,
        [(1979, 8.5), (1979, 8.4), (1980, 8.5), (1960, 3.0), (1979, 8.3)],
        [(1979, 10.0), (1979, 10.0), (1979, 9.9), (1990, 5.0), (1990, 5.0)],
    ],
)
@pytest.mark.parametrize(("width", "height", "apart"), [(640, 320, 26), (300, 180, 19)])
def test_no_number_is_hidden(
    films: list[tuple[int, float]], width: int, height: int, apart: int
) -> None:
    cards = [card(n, *film) for n, film in enumerate([*films, (1900, 1.0), (2020, 9.0)], start=1)]
    figure = figures.scatter(answer(cards))
    assert figure
    (left, right), (low, high) = (figure["layout"][f"{a}axis"]["range"] for a in "xy")
    shown = {trace["text"][0]: (trace["x"][0], trace["y"][0]) for trace in figure["data"][2:]}
    pixels = [
        (width * (x - left) / (right - left), height * (y - low) / (high - low))
        for x, y in shown.values()
    ]
    assert all(math.dist(one, other) >= apart for one, other in combinations(pixels, 2))
    assert all(low <= y <= high for _x, y in shown.values())
    assert shown["1"] == films[0], "the nearest stays"
    told = {each["customdata"][0][4]: each["customdata"][0][2] for each in figure["data"][2:]}
    assert told == {n: f"{year} · ★ {rating}" for n, (year, rating) in enumerate(films, start=1)}
    leads = {(each["x0"], each["y0"]): each["x1"] for each in figure["layout"]["shapes"]}
    moved = {film for n, film in enumerate(films, start=1) if shown[str(n)] != film}
    assert leads == {film: film[0] for film in moved}


def test_the_film_asked_about_is_marked_where_it_is_known() -> None:
    figure = figures.scatter(answer([card(1), card(2)], asked=card(9, year=1999, rating=3.5)))
    assert figure
    assert (figure["data"][1]["x"], figure["data"][1]["y"]) == ([1999], [3.5])


def test_the_words_beside_the_film_asked_about_keep_clear_of_the_results() -> None:
    def label(*cards: PosterCard) -> tuple[tuple[float, float], float]:
        figure = figures.scatter(answer(list(cards), asked=card(9, 1990, 6.0)))
        assert figure
        (words,) = figure["layout"]["annotations"][1:]
        assert (words["x"], words["y"], words["text"]) == (1990, 6.0, "this film")
        return (words["xshift"], words["yshift"]), figure["data"][1]["marker"]["size"]

    far, above, below = card(1, 1950, 3.0), card(2, 1990, 6.3), card(3, 1990, 5.7)
    (across, up), mark = label(far)
    assert across == 0
    assert up > mark / 2
    assert label(far, above)[0] == (0, -up)
    assert label(far, below)[0] == (0, up)
    assert label(far, above, below)[0][0] > mark / 2
    (_, over), around = label(far, card(2, 1990, 6.0))
    assert around > mark
    assert over > around / 2


def test_the_film_recognised_is_marked_too() -> None:
    known = dataclasses.replace(answer([card(1)]), same_as=card(9, year=1999, rating=3.5))
    figure = figures.scatter(known)
    assert figure
    assert figure["data"][1]["x"] == [1999]


def test_films_with_holes_are_left_out_and_said_to_be() -> None:
    cards = [card(1), card(2, year=None), card(3, rating=None), *(card(n) for n in range(4, 9))]
    holes = answer([*cards, card(9, rating=None)])
    figure = figures.scatter(holes)
    assert figure
    drawn = {data[0] for trace in figure["data"] for data in trace["customdata"]}
    assert drawn == {1, 4, 5, 6, 7, 8}
    said = figures.undrawn(holes)
    assert said.startswith("3 of them, numbers 2 and 3 among them,")


def test_nothing_is_said_where_nothing_is_left_out() -> None:
    assert figures.undrawn(answer([card(1), card(2)])) == ""


def test_one_missing_film_is_said_in_the_singular() -> None:
    cards = [card(n) for n in range(1, 6)]
    said = figures.undrawn(answer([*cards, card(9, year=None)]))
    assert said == "1 of them lacks a year or a rating and is not drawn."


def test_without_a_film_to_draw_there_is_no_scatter() -> None:
    assert figures.scatter(answer([card(1, year=None), card(2, rating=None)])) is None
    assert figures.scatter(answer([])) is None


def test_every_point_lies_inside_the_axes() -> None:
    cards = [card(1, 1894, 0.0), card(2, 2025, 10.0), card(3, 2025, 9.9)]
    figure = figures.scatter(answer(cards))
    assert figure
    (left, right), (low, high) = (figure["layout"][f"{a}axis"]["range"] for a in "xy")
    assert all(left < each.year < right for each in cards if each.year)
    assert all(low <= each.rating <= high for each in cards if each.rating is not None)


def test_invented_ratings_are_labelled_so() -> None:
    real = figures.scatter(answer([card(1)]))
    invented = figures.scatter(answer([dataclasses.replace(card(1), invented=True)]))
    assert real
    assert invented
    assert real["layout"]["annotations"][0]["text"] == "Rating"
    assert invented["layout"]["annotations"][0]["text"] == "Rating (invented)"


@pytest.mark.parametrize(
    "figure",
    [
        figures.scatter(answer([card(n) for n in range(1, 9)])),
    ],
)
def test_figures_are_json_and_name_only_colours_that_the_tokens_define(figure: object) -> None:
    text = json.dumps(figure, allow_nan=False)
    tokens = Path(resources("static") / "tokens.css").read_text(encoding="utf-8")
    named = set(re.findall(r"var\((--[\w-]+)\)", text))
    assert named
    assert all(f"{name}:" in tokens for name in named)
    assert not re.search(r'"#[0-9a-f]{3,6}"', text)


def test_of_several_films_asked_about_each_is_marked_and_keeps_clear_by_itself() -> None:
    likes = [card(8, 1990, 6.0), card(9, 1999, 3.5)]
    found = answer([card(1, 1990, 6.3)], asked=likes[0])
    figure = figures.scatter(
        dataclasses.replace(found, query=dataclasses.replace(found.query, likes=likes))
    )
    assert figure
    assert figure["data"][1]["x"] == [1990, 1999]
    first, second = figure["layout"]["annotations"][1:]
    assert first["text"] == second["text"] == "asked about"
    left = dataclasses.replace(found.query, likes=likes[1:], like_several=True)
    figure = figures.scatter(dataclasses.replace(found, query=left))
    assert figure
    assert figure["layout"]["annotations"][-1]["text"] == "asked about"
    assert first["yshift"] < 0 < second["yshift"]
