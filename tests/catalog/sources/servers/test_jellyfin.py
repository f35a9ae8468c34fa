"""Films of a Jellyfin server, page by page, and only once."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.catalog import Catalog
from catalog.records import CatalogError
from catalog.sources.importing import import_films
from catalog.sources.servers.jellyfin import JellyfinFilms
from onesheet.fetching.errors import FetchError
from tests.catalog.sources.servers.conftest import ADDRESS, HOST, KEY_SETTING, MediaServer
from tests.internet import Internet

Bytes = Callable[..., bytes]


def item(number: int, **fields: Any) -> dict[str, Any]:
    facts = {
        "Id": f"a{number}",
        "Name": f"Film {number}",
        "ProductionYear": 1995,
        "CommunityRating": 7.9,
        "Genres": ["Science Fiction", "Oddity"],
        "ProviderIds": {"Imdb": f"tt{number:07d}", "Tmdb": str(number)},
        "ImageTags": {"Primary": f"t{number}"},
    }
    return facts | fields


@pytest.fixture
def items() -> list[dict[str, Any]]:
    return [
        item(1),
        item(2, ProviderIds={}, CommunityRating=None, ProductionYear=None),
        item(3, ProviderIds={"Imdb": "soon"}, CommunityRating="odd"),
        item(4, ImageTags={}),
        item(5, Name=" "),
    ]


@pytest.fixture
def jellyfin(server: MediaServer, items: list[dict[str, Any]], poster: Bytes) -> MediaServer:
    """Gives two films a page, whatever it is asked for."""

    def page(asked: dict[str, str]) -> dict[str, Any]:
        start = int(asked["StartIndex"])
        return {"Items": items[start : start + 2], "TotalRecordCount": len(items)}

    server.says("/Items", page)
    for number in range(1, 6):
        server.shows(f"/Items/a{number}/Images/Primary", poster(number, "JPEG"))
    return server


def films(server: MediaServer) -> JellyfinFilms:
    return JellyfinFilms(server.web(Authorization="MediaBrowser Token=k"), ADDRESS)


def test_every_film_comes_with_what_the_server_knows(
    jellyfin: MediaServer, catalog: Catalog
) -> None:
    report = import_films(catalog, films(jellyfin))
    assert report.added == 3
    assert sorted(report.skipped) == [
        "Jellyfin  : it has no title",
        "Jellyfin Film 4: there is no picture",
    ]
    (card,) = catalog.by_imdb("tt0000001")
    facts = (card.title, card.year, card.rating, card.genres)
    assert facts == ("Film 1", 1995, 7.9, ("Sci-Fi", "Oddity"))
    assert report.unknown_genres["Oddity"] >= 3
    assert len(report.warnings) == 2, "an odd id and an odd rating cost no film"
    authorized = {each.headers.get("Authorization") for each in jellyfin.internet.requests}
    assert authorized == {"MediaBrowser Token=k"}


def test_a_second_run_fetches_only_pictures_that_changed(
    jellyfin: MediaServer, catalog: Catalog, items: list[dict[str, Any]], poster: Bytes
) -> None:
    import_films(catalog, films(jellyfin))
    jellyfin.internet.requests.clear()
    items[0]["ImageTags"] = {"Primary": "new"}
    jellyfin.shows("/Items/a1/Images/Primary", poster(9, "JPEG"))
    report = import_films(catalog, films(jellyfin))
    assert (report.added, report.updated) == (0, 1)
    pictures = [path for path in jellyfin.fetched() if "/Images/" in path]
    assert len(pictures) == 1
    assert "tag=new" in pictures[0]
    assert len(catalog.by_imdb("tt0000001")) == 2


def test_a_server_without_films_is_told(jellyfin: MediaServer) -> None:
    jellyfin.says("/Items", lambda asked: {"Items": [], "TotalRecordCount": 0})
    with pytest.raises(CatalogError, match=f"server at {ADDRESS} shows this key no films"):
        films(jellyfin).description()


@pytest.mark.parametrize("there", ["10.0.0.9", "nas.home:8920"])
def test_a_server_that_leads_elsewhere_is_told_with_where(
    jellyfin: MediaServer, internet: Internet, there: str
) -> None:
    internet.pages[f"{HOST}/Items"] = (302, {"Location": f"https://{there}/Items"}, b"")
    with pytest.raises(FetchError, match=f"{ADDRESS} leads to {there}; give that address"):
        films(jellyfin).count()


@pytest.mark.parametrize("said", [[], {"Items": 3, "TotalRecordCount": 1}, "x"])
def test_another_answer_is_refused(jellyfin: MediaServer, catalog: Catalog, said: object) -> None:
    jellyfin.says("/Items", lambda asked: said)
    with pytest.raises(CatalogError, match="does not answer as it should"):
        import_films(catalog, films(jellyfin))


@pytest.mark.parametrize(
    "page",
    [
        (200, {"Content-Type": "text/html"}, b"<!doctype html><title>A router</title>"),
        (200, {"Content-Type": "application/json"}, b"<html>"),
        (404, {}, b""),
    ],
)
def test_a_page_in_the_servers_place_is_told_with_the_address(
    jellyfin: MediaServer, internet: Internet, page: object
) -> None:
    internet.pages[f"{HOST}/Items"] = page
    with pytest.raises(FetchError, match=f"server at {ADDRESS} does not answer as it should; is"):
        films(jellyfin).count()
    assert jellyfin.waits == [], "it will answer no better in a while"


def test_a_refused_key_is_named(jellyfin: MediaServer, internet: Internet) -> None:
    internet.pages[f"{HOST}/Items"] = (401, {}, b"")
    with pytest.raises(FetchError, match=f"check {KEY_SETTING}"):
        films(jellyfin).count()


def test_the_server_may_be_private_but_not_where_it_leads_to(
    jellyfin: MediaServer, internet: Internet, catalog: Catalog
) -> None:
    for number, place in enumerate(("http://10.0.0.1/a", "http://127.0.0.1:8096/a"), 1):
        path = f"{HOST}/Items/a{number}/Images/Primary"
        internet.pages[path] = (302, {"Location": place}, b"")
    report = import_films(catalog, films(jellyfin))
    assert report.added == 1
    assert len(report.skipped) == 4


def test_a_server_that_is_busy_is_asked_again(jellyfin: MediaServer, internet: Internet) -> None:
    internet.pages[f"{HOST}/Items"] = (503, {}, b"")
    with pytest.raises(FetchError, match="503"):
        films(jellyfin).count()
    assert len(jellyfin.waits) == 2
