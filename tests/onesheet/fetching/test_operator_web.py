"""A service is asked patiently, and TMDB's films come from a local server in its place."""

import itertools
import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from PIL import Image
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
from onesheet.fetching.operator_web import ATTEMPTS, LONGEST_WAIT, ServiceWeb
from tests.internet import Internet

API = "api.themoviedb.org/3/"
PICTURES = "image.tmdb.org/t/p/w780/"
Page = tuple[int, dict[str, str], bytes]


def answer(said: object) -> Page:
    return 200, {"Content-Type": "application/json"}, json.dumps(said).encode()


def picture(seed: int) -> bytes:
    blocks = np.random.default_rng(seed).integers(0, 256, (9, 6, 3), dtype=np.uint8)
    buffer = BytesIO()
    Image.fromarray(blocks).resize((120, 180)).save(buffer, "JPEG")
    return buffer.getvalue()


def jpeg(seed: int) -> Page:
    return 200, {"Content-Type": "image/jpeg"}, picture(seed)


def film(number: int, **fields: Any) -> dict[str, Any]:
    facts = {
        "id": number,
        "title": f"Film {number}",
        "release_date": "1995-12-15",
        "vote_average": 7.9,
        "vote_count": 500,
        "genre_ids": [28, 878],
        "poster_path": f"/p{number}.jpg",
    }
    return facts | fields


@pytest.fixture
def tmdb(internet: Internet) -> Internet:
    """TMDB with two pages of two films, the last of them without a poster."""
    genres = [{"id": 28, "name": "Action"}, {"id": 878, "name": "Science Fiction"}]
    images = {"secure_base_url": "https://image.tmdb.org/t/p/", "poster_sizes": ["w92", "w780"]}
    images["secure_base_url"] = "https://image.tmdb.org/t/p/"
    pages = {
        "1": {"page": 1, "total_pages": 2, "results": [film(1), film(2, vote_count=0)]},
        "2": {
            "page": 2,
            "total_pages": 2,
            "results": [film(2), film(3), film(4, poster_path=None)],
        },
    }

    def popular(handler: Any) -> None:
        _, _, query = handler.path.partition("?")
        number = dict(part.split("=") for part in query.split("&"))["page"]
        status, headers, body = answer(pages.get(number, {"results": []}))
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    internet.pages |= {
        f"{API}genre/movie/list": answer({"genres": genres}),
        f"{API}configuration": answer({"images": images}),
        f"{API}movie/popular": popular,
        f"{API}movie/1/external_ids": answer({"imdb_id": "tt0000001"}),
        f"{API}movie/2/external_ids": answer({"imdb_id": None}),
        f"{API}movie/3/external_ids": answer({"imdb_id": "tt0000003"}),
        f"{API}movie/4/external_ids": answer({"imdb_id": ""}),
        **{f"{PICTURES}p{number}.jpg": jpeg(number) for number in (1, 2, 3)},
    }
    return internet


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


class HttpWeb(ServiceWeb):
    """The local server speaks no TLS."""

    def image(self, url: str) -> bytes:
        return super().image(url.replace("https://", "http://"))

    def json(self, url: str, headers: dict[str, str] | None = None) -> Any:
        return super().json(url.replace("https://", "http://"), headers)


def web(internet: Internet, waits: list[float] | None = None) -> HttpWeb:
    waited = [] if waits is None else waits
    return HttpWeb("ONESHEET_TMDB_KEY", internet.fetcher(at_once=16), waited.append, seed=1)


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


def listed(*pages: list[dict[str, Any]] | None) -> Callable[[Any], None]:
    """A list of these pages; None: one that fails."""

    def serve(handler: Any) -> None:
        number = int(parse_qs(handler.path.partition("?")[2])["page"][0])
        results = pages[number - 1]
        status, headers, body = answer({"total_pages": len(pages), "results": results})
        handler.send_response(status if results is not None else 503)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return serve


def pages_asked(tmdb: Internet) -> list[int]:
    """Each page once, however often it was asked for in a row."""
    asked = [each.path.partition("?") for each in tmdb.requests if "movie/popular" in each.path]
    numbers = [int(parse_qs(query)["page"][0]) for _, _, query in asked]
    return [number for number, _ in itertools.groupby(numbers)]


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


@pytest.mark.parametrize(
    ("key", "header"), [("eyJhbGci.x.y", "Bearer eyJhbGci.x.y"), ("a" * 32, None)]
)
def test_keys_of_both_kinds(tmdb: Internet, key: str, header: str | None) -> None:
    assert Tmdb(web(tmdb), key).genres[878] == "Science Fiction"
    request = tmdb.requests[0]
    assert request.headers.get("Authorization") == header
    assert ("api_key" in request.path) is (header is None)


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


def flaky(internet: Internet, failures: int, page: Page) -> Callable[[Any], None]:
    left = [failures]

    def serve(handler: Any) -> None:
        status, headers, body = page if left[0] else answer({"genres": []})
        left[0] -= 1
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return serve


def test_the_services_own_wait_is_kept(tmdb: Internet) -> None:
    waits: list[float] = []
    page = (429, {"Retry-After": "7"}, b"")
    tmdb.pages[f"{API}genre/movie/list"] = flaky(tmdb, 2, page)
    assert Tmdb(web(tmdb, waits), "k").genres == {}
    assert waits == [7.0, 7.0]


@pytest.mark.parametrize(
    ("until", "waited"),
    [
        ("Sun, 06 Nov 1994 08:49:46 GMT", 9.0),
        ("Sunday, 06-Nov-94 08:49:46 GMT", 9.0),
        ("Sun Nov  6 08:49:46 1994", 9.0),
        ("Sun, 06 Nov 1994 10:49:37 GMT", LONGEST_WAIT),
    ],
)
def test_a_wait_until_a_date_is_kept_by_the_services_own_clock(
    tmdb: Internet, until: str, waited: float
) -> None:
    waits: list[float] = []
    answers = iter([429])

    def serve(handler: Any) -> None:
        status, headers, body = answer({"genres": []})
        handler.send_response_only(next(answers, status))
        dates = {"Date": "Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After": until}
        for name, value in {**headers, **dates, "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    tmdb.pages[f"{API}genre/movie/list"] = serve
    assert Tmdb(web(tmdb, waits), "k").genres == {}
    assert waits == [waited]


@pytest.mark.parametrize(
    "said", ["soon", "-5", "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 99 Nov 1994"]
)
def test_a_wait_that_means_nothing_or_is_over_is_our_own(tmdb: Internet, said: str) -> None:
    waits: list[float] = []
    tmdb.pages[f"{API}genre/movie/list"] = flaky(tmdb, 1, (429, {"Retry-After": said}, b""))
    assert Tmdb(web(tmdb, waits), "k").genres == {}
    (wait,) = waits
    assert 0.5 <= wait <= 1


def test_failures_are_waited_for_longer_and_longer(tmdb: Internet) -> None:
    waits: list[float] = []
    tmdb.pages[f"{API}genre/movie/list"] = flaky(tmdb, 4, (503, {}, b""))
    assert Tmdb(web(tmdb, waits), "k").genres == {}
    assert all(2**n / 2 <= wait <= 2**n for n, wait in enumerate(waits))
    assert len(waits) == 4


def test_patience_ends(tmdb: Internet) -> None:
    waits: list[float] = []
    tmdb.pages[f"{API}genre/movie/list"] = (500, {}, b"")
    with pytest.raises(FetchError, match="answers with 500"):
        _ = Tmdb(web(tmdb, waits), "k").genres
    assert len(waits) == ATTEMPTS - 1
