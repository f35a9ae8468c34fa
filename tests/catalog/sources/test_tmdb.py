"""What TMDB's answers mean; films from it are imported in tests/onesheet/fetching."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from catalog.records import CatalogError
from catalog.sources.tmdb import CONFIGURATION_KEPT, Tmdb


class Recorded:
    """A web that answers every question alike."""

    def __init__(self, said: Any) -> None:
        self._said = said
        self.asked: list[str] = []

    def image(self, url: str) -> bytes:
        return url.encode()

    def json(self, url: str, headers: dict[str, str] | None = None) -> Any:
        self.asked.append(url)
        return self._said


@pytest.mark.parametrize(
    ("sizes", "picture"),
    [
        (["w92", "w500", "w780"], "w780"),
        (["w92", "w500"], "w500"),
        (["w92", "original"], "original"),
    ],
)
def test_a_size_is_one_that_tmdb_says_it_has(sizes: list[str], picture: str) -> None:
    said = {"images": {"secure_base_url": "https://i.example/", "poster_sizes": sizes}}
    assert (
        Tmdb(Recorded(said), "k").poster("/a.jpg")()
        == f"https://i.example/{picture}/a.jpg".encode()
    )


@pytest.mark.parametrize("said", [{}, {"images": {"secure_base_url": "http://127.0.0.1/"}}, []])
def test_another_configuration_is_refused(said: Any) -> None:
    with pytest.raises(CatalogError, match="did not answer"):
        Tmdb(Recorded(said), "k").poster("/a.jpg")


IMAGES = {"secure_base_url": "https://i.example/", "poster_sizes": ["w500"]}


def test_the_configuration_is_kept_for_days(tmp_path: Path) -> None:
    web, path = Recorded({"images": IMAGES}), tmp_path / "configuration.json"
    for _ in range(2):
        assert Tmdb(web, "k", configuration=path).pictures == "https://i.example/w500"
    assert len(web.asked) == 1
    old = time.time() - CONFIGURATION_KEPT - 60
    os.utime(path, (old, old))
    assert Tmdb(web, "k", configuration=path).pictures == "https://i.example/w500"
    assert len(web.asked) == 2
    assert Tmdb(web, "k", configuration=path).pictures == "https://i.example/w500"
    assert len(web.asked) == 2, "kept anew"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kept", [b"", b"{", b"[]", b"\xff", b'{"secure_base_url": "http://a/"}'])
def test_a_kept_configuration_that_is_damaged_is_asked_for_anew(
    tmp_path: Path, kept: bytes
) -> None:
    web, path = Recorded({"images": IMAGES}), tmp_path / "configuration.json"
    path.write_bytes(kept)
    for _ in range(2):
        assert Tmdb(web, "k", configuration=path).pictures == "https://i.example/w500"
    assert len(web.asked) == 1


def test_where_nothing_can_be_kept_it_is_asked_for(tmp_path: Path) -> None:
    web = Recorded({"images": IMAGES})
    for _ in range(2):
        assert Tmdb(web, "k", configuration=tmp_path / "no" / "c.json").pictures
    assert len(web.asked) == 2


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("27", "27"),
        ("Horror", "27"),
        ("sci-fi, horror", "878,27"),
        ("Science Fiction|27", "878|27"),
        ("music", "10402"),
    ],
)
def test_genres_are_named_or_numbered(said: str, numbers: str) -> None:
    genres = {27: "Horror", 878: "Science Fiction", 10402: "Music"}
    web = Recorded({"genres": [{"id": number, "name": name} for number, name in genres.items()]})
    assert Tmdb(web, "k").genre_numbers(said) == numbers
    with pytest.raises(CatalogError, match="no genre Noir, but Horror, Science Fiction, Music"):
        Tmdb(web, "k").genre_numbers(f"{said},Noir")
