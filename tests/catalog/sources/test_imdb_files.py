import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from catalog.records import CatalogError, MovieRecord
from catalog.sources.imdb_files import refresh_from_imdb

BASICS = (
    "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres\n"
    'tt0000001\tmovie\t"Another title\tx\t1\t1994\t\\N\t1\tAction,Sci-Fi\n'
    "tt0000002\tmovie\tx\tx\t0\t\\N\t\\N\t1\t\\N\n"
    "tt0000003\tmovie\tx\tx\t0\t1999\t\\N\t1\tDrama\n"
    "tt0000001\ttorn\n"
)
RATINGS = "tconst\taverageRating\tnumVotes\ntt0000001\t8.1\t1500\ntt0000009\t1.0\t5\n"


@pytest.fixture
def known(catalog: Catalog, film: Callable[..., MovieRecord]) -> Catalog:
    for number in (1, 2):
        catalog.add(film(number), None, "test")
    return catalog


def facts(catalog: Catalog, poster: bytes, number: int) -> tuple[object, ...]:
    record = MovieRecord(f"tt{number:07d}", None, f"tt{number:07d}", None, None, None, (), None)
    catalog.add(record, poster, "test")
    card = catalog.by_imdb(record.imdb_id)[0]
    return card.title, card.year, card.rating, card.votes, card.genres


def test_known_films_get_the_facts_and_keep_the_rest(
    known: Catalog, poster: Callable[..., bytes], tmp_path: Path
) -> None:
    (tmp_path / "title.basics.tsv.gz").write_bytes(gzip.compress(BASICS.encode()))
    (tmp_path / "title.ratings.tsv").write_text(RATINGS)
    report = refresh_from_imdb(known, tmp_path)
    assert (report.added, report.updated, report.unchanged) == (0, 1, 1)
    assert facts(known, poster(1), 1) == ("Film 1", 1994, 8.1, 1500, ("Action", "Sci-Fi"))
    assert facts(known, poster(2), 2) == ("Film 2", 1950, 6.5, 100, ("Crime", "Drama"))
    assert [known.by_imdb(f"tt000000{number}")[0].adult for number in (1, 2)] == [True, False]
    assert known.movies() == 2
    assert refresh_from_imdb(known, tmp_path).updated == 0


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("other.tsv", b"", "has neither title.basics.tsv.gz nor"),
        ("title.ratings.tsv", b"a\tb\n", "is not IMDb's file"),
        ("title.ratings.tsv.gz", gzip.compress(RATINGS.encode() * 99, mtime=0)[:80], "cut short"),
    ],
)
def test_what_is_something_else_is_refused(
    known: Catalog, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CatalogError, match=says):
        refresh_from_imdb(known, tmp_path)


def test_a_value_that_means_nothing_costs_neither_its_film_nor_the_others(
    known: Catalog, poster: Callable[..., bytes], tmp_path: Path
) -> None:
    rows = ("tt0000001\t1\t2115\tWestern", "tt0000002\t0\t1951\tWestern")
    basics = "\n".join(("tconst\tisAdult\tstartYear\tgenres", *rows, ""))
    (tmp_path / "title.basics.tsv").write_text(basics)
    ratings = "tconst\taverageRating\tnumVotes\ntt0000001\t81\tmany\ntt0000002\t8.1\t1500\n"
    (tmp_path / "title.ratings.tsv").write_text(ratings)
    report = refresh_from_imdb(known, tmp_path)
    assert facts(known, poster(1), 1) == ("Film 1", 1950, 6.5, 100, ("Western",))
    assert facts(known, poster(2), 2) == ("Film 2", 1951, 8.1, 1500, ("Western",))
    assert report.warnings == [
        "tt0000001: '2115' is not a year within 1870-2100; left as it was",
        "tt0000001: '81' is not a rating of 0 to 10; left as it was",
        "tt0000001: 'many' is not a number of votes; left as it was",
    ]
