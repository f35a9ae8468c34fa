"""A title typed by a person finds its film, however it is spelt."""

from collections.abc import Callable, Iterator

import pytest

from catalog.catalog import Catalog, MovieRecord
from catalog.database import connect
from catalog.models import Base

Make = Callable[..., MovieRecord]
TITLES = {
    "The Matrix": (1999, 2_000_000),
    "The Matrix Reloaded": (2003, 600_000),
    "Le Mépris": (1963, 30_000),
    "Amélie": (2001, 800_000),
    "L'avventura": (1960, 40_000),
    "Die Hard": (1988, 900_000),
    "Blade Runner": (1982, 700_000),
    "Blade Runner 2049": (2017, 500_000),
    "Face/Off": (1997, 300_000),
    "Grandma's Boy": (2006, 80_000),
    "Grandma’s Reading Glass": (1900, None),
    "Smørrebrød & Łódź": (1990, 5),
    "Nosferatu": (1922, 100_000),
    "千と千尋の神隠し": (2001, 700_000),
    "...": (1970, 3),
    "Leonard": (1991, 900_000),
    "Léon: The Professional": (1994, 500),
    "Rocky III": (1982, 200_000),
    "Friday the 13th Part VIII: Jason Takes Manhattan": (1989, 40_000),
    "Star Wars: Episode IV - A New Hope": (1977, 1_400_000),
    "Kill Bill: Vol. 2": (2004, 800_000),
    "Spider-Man": (2002, 850_000),
    "X-Men": (2000, 640_000),
    "WALL·E": (2008, 1_200_000),
    "Ödipussi": (1988, 4_000),
    "8½": (1963, 120_000),
    "Alien³": (1992, 320_000),
    "The Godfather": (1972, 2_000_000),
    "The Godfather Part II": (1974, 1_300_000),
    "Titanic": (1997, 1_300_000),
    "The Titanic Tango": (1915, 50),
}


@pytest.fixture(scope="module")
def films(
    tmp_path_factory: pytest.TempPathFactory, film: Make, poster: Callable[..., bytes]
) -> Iterator[Catalog]:
    """The films above; nobody may change them."""
    folder = tmp_path_factory.mktemp("titles")
    engine = connect(f"sqlite:///{folder / 'onesheet.db'}")
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
    catalog = Catalog(engine, folder / "posters")
    for number, (title, (year, votes)) in enumerate(TITLES.items(), start=1):
        catalog.add(film(number, title=title, year=year, votes=votes), poster(number), "test")
    catalog.add(film(90, title="Nosferatu", year=1979, votes=40_000), poster(90), "test")
    catalog.add(film(91, title="The Matrix Without a Poster"), None, "test")
    yield catalog
    engine.dispose()


def matching(catalog: Catalog, text: str, limit: int = 8) -> list[tuple[str, int | None]]:
    return [(card.title, card.year) for card in catalog.matching_title(text, limit)]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("matrix", "The Matrix"),
        ("THE MATRIX", "The Matrix"),
        ("mepris", "Le Mépris"),
        ("le mépris", "Le Mépris"),
        ("The Mépris", "Le Mépris"),
        ("amelie", "Amélie"),
        ("Ame\u0301lie", "Amélie"),
        ("avventura", "L'avventura"),
        ("l’avventura", "L'avventura"),
        ("die", "Die Hard"),
        ("die h", "Die Hard"),
        ("hard", "Die Hard"),
        ("blade runner", "Blade Runner"),
        ("blade runner 2049", "Blade Runner 2049"),
        ("runner blade", "Blade Runner"),
        ("face off", "Face/Off"),
        ("Face/Off", "Face/Off"),
        ("grandmas boy", "Grandma's Boy"),
        ("grandma's read", "Grandma’s Reading Glass"),
        ("smorrebrod and lodz", "Smørrebrød & Łódź"),
        ("千と", "千と千尋の神隠し"),
        ("reloaded", "The Matrix Reloaded"),
        ("Leon", "Léon: The Professional"),
        ("leo", "Leonard"),
        ("rocky 3", "Rocky III"),
        ("Rocky iii", "Rocky III"),
        ("friday the 13th part 8", "Friday the 13th Part VIII: Jason Takes Manhattan"),
        ("part viii", "Friday the 13th Part VIII: Jason Takes Manhattan"),
        ("star wars episode 4", "Star Wars: Episode IV - A New Hope"),
        ("episode four", "Star Wars: Episode IV - A New Hope"),
        ("kill bill volume 2", "Kill Bill: Vol. 2"),
        ("kill bill vol. ii", "Kill Bill: Vol. 2"),
        ("spiderman", "Spider-Man"),
        ("spider man", "Spider-Man"),
        ("xmen", "X-Men"),
        ("x men", "X-Men"),
        ("wall-e", "WALL·E"),
        ("walle", "WALL·E"),
        ("oedipussi", "Ödipussi"),
        ("Ödipussi", "Ödipussi"),
        ("odipussi", "Ödipussi"),
        ("8 1/2", "8½"),
        ("8½", "8½"),
        ("alien 3", "Alien³"),
        ("alien3", "Alien³"),
        ("the godfather", "The Godfather"),
        ("godfather 2", "The Godfather Part II"),
        ("titanic", "Titanic"),
        ("神隠", "千と千尋の神隠し"),
    ],
)
def test_the_film_meant_comes_first(films: Catalog, typed: str, title: str) -> None:
    assert matching(films, typed)[0][0] == title


