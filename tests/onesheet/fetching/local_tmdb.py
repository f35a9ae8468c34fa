"""TMDB's answers, given by a local server."""

import itertools
import json
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

import numpy as np
from PIL import Image

from onesheet.fetching.operator_web import ServiceWeb
from tests.internet import Internet

API = "api.themoviedb.org/3/"
PICTURES = "image.tmdb.org/t/p/w780/"
Page = tuple[int, dict[str, str], bytes]


def answer(said: object) -> Page:
    return 200, {"Content-Type": "application/json"}, json.dumps(said).encode()


class HttpWeb(ServiceWeb):
    """The local server speaks no TLS."""

    def image(self, url: str) -> bytes:
        return super().image(url.replace("https://", "http://"))

    def json(self, url: str, headers: dict[str, str] | None = None) -> Any:
        return super().json(url.replace("https://", "http://"), headers)


def web(internet: Internet, waits: list[float] | None = None) -> HttpWeb:
    waited = [] if waits is None else waits
    return HttpWeb("ONESHEET_TMDB_KEY", internet.fetcher(at_once=16), waited.append, seed=1)


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
