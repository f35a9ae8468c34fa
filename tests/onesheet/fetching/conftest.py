"""TMDB, as a local server plays it, and pictures that are fetched or refused."""

from typing import Any

import pytest

from onesheet.fetching.errors import FetchError
from tests.internet import Internet
from tests.onesheet.fetching.local_tmdb import API, PICTURES, answer, film, jpeg


@pytest.fixture
def tmdb(internet: Internet) -> Internet:
    """TMDB with two pages of two films, the last of them without a poster."""
    genres = [{"id": 28, "name": "Action"}, {"id": 878, "name": "Science Fiction"}]
    images = {"secure_base_url": "https://image.tmdb.org/t/p/", "poster_sizes": ["w92", "w780"]}
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


PICTURE = (200, {"Content-Type": "image/png"}, b"a picture")


def refused(internet: Any, url: str, **limits: Any) -> str:
    """The sentence that says why a picture is not fetched."""
    with pytest.raises(FetchError) as caught:
        internet.fetcher(**limits).image(url)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert len(sentence) < 250
    return sentence
