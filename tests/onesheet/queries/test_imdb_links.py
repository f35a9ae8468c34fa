import pytest

from onesheet.queries.imdb_links import imdb_id


@pytest.mark.parametrize(
    "text",
    [
        "tt0111161",
        " TT0111161\n",
        "https://www.imdb.com/title/tt0111161",
        "https://www.imdb.com/title/tt0111161/",
        "http://imdb.com/title/tt0111161/?ref_=nv_sr_srsg_0#cast",
        "www.imdb.com/title/tt0111161/",
        "imdb.com/title/tt0111161",
        "//www.imdb.com/title/tt0111161/",
        "https://m.imdb.com/title/tt0111161/",
        "https://www.imdb.com/de/title/tt0111161/",
        "https://www.imdb.com/es-es/title/tt0111161/fullcredits/",
        "https://www.imdb.com/title/tt0111161/mediaviewer/rm10105600/",
        "https://www.imdb.com/title/tt0111161/reference/",
        "https://www.imdb.com/title/tt0111161/combined",
        "https://us.imdb.com/Title?0111161",
        "http://www.imdb.com/Title?tt0111161",
        "HTTPS://WWW.IMDB.COM/title/tt0111161/",
        "https://www.imdb.com:443/title/tt0111161/",
        "HTTPS://IMDB.COM/TITLE/TT0111161",
        "https://us.imdb.com/title?0111161",
        "https://us.imdb.com/Title?0111161&x=1",
        "https://www.imdb.com/title/tt0111161,",
        "https://www.imdb.com/title/tt0111161);",
        "<https://www.imdb.com/title/tt0111161/>",
        "“https://www.imdb.com/title/tt0111161/”.",
        "'tt0111161'",
        "\ufeffhttps://www.imdb.com/title/tt0111161/\u200b",
    ],
)
def test_every_shape_of_a_title_link_gives_its_id(text: str) -> None:
    assert imdb_id(text) == "tt0111161"


@pytest.mark.parametrize("text", ["tt10872600", "https://www.imdb.com/title/tt10872600/"])
def test_newer_ids_are_longer(text: str) -> None:
    assert imdb_id(text) == "tt10872600"


def test_a_demo_films_id_passes() -> None:
    assert imdb_id(" demo-0001 ") == "demo-0001"
    assert imdb_id("demo-1234567") == "demo-1234567", "as films are invented"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0111161",
        "tt123",
        "tt12345678901",
        "the shawshank redemption",
        "https://www.imdb.com/",
        "https://www.imdb.com/name/nm0000209/",
        "https://www.imdb.com/title/",
        "https://www.imdb.com/title/tt0111161evil",
        "https://www.imdb.com/Title?title=0111161",
        "https://www.imdb.com/Title?01111611111111&x=1",
        "https://example.org/title/tt0111161/",
        "https://imdb.com.example.org/title/tt0111161/",
        "https://notimdb.com/title/tt0111161/",
        "https://www.imdb.com@example.org/title/tt0111161/",
        "https://example.org/?u=https://www.imdb.com/title/tt0111161/",
        "ftp://www.imdb.com/title/tt0111161/",
        "javascript:alert(1)//www.imdb.com/title/tt0111161",
        "file:///etc/passwd",
        "https://[::1/title/tt0111161",
        "https://www.imdb.com/title/tt0111161/ and more",
        "https://www.imdb.com/title/tt٠١١١١٦١/",
        "x" * 5000,
    ],
)
def test_anything_else_gives_nothing(text: str) -> None:
    assert imdb_id(text) is None
