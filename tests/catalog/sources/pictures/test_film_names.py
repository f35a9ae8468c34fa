import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.sources.pictures.film_names import NamedFilm, film_id, film_named

TITLES = ("Heat", "The Big Sleep", "Amélie", "8½", "12 Angry Men", "東京物語", "Se7en", "M")
DATED = (
    *("{t} ({y})", "{t} [{y}]", "{t} ({y}) [1080p]", "{t} ({y}) {{imdb-tt0113277}}"),
    *("{t} ({y}) - poster", "{y} - {t}", "({y}) {t}", "[{y}] {t}", "{t} ({y}) [tmdbid-949]"),
)


@settings(max_examples=60)
@given(st.sampled_from(TITLES), st.integers(1900, 2029), st.sampled_from(DATED))
def test_title_and_year_in_any_order(title: str, year: int, spelling: str) -> None:
    named = film_named(spelling.format(t=title, y=year))
    assert (named.title, named.year) == (title, year)


@pytest.mark.parametrize(
    ("name", "film"),
    {
        "heat.1995.1080p": NamedFilm("heat", 1995),
        "The.Thing.1982.REMASTERED.1080p.BluRay.x264-GRP": NamedFilm("The Thing", 1982),
        "Spider-Man.No.Way.Home.2021": NamedFilm("Spider-Man No Way Home", 2021),
        "The.Godfather.Part.II.1974": NamedFilm("The Godfather Part II", 1974),
        "2012.2009.720p": NamedFilm("2012", 2009),
        "1917": NamedFilm("1917"),
        "A_b_1999": NamedFilm("A b", 1999),
        "2001 A Space Odyssey": NamedFilm("2001 A Space Odyssey"),
        "Blade Runner 2049": NamedFilm("Blade Runner 2049"),
        "Matrix, The (1999)": NamedFilm("The Matrix", 1999),
        "tt0113277": NamedFilm("", None, "tt0113277"),
        "Heat-tt0113277": NamedFilm("Heat", None, "tt0113277"),
        "[tt0113277] Heat": NamedFilm("Heat", None, "tt0113277"),
        "imdb:tt0113277": NamedFilm("", None, "tt0113277"),
        "Heat (1995) [tmdbid=949]": NamedFilm("Heat", 1995, None, 949),
        "tmdb-949": NamedFilm("", None, None, 949),
        "IMG_0001": NamedFilm("IMG 0001"),
        "tt113277": NamedFilm("", None, "tt0113277"),
        "Heat%20(1995)": NamedFilm("Heat", 1995),
        "Am%C3%A9lie%20(2001)": NamedFilm("Amélie", 2001),
        "100% Wolf (2020)": NamedFilm("100% Wolf", 2020),
    }.items(),
)
def test_names_as_they_are(name: str, film: NamedFilm) -> None:
    assert film_named(name) == film


@pytest.mark.parametrize(
    "names",
    [
        ("Screenshot 2024-01-01 at 10.00.00", "Screenshot 2024-01-02 at 10.00.00"),
        ("Screenshot 2024-01-01 at 10.00.00", "Screenshot 2024-01-01 at 11.20.00"),
        ("WhatsApp Image 2024-01-01 at 10.00.00", "WhatsApp Image 2024-01-02 at 10.00.00"),
        ("draft v1", "draft v2"),
        ("poster (1)", "poster (2)"),
        ("final", "final 2"),
        ("IMG_20240101_100000", "IMG_20240102_100000"),
    ],
)
def test_drafts_stay_apart(names: tuple[str, str]) -> None:
    one, other = (film_named(name) for name in names)
    assert (one.title, one.year) != (other.title, other.year)


def test_a_film_of_which_only_the_name_is_known_has_one_id() -> None:
    assert film_id("Amélie", 2001, "a") == film_id("AMELIE", 2001, "b")
    assert film_id("Amélie", 2001, "a") != film_id("Amélie", 2002, "a")
    assert film_id("v1", None, "a") != film_id("v1", None, "b")
    assert len(film_id("Amélie", 2001, "a")) == len("file-") + 12
