"""Films of all of a Plex server's libraries of films."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.catalog import Catalog
from catalog.records import CatalogError
from catalog.sources.importing import import_films
from catalog.sources.servers.plex import PlexFilms
from tests.catalog.sources.servers.conftest import ADDRESS, MediaServer

Bytes = Callable[..., bytes]
LIBRARIES = [
    {"key": "1", "type": "movie"},
    {"key": "2", "type": "show"},
    {"key": "3", "type": "movie"},
]


def item(number: int, **fields: Any) -> dict[str, Any]:
    facts = {
        "ratingKey": str(number),
        "title": f"Film {number}",
        "year": 1995,
        "audienceRating": 8.1,
        "Genre": [{"tag": "Action"}, {"tag": "Crime"}],
        "Guid": [{"id": f"imdb://tt{number:07d}"}, {"id": f"tmdb://{number}"}, {"id": "odd"}],
        "thumb": f"/library/metadata/{number}/thumb/100",
    }
    return facts | fields


def container(**said: Any) -> dict[str, Any]:
    return {"MediaContainer": said}


@pytest.fixture
def plex(server: MediaServer, poster: Bytes) -> MediaServer:
    films = {"1": [item(1), item(2, Guid=[]), item(3, thumb=None)], "3": [item(4)]}
    server.says("/library/sections", lambda asked: container(Directory=LIBRARIES))
    for key, found in films.items():

        def page(asked: dict[str, str], found: list[dict[str, Any]] = found) -> dict[str, Any]:
            start = int(asked["X-Plex-Container-Start"])
            return container(totalSize=len(found), Metadata=found[start : start + 2])

        server.says(f"/library/sections/{key}/all", page)
    for number in range(1, 5):
        path = f"/library/metadata/{number}/thumb/100"
        server.shows(path, poster(number, "JPEG"))
    return server


def films(server: MediaServer) -> PlexFilms:
    return PlexFilms(server.web(Accept="application/json"), ADDRESS)


def test_every_film_comes_with_what_the_server_knows(plex: MediaServer, catalog: Catalog) -> None:
    report = import_films(catalog, films(plex))
    assert (report.added, len(report.skipped)) == (3, 1)
    (card,) = catalog.by_tmdb(4)
    facts = (card.imdb_id, card.title, card.year, card.rating, card.genres)
    assert facts == ("tt0000004", "Film 4", 1995, 8.1, ("Action", "Crime"))
    plex.internet.requests.clear()
    again = import_films(catalog, films(plex))
    assert (again.added, again.updated) == (0, 0)
    assert not any("thumb" in path for path in plex.fetched())


def test_a_server_without_films_is_told(plex: MediaServer) -> None:
    plex.says("/library/sections", lambda asked: container(Directory=LIBRARIES[1:2]))
    with pytest.raises(CatalogError, match="no library of films"):
        films(plex).description()
    plex.says("/library/sections", lambda asked: container(Directory=LIBRARIES[:1]))
    plex.says("/library/sections/1/all", lambda asked: container(totalSize=0))
    with pytest.raises(CatalogError, match="shows this token no films"):
        films(plex).description()


def test_another_answer_is_refused(plex: MediaServer) -> None:
    plex.says("/library/sections", lambda asked: ["x"])
    with pytest.raises(CatalogError, match="does not answer as it should"):
        films(plex).description()
