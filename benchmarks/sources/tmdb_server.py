"""A server on this machine that answers as TMDB documents it, and a command that asks it."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

import httpcore
from PIL import ImageOps

from benchmarks.instruments.real_posters import source
from benchmarks.sources.poster_layouts import FilmRow
from catalog.images import decode, to_webp
from catalog.sources.tmdb_lists import FILMS_A_PAGE

_TMDB_GENRES: Final = {
    28: "Action",
    18: "Drama",
    35: "Comedy",
    27: "Horror",
    878: "Science Fiction",
}
_TOO_MANY_EVERY: Final = 700
"""Requests, of which the last one is told to come again in a second."""
_NO_POSTER, _MISSING, _TORN, _NEW, _REGRADED = 97, 101, 103, 50, 3
"""Every so manieth film has no poster, one that is not there, or one that is cut short; and in the
second version of the list another poster, or another rating."""
_PUBLIC: Final = "93.184.215.14"
_IDS_PATH: Final = re.compile(r"/3/movie/(\d+)/external_ids")
_POSTER_PATH: Final = re.compile(r"/t/p/w780/(\d+)-(\d)\.webp")

TmdbAnswer = tuple[int, str, bytes]


class TmdbServer:
    """The list `popular` of some films, numbered from 1; `version` 1 is the list some days later.
    `asked` counts requests by kind, and `pages` are those of the list, in turn."""

    def __init__(self, films: Sequence[FilmRow], posters: Path) -> None:
        self._films, self._posters = films, posters
        self.version = 0
        self._lock = threading.Lock()
        self._requests = 0
        self.forget()

    def forget(self) -> None:
        """Begin to count anew."""
        self.asked: Counter[str] = Counter()
        self.pages: list[int] = []

    def changed(self) -> tuple[int, int]:
        """How many films have another poster in version 1, and how many that or another rating."""
        numbers = [n for n in range(1, len(self._films) + 1) if _has_poster(n)]
        there = [n for n in numbers if n % _MISSING and n % _TORN]
        new = sum(n % _NEW == 0 for n in there)
        return new, sum(n % _NEW == 0 or n % _REGRADED == 0 for n in there)

    def answer(self, path: str) -> TmdbAnswer:
        """The answer to a request's path."""
        place, _, query = path.partition("?")
        with self._lock:
            self._requests += 1
            wait = self._requests % _TOO_MANY_EVERY == 0
            kind, said = self._asked_for(place, query)
            self.asked["told to wait" if wait else kind] += 1
        return (429, "", b"") if wait else said()

    def _asked_for(self, place: str, query: str) -> tuple[str, Callable[[], TmdbAnswer]]:
        if place == "/3/movie/popular":
            page = int(dict(part.split("=") for part in query.split("&"))["page"])
            self.pages.append(page)
            return "pages", lambda: _answered(self._listed_page(page))
        if found := _IDS_PATH.fullmatch(place):
            return "ids", lambda: _answered({"imdb_id": self._films[int(found[1]) - 1]["imdb_id"]})
        if found := _POSTER_PATH.fullmatch(place):
            return "posters", lambda: self._poster_answer(int(found[1]), int(found[2]))
        genres = [{"id": number, "name": name} for number, name in _TMDB_GENRES.items()]
        images = {"secure_base_url": "https://image.tmdb.org/t/p/", "poster_sizes": ["w780"]}
        return "others", lambda: _answered({"genres": genres, "images": images})

    def _listed_page(self, page: int) -> dict[str, Any]:
        numbers = range(1, len(self._films) + 1)[(page - 1) * FILMS_A_PAGE :][:FILMS_A_PAGE]
        last = -(-len(self._films) // FILMS_A_PAGE)
        return {"total_pages": last, "results": [self._listed_film(number) for number in numbers]}

    def _listed_film(self, number: int) -> dict[str, Any]:
        film, genres = self._films[number - 1], list(_TMDB_GENRES)
        regraded = self.version and number % _REGRADED == 0
        version = int(bool(self.version) and number % _NEW == 0)
        return {
            "id": number,
            "title": film["title"],
            "release_date": f"{film['year']}-05-01" if film["year"] else "",
            "vote_average": min(10.0, float(film["rating"] or 5) + 0.1 * bool(regraded)),
            "vote_count": int(float(film["votes"] or 0)) + 1,
            "genre_ids": [genres[number % len(genres)]],
            "poster_path": f"/{number}-{version}.webp" if _has_poster(number) else None,
        }

    def _poster_answer(self, number: int, version: int) -> TmdbAnswer:
        if number % _MISSING == 0:
            return 404, "text/plain", b"gone"
        picture = source(self._posters, self._films[number - 1]["imdb_id"])
        if version:
            picture = to_webp(ImageOps.mirror(decode(picture)))
        return 200, "image/webp", picture[:100] if number % _TORN == 0 else picture


def _has_poster(number: int) -> bool:
    return number % _NO_POSTER != 0


def _answered(said: Any) -> TmdbAnswer:
    return 200, "application/json", json.dumps(said).encode()


@contextmanager
def answering(server: TmdbServer) -> Iterator[int]:
    """TmdbAnswer on a port of this machine, which is given, until the block is over."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = server.answer(self.path)
            with suppress(ConnectionError):
                self.send_response(status)
                if status == 429:
                    later = datetime.now(UTC) + timedelta(seconds=1)
                    self.send_header("Retry-After", format_datetime(later, usegmt=True))
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 64

    with Server(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield listening.server_port
        finally:
            listening.shutdown()
            thread.join()


def ask_there(port: int) -> None:
    """Let this process ask a server on that port wherever it would ask TMDB, without TLS."""
    from onesheet.fetching import operator_web
    from onesheet.fetching.fetcher import Fetcher

    class Wires(httpcore.SyncBackend):
        def connect_tcp(self, host: str, *args: Any, **more: Any) -> httpcore.NetworkStream:
            return super().connect_tcp("127.0.0.1", port, *args[1:], **more)

    class PlainWeb(operator_web.ServiceWeb):
        def image(self, url: str) -> bytes:
            return super().image(url.replace("https://", "http://"))

        def json(self, url: str, headers: dict[str, str] | None = None) -> Any:
            return super().json(url.replace("https://", "http://"), headers)

    limits = operator_web.SERVICE_LIMITS
    fetcher = Fetcher(limits, lambda host, _port: [ip_address(_PUBLIC)], Wires())
    operator_web.ServiceWeb = lambda key: PlainWeb(key, fetcher)  # type: ignore[assignment,misc]
