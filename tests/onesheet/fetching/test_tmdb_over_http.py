"""TMDB's films come from a local server in its place."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from catalog.catalog import Catalog
from catalog.database import connect, reading
from catalog.images import content_hash
from catalog.models import Base, Poster
from catalog.records import CatalogError, MovieRecord
from catalog.sources.bookmark import Bookmark
from catalog.sources.importing import import_films
from catalog.sources.source import SourceNotes
from catalog.sources.tmdb import Tmdb
from catalog.sources.tmdb_lists import TmdbFilms, TmdbWish
from onesheet.fetching.errors import FetchError
from tests.internet import Internet
from tests.onesheet.fetching.local_tmdb import (
    API,
    PICTURES,
    answer,
    film,
    jpeg,
    listed,
    pages_asked,
    picture,
    web,
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path / 'onesheet.db'}")
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
    yield engine
    engine.dispose()


@pytest.fixture
def catalog(engine: Engine, tmp_path: Path) -> Catalog:
    return Catalog(engine, tmp_path / "posters")


def films(internet: Internet, catalog: Catalog, first: int = 1, **wish: Any) -> TmdbFilms:
    service, known = Tmdb(web(internet), "k" * 32), catalog.known_films()
    return TmdbFilms(service, TmdbWish(pages=9, **wish), known.imdb_id, first=first)


def test_a_list_is_imported_once(tmdb: Internet, catalog: Catalog) -> None:
    report = import_films(catalog, films(tmdb, catalog))
    assert (report.added, report.skipped) == (3, ["TMDB 4, Film 4: there is no poster"])
    (card,) = catalog.by_tmdb(1)
    facts = (card.imdb_id, card.title, card.year, card.rating, card.votes, card.genres)
    assert facts == ("tt0000001", "Film 1", 1995, 7.9, 500, ("Action", "Sci-Fi"))
    (unvoted,) = catalog.by_tmdb(2)
    assert (unvoted.imdb_id, unvoted.rating) == ("tmdb-2", None)


def test_an_interrupted_list_goes_on_at_the_page_it_reached(
    tmdb: Internet, catalog: Catalog, engine: Engine
) -> None:
    one, two, three = ([film(number)] for number in (1, 2, 3))
    bookmark = Bookmark(engine, TmdbWish(pages=9).listing_named)
    tmdb.pages[f"{API}movie/popular"] = listed(one, two, None)
    with pytest.raises(FetchError, match="503"):
        import_films(catalog, films(tmdb, catalog), bookmark=bookmark)
    assert catalog.movies() == 2, "what came before the failure is kept"
    assert (bookmark.place(), pages_asked(tmdb)) == (2, [1, 2, 3])

    tmdb.requests.clear()
    tmdb.pages[f"{API}movie/popular"] = listed(one, two, three)
    source = films(tmdb, catalog, first=bookmark.place())
    assert "It goes on at page 2" in source.description()[1]
    report = import_films(catalog, source, bookmark=bookmark)
    assert (report.added, report.unchanged, pages_asked(tmdb)) == (1, 1, [2, 3])
    assert bookmark.place() == 0, "a list that was read to its end begins at its first page"


def test_no_page_behind_the_last_is_asked_for(tmdb: Internet, catalog: Catalog) -> None:
    import_films(catalog, films(tmdb, catalog))
    assert pages_asked(tmdb) == [1, 2]


def test_films_and_posters_are_counted_on_the_way(tmdb: Internet, catalog: Catalog) -> None:
    told: list[tuple[int, int, int]] = []
    listed_once = {"total_pages": 1, "results": [film(1), film(2), film(4, poster_path=None)]}
    tmdb.pages |= {
        f"{API}movie/popular": answer(listed_once),
        f"{API}movie/1/images": answer({"posters": [{"file_path": "/p3.jpg"}]}),
        **{f"{API}movie/{n}/images": answer({"posters": []}) for n in (2, 4)},
    }

    def progress(done: int, total: int, *, posters: int) -> None:
        told.append((done, total, posters))

    import_films(catalog, films(tmdb, catalog, all_posters=True), progress=progress)
    assert told[0] == (0, 180, 0)
    assert told[-1] == (3, 3, 3), "three films, one without a poster and one with two"


def test_a_second_run_fetches_only_what_changed(tmdb: Internet, catalog: Catalog) -> None:
    import_films(catalog, films(tmdb, catalog))
    tmdb.requests.clear()
    tmdb.pages[f"{API}movie/popular"] = answer(
        {"total_pages": 1, "results": [film(1, vote_average=8.1), film(3, poster_path="/new.jpg")]}
    )
    tmdb.pages[f"{PICTURES}new.jpg"] = jpeg(9)
    report = import_films(catalog, films(tmdb, catalog))
    assert (report.added, report.updated) == (0, 2)
    assert catalog.by_tmdb(1)[0].rating == 8.1
    assert len(catalog.by_tmdb(3)) == 2
    fetched = [each.path.partition("?")[0] for each in tmdb.requests]
    assert [path for path in fetched if "/t/p/" in path] == ["/t/p/w780/new.jpg"]
    assert not any("external_ids" in path for path in fetched)


def test_alternates_are_one_films_and_stand_behind_its_own_newest_poster(
    tmdb: Internet, catalog: Catalog
) -> None:
    def imported(own: int, *all_paths: int) -> list[str]:
        """The posters of film 1 in their order, once TMDB has these of it."""
        said = film(1, poster_path=f"/p{own}.jpg")
        tmdb.pages[f"{API}movie/popular"] = answer({"total_pages": 1, "results": [said]})
        posters = [{"file_path": f"/p{number}.jpg"} for number in all_paths]
        tmdb.pages[f"{API}movie/1/images"] = answer({"posters": posters})
        tmdb.requests.clear()
        import_films(catalog, films(tmdb, catalog, all_posters=True))
        assert catalog.movies() == 1
        (first,) = catalog.titled("Film 1")
        cards = catalog.by_tmdb(1)
        assert cards == catalog.by_imdb("tt0000001")
        assert cards[0] == first
        seen = {content_hash(picture(number)): f"p{number}" for number in range(1, 7)}
        return [seen[card.content_hash] for card in cards]

    def fetched() -> set[str]:
        paths = (each.path.rpartition("/")[2] for each in tmdb.requests)
        return {path.removesuffix(".jpg") for path in paths if path.endswith(".jpg")}

    tmdb.pages |= {f"{PICTURES}p{number}.jpg": jpeg(number) for number in range(1, 7)}
    assert imported(1, 1, 2) == ["p1", "p2"]
    assert imported(1, 3, 1, 2) == ["p1", "p3", "p2"], "a new alternate is none the less one"
    assert fetched() == {"p3"}
    assert imported(4, 4, 3, 1, 2) == ["p4", "p3", "p2", "p1"], "the former own one is another"
    assert fetched() == {"p4"}, "what was its own is not fetched again as an alternate"
    assert imported(1, 4, 3, 1, 2) == ["p1", "p4", "p3", "p2"], "one that is its own again"
    assert fetched() == set()


@pytest.mark.parametrize("all_posters", [True, False])
def test_alternates_that_an_earlier_version_imported_get_their_mark(
    tmdb: Internet, catalog: Catalog, tmp_path: Path, all_posters: bool
) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'onesheet.db'}")
    record = MovieRecord("tt0000001", 1, "Film 1", 1995, 7.9, 500, ("Action", "Sci-Fi"), None)
    for number in (1, 2, 3):  # which did not tell a film's own poster from others
        catalog.add(record, picture(number), f"tmdb:/p{number}.jpg")
    listed = answer({"posters": [{"file_path": f"/p{number}.jpg"} for number in (2, 3)]})
    tmdb.pages[f"{API}movie/popular"] = answer({"total_pages": 1, "results": [film(1)]})
    tmdb.pages[f"{API}movie/1/images"] = listed
    for updated in (1, 0):
        report = import_films(catalog, films(tmdb, catalog, all_posters=all_posters))
        assert (report.added, report.updated) == (0, updated)
        with reading(engine) as session:
            sources = session.scalars(select(Poster.source).order_by(Poster.id)).all()
        marks = [source.partition(":")[0] for source in sources]
        assert marks == ["tmdb", "tmdb-alternate", "tmdb-alternate"]
    assert catalog.titled("Film 1")[0].content_hash == content_hash(picture(1))
    assert not any(each.path.endswith(".jpg") for each in tmdb.requests)


def test_a_poster_that_a_folder_brought_is_fetched_once_to_be_known(
    tmdb: Internet, catalog: Catalog
) -> None:
    record = MovieRecord("tt0000001", 1, "Film 1", 1995, None, None, (), None)
    catalog.add(record, picture(1), "folder")
    for fetched in (1, 0):
        tmdb.requests.clear()
        import_films(catalog, films(tmdb, catalog))
        assert sum(each.path.endswith("/p1.jpg") for each in tmdb.requests) == fetched
    assert len(catalog.by_tmdb(1)) == 1


def test_a_refused_key_is_named(tmdb: Internet, catalog: Catalog) -> None:
    tmdb.pages[f"{API}movie/popular"] = (401, {"Content-Type": "application/json"}, b"{}")
    with pytest.raises(FetchError, match="check ONESHEET_TMDB_KEY"):
        list(films(tmdb, catalog).films(SourceNotes()))


@pytest.mark.parametrize("said", [[], {"results": None}, {}])
def test_another_answer_is_refused(tmdb: Internet, catalog: Catalog, said: object) -> None:
    tmdb.pages[f"{API}movie/popular"] = answer(said)
    with pytest.raises(CatalogError, match="did not answer as it should"):
        list(films(tmdb, catalog).films(SourceNotes()))


def test_a_truncated_picture_and_a_private_address_cost_only_their_films(
    tmdb: Internet, catalog: Catalog
) -> None:
    status, headers, body = jpeg(1)
    tmdb.pages[f"{PICTURES}p1.jpg"] = (status, headers, body[:200])
    tmdb.pages[f"{PICTURES}p2.jpg"] = (302, {"Location": "http://127.0.0.1/"}, b"")
    report = import_films(catalog, films(tmdb, catalog))
    assert report.added == 1
    assert {line.split(",")[0] for line in report.skipped} == {"TMDB 1", "TMDB 2", "TMDB 4"}
