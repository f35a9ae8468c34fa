"""The filters by genre and decade, and that they notice a changed catalogue."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import Engine, event

from catalog.adult_films import AdultFilms
from catalog.catalog import Catalog, MovieRecord
from catalog.lookups.facets import FacetTable

Make = Callable[..., MovieRecord]


@pytest.fixture
def films(catalog: Catalog, film: Make, poster: Callable[..., bytes]) -> Catalog:
    """Posters 1 to 4: Crime and Drama, Drama, Horror, and a second of the Horror film."""
    for number, genres in ((1, ("Crime", "Drama")), (2, ("Drama",)), (3, ("Horror",))):
        catalog.add(film(number, genres=genres), poster(number), "test")
    catalog.add(film(3, genres=("Horror",)), poster(4), "test")
    return catalog


def test_posters_of_films_with_any_of_the_genres_are_found(films: Catalog) -> None:
    assert films.facets().sharing(["Drama"]).tolist() == [1, 2]
    assert films.facets().sharing(["Crime", "Horror"]).tolist() == [1, 3, 4]
    assert films.facets().sharing(["Drama", "Unheard of"]).tolist() == [1, 2]
    assert films.facets().sharing(["Drama"]).dtype == "int64"


def test_no_genre_or_an_unknown_one_gives_no_poster(films: Catalog) -> None:
    assert films.facets().sharing([]).tolist() == films.facets().sharing(["Dram"]).tolist() == []


def test_posters_of_a_decade_are_found_by_its_first_year(
    films: Catalog, film: Make, poster: Callable[..., bytes]
) -> None:
    for number, year in ((7, 1959), (8, 1960), (9, None)):
        films.add(film(number, year=year), poster(number), "test")
    assert films.facets().released_in([1950]).tolist() == [1, 2, 3, 4, 5]
    assert films.facets().released_in([1960, 1950]).tolist() == [1, 2, 3, 4, 5, 6]
    assert (
        films.facets().released_in([]).tolist() == films.facets().released_in([1970]).tolist() == []
    )
    assert films.facets().released_in([1950]).dtype == "int64"


def test_shares_of_genres_count_posters_that_are_there(films: Catalog) -> None:
    facets = films.facets()
    assert facets.shares(np.array([1, 2, 4, 77])) == pytest.approx(
        {"Crime": 1 / 3, "Drama": 2 / 3, "Horror": 1 / 3}
    )
    assert facets.shares(np.array([], np.int64)) == facets.shares(np.array([77])) == {}


def test_all_posters_of_films_are_found(films: Catalog) -> None:
    facets = films.facets()
    assert facets.posters({3}) == {3, 4}
    assert facets.posters([1, 2]) == {1, 2}
    assert facets.posters([]) == facets.posters({77}) == set()


def test_an_empty_catalogue_has_no_posters_of_any_genre(catalog: Catalog) -> None:
    assert catalog.facets().sharing(["Drama"]).tolist() == []
    assert catalog.facets().films([1]).tolist() == [-1]
    assert catalog.facets().shares(np.array([1])) == {}


def test_changes_by_another_process_are_noticed(
    films: Catalog, engine: Engine, film: Make, poster: Callable[..., bytes]
) -> None:
    other = Catalog(engine, films.poster_path("0" * 64).parents[1])
    assert films.facets().sharing(["Drama"]).tolist() == [1, 2]
    other.add(film(5, genres=("Drama",)), poster(5), "test")
    assert films.facets().sharing(["Drama"]).tolist() == [1, 2, 5]
    other.add(film(3, genres=("Drama",)), None, "test")  # the same ids, other genres
    assert films.facets().sharing(["Drama"]).tolist() == [1, 2, 3, 4, 5]
    assert films.facets().sharing(["Horror"]).tolist() == []


def test_only_what_changed_is_read_again(
    films: Catalog,
    engine: Engine,
    film: Make,
    poster: Callable[..., bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    films.facets()
    films.add(film(2, genres=("War",), year=1931), None, "test")  # other facts
    films.add(film(1, genres=("Crime", "Drama")), poster(8), "test")  # a second poster
    films.add(film(6, genres=("Musical",), year=None), poster(6), "test")
    read, rows = FacetTable.read, []

    def counted(*args: Any, **how: Any) -> FacetTable:
        table = read(*args, **how)
        rows.append(table.poster_ids.tolist())
        return table

    with monkeypatch.context() as patch:
        patch.setattr(FacetTable, "read", counted)
        table = films.facets()
    assert rows == [[1, 2, 5, 6]]  # film 1 has another first poster now
    whole = Catalog(engine, films.poster_path("0" * 64).parents[1]).facets()
    assert table.poster_ids.tolist() == whole.poster_ids.tolist() == [1, 2, 3, 4, 5, 6]
    assert table.movie_ids.tolist() == whole.movie_ids.tolist()
    assert table.decades.tolist() == whole.decades.tolist()
    for genres in (["War"], ["Musical"], ["Drama"], ["Crime", "Horror"]):
        assert table.sharing(genres).tolist() == whole.sharing(genres).tolist()


def test_films_for_adults_leave_and_come_back_without_the_others_being_read_again(
    films: Catalog,
    engine: Engine,
    film: Make,
    poster: Callable[..., bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without = Catalog(engine, tmp_path, without_adult=True)
    assert without.facets().poster_ids.tolist() == [1, 2, 3, 4]
    read, rows = FacetTable.read, []

    def counted(*args: Any, **how: Any) -> FacetTable:
        table = read(*args, **how)
        rows.append(table.poster_ids.tolist())
        return table

    monkeypatch.setattr(FacetTable, "read", counted)
    marks = AdultFilms(engine)
    marks.mark("tt0000003", True)
    films.add(film(5), poster(5), "test")
    assert without.facets().poster_ids.tolist() == [1, 2, 5]
    assert without.facets().sharing(["Horror"]).tolist() == []
    marks.mark("tt0000003", False)
    films.remove("tt0000002")
    assert without.facets().poster_ids.tolist() == [1, 3, 4, 5]
    assert rows == [[5], [3, 4]]


def test_the_first_posters_of_films_are_found_however_many_one_film_has(films: Catalog) -> None:
    table = films.facets()
    many = np.array([3, 4] * 40 + [1, 2])
    assert table.first_of_each_film(many, 2).tolist() == [0, 80]
    assert table.first_of_each_film(many, 3).tolist() == [0, 80, 81]
    assert table.first_of_each_film(many, 9).tolist() == [0, 80, 81]


def test_posters_removed_are_gone_at_once(films: Catalog) -> None:
    assert films.facets().sharing(["Drama", "Horror"]).tolist() == [1, 2, 3, 4]
    films.remove("tt0000003")
    assert films.facets().sharing(["Drama", "Horror"]).tolist() == [1, 2]
    assert films.facets().poster_ids.tolist() == [1, 2]


@pytest.mark.parametrize("without_adult", [False, True])
def test_the_ids_of_all_posters_are_read_only_where_some_are_gone(
    films: Catalog, engine: Engine, film: Make, tmp_path: Path, without_adult: bool
) -> None:
    reading = Catalog(engine, tmp_path, without_adult=without_adult)
    reading.facets()
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2]))

    def ids_read() -> int:
        said.clear()
        reading.facets()
        return sum(" ".join(each.split()).startswith("SELECT poster.id FROM") for each in said)

    films.add(film(2, genres=("War",)), None, "test")
    assert ids_read() == 0
    films.remove("tt0000002")
    assert ids_read() == 1
    assert reading.facets().poster_ids.tolist() == [1, 3, 4]


def test_an_unchanged_catalogue_is_read_once(films: Catalog, engine: Engine, film: Make) -> None:
    films.facets().sharing(["Drama"])
    films.add(film(2, genres=("Drama",)), None, "test")  # says nothing new
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    films.facets().sharing(["Horror"])
    assert not [statement for statement in said if "JOIN" in statement]


def test_of_each_film_the_first_poster_counts(films: Catalog) -> None:
    ordered = np.array([4, 99, 2, 3, 1])  # 4 and 3 are of one film, 99 of none
    facets = films.facets()
    assert facets.first_of_each_film(ordered, 5).tolist() == [0, 2, 4]
    assert facets.first_of_each_film(ordered, 2).tolist() == [0, 2]


def test_a_film_under_two_ids_is_one_whichever_came_when(
    films: Catalog, film: Make, poster: Callable[..., bytes], paint: Callable[..., Image.Image]
) -> None:
    assert films.facets().under_other_ids([1, 2, 3, 4]) == {}
    smaller = BytesIO()
    paint(3, (100, 150)).save(smaller, "WEBP")
    again = film(30, title="The FILM 3!", year=1951, genres=("Horror",))
    films.add(again, smaller.getvalue(), "test")
    facets = films.facets()  # brought up to date
    assert facets.films([1, 2, 3, 4, 5]).tolist() == [1, 2, 3, 3, 3]
    assert facets.posters({3}) == facets.posters({4}) == {3, 4, 5}
    assert facets.under_other_ids([5, 2, 4, 99]) == {5: [3], 4: [5]}
    assert facets.first_of_each_film(np.array([5, 2, 3]), 5).tolist() == [0, 1]


def test_which_films_are_one_is_found_before_a_table_is_shared(films: Catalog, film: Make) -> None:
    assert "movie_ids" in vars(films.facets())
    films.add(film(2, genres=("War",)), None, "test")
    assert "movie_ids" in vars(films.facets())
