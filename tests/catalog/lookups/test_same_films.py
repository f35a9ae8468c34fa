"""Which films are one under two ids, and that others are not."""

import numpy as np
import pytest

from catalog.lookups.same_films import FilmTraits, same_films, title_key

PICTURE, NEAR, FAR = 0b1011, 0b1000, (1 << 64) - 1


def traits(
    *rows: tuple[int, str, int, int, int], nameless: frozenset[int] = frozenset()
) -> FilmTraits:
    """Of posters: film, title, year, TMDB's number, perceptual hash; the IMDb ids of the films
    `nameless` are not known."""
    movies, titles, years, numbers, hashes = zip(*rows, strict=True)
    return FilmTraits(
        np.array(movies, np.int64),
        np.array([title_key(title) for title in titles], np.int64),
        np.array(years, np.int64),
        np.array(numbers, np.int64),
        np.array([movie not in nameless for movie in movies], np.bool_),
        np.array(hashes, np.uint64),
    )


@pytest.mark.parametrize(
    ("title", "year", "picture"),
    [
        ("The Café", 1990, PICTURE),
        ("Cafe, The", 1990, FAR),
        ("CAFE!", 1991, NEAR),
        ("Cafe", -1, PICTURE),
    ],
)
def test_one_title_time_and_picture_make_one_film(title: str, year: int, picture: int) -> None:
    found = same_films(traits((7, "Café", 1990, 0, PICTURE), (3, title, year, 0, picture)))
    assert found == ({} if picture == FAR else {3: 3, 7: 3})


@pytest.mark.parametrize(
    "other",
    [
        (3, "Café", 1990, 0, FAR),
        (3, "Café", 1992, 0, PICTURE),
        (3, "Café Society", 1990, 0, PICTURE),
        (7, "Café", 1990, 0, PICTURE),
    ],
    ids=["another picture", "another time", "another title", "a second poster of it"],
)
def test_what_lacks_one_of_them_is_another_film(other: tuple[int, str, int, int, int]) -> None:
    assert same_films(traits((7, "Café", 1990, 0, PICTURE), other)) == {}


def test_one_number_at_tmdb_is_one_film_and_no_number_is_none() -> None:
    rows = (
        (1, "A", 1950, 40, 1),
        (2, "B", 1980, 40, FAR),
        (3, "C", 1950, 0, 1),
        (4, "D", 1950, 0, 1),
    )
    assert same_films(traits(*rows)) == {1: 1, 2: 1}


def test_films_are_one_by_way_of_others() -> None:
    rows = [
        (9, "A", 1950, 5, PICTURE),
        (4, "A", 1951, 0, PICTURE),
        (6, "A", 1952, 0, PICTURE),
        (2, "B", 1950, 5, FAR),
        (1, "A", 1970, 0, PICTURE),
    ]
    assert same_films(traits(*rows)) == dict.fromkeys((2, 4, 6, 9), 2)


def test_any_two_posters_of_two_films_may_tell() -> None:
    first = [(5, "A", 1950, 0, FAR), (5, "A", 1950, 0, PICTURE)]
    second = [(8, "A", 1950, 0, FAR - PICTURE), (8, "A", 1950, 0, NEAR)]
    assert same_films(traits(*first, *second)) == {5: 5, 8: 5}


@pytest.mark.parametrize(
    ("rows", "same"),
    [
        ([(1, "A", 1950, 0, 1), (2, "The A", 1950, 0, FAR)], {1, 2}),
        ([(1, "A", 1950, 0, 1), (2, "A", 1951, 0, FAR)], set()),
        ([(1, "A", -1, 0, 1), (2, "A", -1, 0, FAR)], set()),
        ([(1, "A", 1950, 7, 1), (2, "A", 1950, 0, FAR)], {1, 2}),
        ([(1, "A", 1950, 7, 1), (2, "A", 1950, 8, FAR)], set()),
        ([(1, "A", 1950, 0, 1), (2, "A", 1950, 0, FAR), (3, "A", 1950, 0, FAR << 20)], set()),
    ],
    ids=["year", "other year", "no year", "one number", "two numbers", "two such films"],
)
def test_of_a_film_without_an_id_of_its_own_title_and_year_tell(
    rows: list[tuple[int, str, int, int, int]], same: set[int]
) -> None:
    rows = [(*row[:4], row[4] & FAR) for row in rows]
    found = same_films(traits(*rows, nameless=frozenset({2})))
    assert found == dict.fromkeys(same, 1)
