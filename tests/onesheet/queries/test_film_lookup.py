from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.catalog import MovieRecord
from onesheet.base.home import Home
from onesheet.base.refusals import QueryError, UnknownFilmError
from onesheet.instance import Instance
from onesheet.queries.film_lookup import (
    SeveralFilmsError,
    from_fields,
    from_imdb,
    from_text,
    from_title,
    from_tmdb,
    meant_by_title,
    shortened,
)
from onesheet.queries.query import from_upload


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    instance = Instance(Home(home))
    yield instance
    instance.close()


def test_of_several_fields_the_surest_counts(instance: Instance, new_poster: bytes) -> None:
    fields = {"sample": "3", "imdb": "tt0000004", "q": "Film No. 5"}
    catalog, outside = instance.catalog, instance.outside
    upload = from_fields(new_poster, fields, catalog, outside)
    assert upload.source_hash == from_upload(new_poster).source_hash
    for field in ("sample", "imdb", "q"):
        query = from_fields(None, fields, catalog, outside)
        assert query.card
        assert query.card.title == {"sample": "Film No. 3", "imdb": "Film No. 4"}.get(
            field, "Film No. 5"
        )
        del fields[field]
    with pytest.raises(QueryError, match="Choose a poster"):
        from_fields(None, {"q": "  ", "imdb": None}, catalog, outside)
    with pytest.raises(QueryError, match="imdb must be text"):
        from_fields(None, {"imdb": 111161}, catalog, outside)
    with pytest.raises(QueryError, match="sample must be text"):
        from_fields(None, {"sample": True}, catalog, outside)


@pytest.mark.parametrize("text", ["tt0000004", " Film No. 4 ", "film no. 4"])
def test_the_one_input_takes_ids_and_titles(instance: Instance, text: str) -> None:
    query = from_text(text, instance.catalog, instance.outside)
    assert query.card
    assert query.card.imdb_id == "tt0000004"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Choose a poster"),
        ("https://www.imdb.com/chart/top", "IMDb"),
        ("tt9999999", "no film tt9999999"),
        ("https://www.themoviedb.org/movie/99999999", "TMDB’s number 99999999"),
        ("A film nobody made", "A film nobody made"),
    ],
)
def test_what_names_no_film_is_refused_in_a_sentence(
    instance: Instance, text: str, told: str
) -> None:
    with pytest.raises(QueryError, match=told):
        from_text(text, instance.catalog, instance.outside)


def test_what_is_no_imdb_link_is_refused(instance: Instance) -> None:
    with pytest.raises(QueryError, match="not an IMDb title link"):
        from_imdb("https://example.org/title/tt0111161/", instance.catalog)


def test_a_number_too_large_for_the_database_is_unknown(instance: Instance) -> None:
    with pytest.raises(UnknownFilmError):
        from_tmdb(2**31, instance.catalog, instance.outside)


def test_a_title_of_several_films_names_them(instance: Instance, new_poster: bytes) -> None:
    double = MovieRecord("tt7654321", None, "Film No. 4", 1999, 5.0, 1, ("Drama",), "train")
    instance.catalog.add(double, new_poster, "drawn")
    assert len(meant_by_title("Film No. 4", instance.catalog)) == 2
    with pytest.raises(SeveralFilmsError, match="tt7654321") as refusal:
        from_title("Film No. 4", instance.catalog)
    assert refusal.value.title == "Film No. 4"


def test_a_long_text_is_quoted_in_short() -> None:
    assert shortened("a" * 60) == "a" * 60
    assert shortened("word " * 20, 12) == "word word wo…"


@pytest.mark.parametrize("own", ["file-1a2b3c4d5e6f", "tmdb-603"])
def test_a_film_is_taken_by_the_id_that_the_refusal_of_its_title_names(
    instance: Instance, new_poster: bytes, own: str
) -> None:
    double = MovieRecord(own, None, "Film No. 4", 1999, 5.0, 1, ("Drama",), "train")
    instance.catalog.add(double, new_poster, "drawn")
    with pytest.raises(SeveralFilmsError, match=rf"send one’s id as imdb: .*\({own}\)"):
        from_title("Film No. 4", instance.catalog)
    fields = {"imdb": f" {own.upper()} "}
    card = from_fields(None, fields, instance.catalog, instance.outside).card
    assert card
    assert card.imdb_id == own
    with pytest.raises(UnknownFilmError, match="no film file-000000000000"):
        from_imdb("file-000000000000", instance.catalog)


@pytest.mark.parametrize("text", ["file-1a2b", "file-1a2b3c4d5e6f0", "tmdb-", "tmdb-12345678901"])
def test_what_only_begins_like_an_id_is_none(instance: Instance, text: str) -> None:
    with pytest.raises(QueryError, match="not an IMDb title link"):
        from_imdb(text, instance.catalog)