def test_equally_good_matches_come_most_voted_first_and_each_film_once(films: Catalog) -> None:
    assert matching(films, "nosferatu") == [("Nosferatu", 1922), ("Nosferatu", 1979)]
    assert matching(films, "matrix") == [("The Matrix", 1999), ("The Matrix Reloaded", 2003)]


def test_a_year_at_the_end_tells_which(films: Catalog) -> None:
    assert matching(films, "nosferatu 1979") == [("Nosferatu", 1979)]
    assert matching(films, "Nosferatu (1922)") == [("Nosferatu", 1922)]


@pytest.mark.parametrize("typed", ["", "  ", "...", "no such film", "x" * 5000, "\0", "\n"])
def test_what_names_no_film_finds_none(films: Catalog, typed: str) -> None:
    assert matching(films, typed) == []


def mistyped(catalog: Catalog, text: str) -> list[str]:
    return [card.title for card in catalog.matching_title(text, 3, mistyped=True)]


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("matirx", ["The Matrix", "The Matrix Reloaded"]),
        ("the matrx reloadad", ["The Matrix Reloaded"]),
        ("godfater", ["The Godfather", "The Godfather Part II"]),
        ("blad runer", ["Blade Runner", "Blade Runner 2049"]),
        ("runer blad", ["Blade Runner", "Blade Runner 2049"]),
        ("titnaic tang", ["The Titanic Tango"]),
        ("nosphratu", ["Nosferatu", "Nosferatu"]),
        ("nosfertau", ["Nosferatu", "Nosferatu"]),
        ("Amlie", ["Amélie"]),
        ("tiatnic", ["Titanic", "The Titanic Tango"]),
        ("kill bull", ["Kill Bill: Vol. 2"]),
        ("nosephratoo", []),
        ("mtrx", []),
        ("godfater spiderman", []),
        ("xy", []),
        ("no such film", []),
        ("", []),
        ("x" * 5000, []),
    ],
)
def test_a_mistyped_title_finds_those_a_letter_or_two_off(
    films: Catalog, typed: str, titles: list[str]
) -> None:
    assert mistyped(films, typed) == titles
    assert matching(films, typed) == []


def test_the_fewest_letters_off_come_first(
    catalog: Catalog, film: Make, poster: Callable[..., bytes]
) -> None:
    catalog.add(film(1, title="Philadelphia", votes=9), poster(1), "test")
    catalog.add(film(2, title="Philadelphis", votes=7), poster(2), "test")
    assert mistyped(catalog, "filadelphis") == ["Philadelphis"]
    assert mistyped(catalog, "philadelphi") == ["Philadelphia", "Philadelphis"]
    assert mistyped(catalog, "philadelphiss") == ["Philadelphis", "Philadelphia"]


def test_a_whole_title_comes_before_those_that_go_on(
    catalog: Catalog, film: Make, poster: Callable[..., bytes]
) -> None:
    for number, title in enumerate(("Alien Covenant", "Aliens", "Alien"), start=1):
        catalog.add(film(number, title=title, votes=99 - number), poster(number), "test")
    assert mistyped(catalog, "alein") == ["Alien", "Alien Covenant", "Aliens"]


def test_no_more_are_given_than_asked_for(films: Catalog) -> None:
    assert len(matching(films, "a", limit=2)) == 2


def test_exact_titles_are_told_from_beginnings(films: Catalog) -> None:
    assert [card.year for card in films.titled("matrix")] == [1999]
    assert [card.year for card in films.titled("Nosferatu")] == [1922, 1979]
    assert films.titled("matri") == films.titled("") == []


def test_a_film_added_or_renamed_is_found_at_once(
    catalog: Catalog, film: Make, poster: Callable[..., bytes]
) -> None:
    catalog.add(film(1, title="Rope"), poster(1), "test")
    assert matching(catalog, "vertigo") == []
    catalog.add(film(95, title="Vertigo"), poster(95), "test")
    assert matching(catalog, "vertigo") == [("Vertigo", 1950)]
    catalog.add(film(95, title="Sueurs froides"), None, "test")
    assert matching(catalog, "vertigo") == []


def test_a_film_is_found_by_its_tmdb_number(films: Catalog) -> None:
    assert [card.title for card in films.by_tmdb(1)] == ["The Matrix"]
    assert films.by_tmdb(4242) == []


def test_a_title_spelt_otherwise_is_still_the_film(films: Catalog) -> None:
    titled = [[card.title for card in films.titled(text)] for text in ("Rocky 3", "xmen", "walle")]
    assert titled == [["Rocky III"], ["X-Men"], ["WALL·E"]]
    assert films.titled("x") == films.titled("") == []
