"""Figures of the years are plain JSON that says what the periods say."""

import json

from onesheet.portraits.colour_census import Tint
from onesheet.portraits.trends import Period
from webapp.figures import trend_charts
from webapp.figures.trend_charts import GENRES_DRAWN

RED, BLUE = Tint("#aa2211", "red", 0.3, 2.0), Tint("#1122aa", "blue", 0.1, 1.5)


def period(first: int, last: int, **facts: object) -> Period:
    told: dict[str, object] = {"films": 9, "brightness": 0.4, "tints": (), "rating": 6.5}
    told |= {"genres": {}, "examples": (), "coloured": 9, "rated": 9}
    return Period(first, last, **(told | facts))  # type: ignore[arg-type]


YEARS = [
    period(1950, 1950, tints=(RED, BLUE), films=1206, coloured=1206),
    period(1951, 1951, rating=None, rated=0, coloured=5),
    period(1952, 1952, rating=9.9, rated=4, brightness=0.9, coloured=4),
    period(1953, 1953, brightness=None, coloured=0, rating=7.0, tints=(BLUE,)),
    period(1954, 1954, tints=(RED,), rating=7.5, rated=5),
]


def test_colours_fill_the_years_that_have_some() -> None:
    first, second, *rest = trend_charts.yearly_colours(YEARS)["data"]
    assert (first["x"], first["y"]) == ([1950, 1953, 1954], [0.3 / 0.4, 1.0, 1.0])
    assert (second["x"], second["y"]) == ([1950], [0.1 / 0.4])
    assert first["marker"]["color"] == ["#aa2211", "#1122aa", "#aa2211"]
    assert first["customdata"] == ["red", "blue", "red"]
    assert all(each["x"] == [] for each in rest)
    layout = trend_charts.yearly_colours(YEARS)["layout"]
    assert layout["barmode"] == "stack"
    frames = [(each["x0"], each["x1"], each["y0"], each["y1"]) for each in layout["shapes"]]
    assert frames == [(1949.5, 1950.5, 0, 1), (1952.5, 1954.5, 0, 1)]


def test_lines_leave_out_what_too_few_films_tell() -> None:
    (rated,) = trend_charts.yearly_ratings(YEARS)["data"]
    assert (rated["x"], rated["y"], rated["customdata"]) == (
        [1950, 1953, 1954],
        [6.5, 7.0, 7.5],
        ["9 of 1,206", "9", "5 of 9"],
    )
    (bright,) = trend_charts.yearly_brightness(YEARS)["data"]
    assert (bright["x"], bright["y"]) == ([1950, 1951, 1954], [0.4, 0.4, 0.4])
    assert bright["customdata"] == ["1,206", "5 of 9", "9"]


def test_the_commonest_genres_have_a_line_each() -> None:
    rare = {f"Rare {number}": 0.01 for number in range(9)}
    decades = [
        period(1940, 1949, films=4, genres={"Drama": 1.0}),
        period(1950, 1959, films=100, genres={"Drama": 0.5, "Heist": 0.2, **rare}),
        period(1960, 1969, films=10, genres={"Sci-Fi": 1.0}),
    ]
    lines = trend_charts.decade_genres(decades)["data"]
    assert len(lines) == GENRES_DRAWN
    shares = {line["name"]: line["y"] for line in lines}
    assert list(shares)[:3] == ["Drama", "Heist", "Sci-Fi"]
    assert {tuple(line["x"]) for line in lines} == {(1950, 1960)}
    assert shares["Drama"] == [0.5, 0.0]
    assert shares["Sci-Fi"] == [0.0, 1.0]
    colours = [line["line"]["color"] for line in lines[:3]]
    assert colours == ["var(--genre-drama)", "var(--ink-soft)", "var(--genre-sci-fi)"]
    assert len({line["line"]["dash"] for line in lines}) == GENRES_DRAWN


def test_a_catalogue_of_one_year_or_none_is_drawn_too() -> None:
    for periods in ([], YEARS[:1]):
        for draw in (
            trend_charts.yearly_colours,
            trend_charts.decade_genres,
            trend_charts.yearly_ratings,
        ):
            figure = draw(periods)
            low, high = figure["layout"]["xaxis"]["range"]
            assert low < high
            assert json.loads(json.dumps(figure)) == figure
