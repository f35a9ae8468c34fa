"""What a text in the one input means."""

import pytest

from onesheet.queries.meaning import Kind, meaning


@pytest.mark.parametrize(
    "text",
    [
        "tt0111161",
        "0111161",
        "https://www.imdb.com/title/tt0111161/",
        "https://www.imdb.com/de/title/tt0111161/",
        "m.imdb.com/title/tt0111161",
        "https://www.imdb.com/title/tt0111161/mediaviewer/rm10105600/?ref_=tt_ov_i",
        "https://www.imdb.com/title/tt0111161/reference",
        "http://us.imdb.com/Title?0111161",
        '"0111161"',
        "imdb:tt0111161",
        "[tt0111161]",
        "{imdb-tt0111161}",
        "tt111161",
        "imdb 111161",
        "The Shawshank Redemption (1994) https://www.imdb.com/title/tt0111161/",
        "Look: <https://www.imdb.com/title/tt0111161/>, and/or m.imdb.com/title/tt0111161.",
        "https://www.imdb.com/title/tt0111161/\u200b the one\nwith the poster at https://x.org/a.png",
    ],
)
def test_imdb_in_every_shape(text: str) -> None:
    found = meaning(text)
    assert found
    assert (found.kind, found.value) == (Kind.IMDB, "tt0111161")


@pytest.mark.parametrize(
    "text",
    [
        "https://www.themoviedb.org/movie/278",
        "https://www.themoviedb.org/movie/278-the-shawshank-redemption?language=de",
        "https://www.themoviedb.org/movie/278-the-shawshank-redemption/images/posters",
        "themoviedb.org/movie/278",
        "http://themoviedb.org/de-DE/movie/278/",
        "tmdb:278",
        "TMDB 278",
        "tmdb/0278",
        "[tmdbid-278]",
        "{tmdb-278}",
        "<https://www.themoviedb.org/movie/278>,",
        "The Shawshank Redemption https://www.themoviedb.org/movie/278-the-shawshank-redemption",
    ],
)
def test_tmdb_in_every_shape(text: str) -> None:
    found = meaning(text)
    assert found
    assert (found.kind, found.value) == (Kind.TMDB, "278")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://example.org/poster.jpg", "https://example.org/poster.jpg"),
        (" http://example.org/p?id=3 ", "http://example.org/p?id=3"),
        ("//example.org/poster.jpg", "https://example.org/poster.jpg"),
        ("www.example.org", "https://www.example.org"),
        ("example.org/poster.jpg", "https://example.org/poster.jpg"),
        ("https://image.tmdb.org/t/p/w500/abc.jpg", "https://image.tmdb.org/t/p/w500/abc.jpg"),
        ("https://www.themoviedb.org/t/p/w500/a.jpg", "https://www.themoviedb.org/t/p/w500/a.jpg"),
        ("media.themoviedb.org/t/p/w220/a.jpg", "https://media.themoviedb.org/t/p/w220/a.jpg"),
        ("https://example.org/title/tt0111161/", "https://example.org/title/tt0111161/"),
        ('"https://example.org/poster.jpg"', "https://example.org/poster.jpg"),
        ("https://example.org/poster_(1958)\u200b", "https://example.org/poster_(1958)"),
        ("ftp://example.org/poster.jpg", "ftp://example.org/poster.jpg"),
        ("http://www.imdb.com@example.org/x", "http://www.imdb.com@example.org/x"),
    ],
)
def test_any_other_address_is_a_pictures(text: str, address: str) -> None:
    found = meaning(text)
    assert found
    assert (found.kind, found.value) == (Kind.PICTURE, address)


@pytest.mark.parametrize(
    "text",
    [
        *("Vertigo", "Face/Off", "1917", "300", "2012", "9", "Dr. Strangelove", "M*A*S*H"),
        *("Se7en", "12:08 East of Bucharest", "What's Up, Doc?", "tt", "tt12", "...And Justice"),
        *("https://", "http://[::1", "imdb.com", "x" * 3000, "\u200b", "<>"),
        "imdb.com/title/tt0111161 or imdb.com/title/tt0068646",
        "1234567 and tmdb 278",
    ],
)
def test_everything_else_is_a_title(text: str) -> None:
    found = meaning(text)
    assert found
    assert found.kind in (Kind.TITLE, Kind.PICTURE if "://" in text else Kind.TITLE)


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("https://www.imdb.com/name/nm0000209/", "IMDb"),
        ("https://www.imdb.com/", "IMDb"),
        ("https://www.themoviedb.org/tv/1396-breaking-bad", "TMDB"),
        ("https://www.themoviedb.org/movie/", "TMDB"),
    ],
)
def test_pages_that_are_no_films_are_told_apart(text: str, site: str) -> None:
    found = meaning(text)
    assert found
    assert (found.kind, found.value) == (Kind.ELSEWHERE, site)


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("https://letterboxd.com/film/heat-1995/", "Letterboxd"),
        ("https://boxd.it/2aJq", "Letterboxd"),
        ("https://www.wikidata.org/wiki/Q1234", "Wikidata"),
        ("www.justwatch.com/us/movie/heat", "JustWatch"),
    ],
)
def test_pages_of_other_sites_are_not_taken_for_pictures(text: str, site: str) -> None:
    found = meaning(text)
    assert found
    assert (found.kind, found.value) == (Kind.UNREADABLE, site)


def test_nothing_means_nothing() -> None:
    assert meaning("") is meaning("  \n") is None
