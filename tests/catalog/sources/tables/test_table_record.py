import pytest

from catalog.records import CatalogError
from catalog.sources.pictures.film_names import film_id
from catalog.sources.tables.columns import understood_columns
from catalog.sources.tables.table_record import RowReader, movielens_links


def reader(header: str, **options: object) -> RowReader:
    return RowReader(understood_columns(header.split(",")), **options)  # type: ignore[arg-type]


def test_a_bad_id_does_not_cost_the_film() -> None:
    warnings: list[str] = []
    record = reader("imdb,title,year").record(["nm1", "Heat", "1995"], warnings, [])
    assert (record.imdb_id[:5], record.title) == ("file-", "Heat")
    assert warnings == ["imdb 'nm1' is not tt and 7 to 10 digits, nor a link to a film"]


@pytest.mark.parametrize(
    ("cell", "imdb_id"),
    [
        ("1", None),
        ("113277", None),
        ("0113277.0", None),
        ("tt0113277", "tt0113277"),
        ("https://www.imdb.com/title/tt0113277/", "tt0113277"),
    ],
)
def test_numbers_in_a_column_called_just_id_are_not_imdbs(cell: str, imdb_id: str | None) -> None:
    warnings: list[str] = []
    record = reader("ID,title,year").record([cell, "Heat", "1995"], warnings, [])
    assert record.imdb_id == (imdb_id or film_id("Heat", 1995, ""))
    assert warnings == []
    assert cell in reader("ID,title,year").stems([cell, "Heat", "1995"], record)


def test_numbers_are_imdbs_where_the_column_says_so_or_the_user() -> None:
    said = understood_columns(["id", "title"], {"imdb_id": "id"})
    for read in (RowReader(said), reader("imdb_id,title"), reader("tconst,title")):
        assert read.record(["113277", "Heat"], [], []).imdb_id == "tt0113277"


def test_a_film_of_tmdb_alone_has_an_id() -> None:
    record = reader("tmdb_id,title").record(["949", "Heat"], [], [])
    assert (record.imdb_id, record.tmdb_id) == ("tmdb-949", 949)


def test_a_row_that_names_no_film_is_refused() -> None:
    with pytest.raises(CatalogError, match="there is no title"):
        reader("imdb_id,title").record(["", " "], [], [])


def test_nobodys_votes_are_no_rating() -> None:
    row = reader("title,vote_average,vote_count").record(["Heat", "0.0", "0"], [], [])
    assert (row.rating, row.votes) == (None, 0)


@pytest.mark.parametrize(
    ("cell", "adult"), [("1", True), ("TRUE", True), ("no", False), ("0.0", False), ("", None)]
)
def test_a_column_says_what_is_for_adults(cell: str, adult: bool | None) -> None:
    for header in ("title,adult", "title,isAdult"):
        assert reader(header).record(["Heat", cell], [], []).adult is adult
    warnings: list[str] = []
    assert reader("title,adult").record(["Heat", "perhaps"], warnings, []).adult is None
    assert warnings == ["adult 'perhaps' is neither yes nor no"]


def test_our_own_titles_stand_as_they_are() -> None:
    header = "imdb_id,title,genres"
    row = ["tt0113277", "Matrix, The (1999)", "War"]
    assert reader(header, own=True).record(row, [], []).title == "Matrix, The (1999)"
    assert reader(header).record(row, [], []).title == "The Matrix"


def test_a_picture_may_be_called_by_any_id() -> None:
    read = reader("imdb_id,title,year")
    row = ["0113277", "Heat", "1995"]
    stems = read.stems(row, read.record(row, [], []))
    assert {"0113277", "tt0113277", "113277", "tt113277", "Heat", "Heat (1995)"} <= set(stems)


def test_movielens_numbers_lead_to_ids() -> None:
    links = movielens_links([{"movieid": "6", "imdbid": "0113277", "tmdbid": ""}])
    record = reader("movieId,title", links=links).record(["6", "Heat (1995)"], [], [])
    assert (record.imdb_id, record.title, record.year) == ("tt0113277", "Heat", 1995)
