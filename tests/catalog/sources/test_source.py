"""Films told more than once, and names in a sentence: not more than anybody reads."""

from typing import Any

from catalog.records import MovieRecord
from catalog.sources.source import FirstTold, SourceFilm, names_listed


def test_the_first_of_many_names_are_listed() -> None:
    assert names_listed(["a", "", "b"]) == "a, b"
    assert names_listed([""]) == "no names"
    assert names_listed([f"n{number}" for number in range(14)]).endswith("n11 and 2 more")
    assert names_listed(["x" * 99]) == "x" * 40


def told(number: int = 1, **facts: Any) -> SourceFilm:
    empty = {"tmdb_id": None, "year": None, "rating": None, "votes": None, "genres": ()}
    record = MovieRecord(
        imdb_id=f"tt000000{number}", split=None, **({"title": "A"} | empty | facts)
    )
    return SourceFilm("here", record, None)


def test_what_is_said_of_a_film_first_stays_and_what_it_left_open_is_filled() -> None:
    films = FirstTold()
    films.agreed(told(title="Heat", year=1995))
    films.agreed(told(2, title="Ronin"))
    second = films.agreed(told(title="heat", rating=8.0, genres=("Crime",))).record
    assert (second.title, second.year, second.rating) == ("Heat", 1995, 8.0)
    third = films.agreed(told(title="HEAT", year=1996, rating=5.0, genres=("Drama",))).record
    assert third == second
