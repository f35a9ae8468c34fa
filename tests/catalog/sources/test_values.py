"""Values in every spelling mean what was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.records import YEARS
from catalog.sources.values import (
    UnreadableValueError,
    imdb_id_in,
    rating_in,
    title_in,
    tmdb_id_in,
    votes_in,
    year_in,
)

YEAR_SPELLINGS = (
    *("{y}", " {y} ", "{y}.0", "({y})", "(I) ({y})", "{y}–", "{y}-", "{y}–{z}", "{y} - {z}"),
    *("{y}-03-31", "{y}/3/31", "31.03.{y}", "31/03/{y}", "Mar 31, {y}", "31 March {y}"),
    *("{y}-03-31T00:00:00Z", "c. {y}", "{y}0331"),
)


@given(st.sampled_from(YEAR_SPELLINGS), st.integers(YEARS[0], YEARS[-1] - 1))
def test_a_year_in_any_spelling(spelling: str, year: int) -> None:
    assert year_in(spelling.format(y=year, z=min(year + 7, YEARS[-1]))) == year


@given(st.integers(0, 100), st.sampled_from(["{d}", "{c}", "{d}/10", "{c} / 10", "{n}%", "{n} %"]))
def test_a_rating_in_any_spelling(tenths: int, spelling: str) -> None:
    plain = f"{tenths / 10:.1f}"
    text = spelling.format(d=plain, c=plain.replace(".", ","), n=tenths)
    assert rating_in(text) == pytest.approx(tenths / 10)


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        *(("7.5 (1,234)", 7.5), ("7,5 (12 345 votes)", 7.5), ("85% (1.2K)", 8.5), ("7.5⭐", 7.5)),
        *(("7.5*", 7.5), ("8 out of 10", 8.0), ("4 out of 5", 8.0), ("7½", 7.5), ("3½/5", 7.0)),
    ],
)
def test_a_rating_with_what_sites_put_beside_it(text: str, rating: float) -> None:
    assert rating_in(text) == rating


@given(st.integers(0, 10))
def test_a_rating_in_stars(halves: int) -> None:
    stars = "★" * (halves // 2) + "½" * (halves % 2)
    if stars:
        assert rating_in(stars) == halves
    assert rating_in(f"{halves / 2}/5") == halves
    assert rating_in(str(halves / 2), out_of=5) == halves


@given(st.integers(0, 2**31 - 1), st.sampled_from([",", ".", " ", "'", "’", "\u00a0", "\u202f"]))
def test_votes_in_any_spelling(votes: int, parting: str) -> None:
    assert votes_in(f"{votes:,}".replace(",", parting)) == votes
    assert votes_in(f"{votes}.0") == votes
    assert votes_in(f"({votes:,} votes)".replace(" votes", "")) == votes


@pytest.mark.parametrize(
    ("text", "votes"),
    [
        *(("12K", 12_000), ("1.5m", 1_500_000), ("1,234 votes", 1234), ("-", None)),
        *(("1.2 million", 1_200_000), ("12,34,567", 1_234_567), ("1,234.0", 1234), ("1.000", 1000)),
    ],
)
def test_votes_in_words(text: str, votes: int | None) -> None:
    assert votes_in(text) == votes


IMDB_SPELLINGS = (
    *("{n}", "{n}.0", "tt{n}", "TT{n:07d}", "{n:07d}", "imdb:tt{n:07d}", "[tt{n:07d}]"),
    *(
        "{{imdb-tt{n:07d}}}",
        "'{n:07d}",
        "tt{n:07d}/",
        "https://www.imdb.com/title/tt{n:07d}/",
        "imdb.com/title/TT{n:07d}",
    ),
    *("https://m.imdb.com/de/title/tt{n:07d}/?ref_=x#y", "http://imdb.com/title/tt{n}/reference"),
)


@given(st.sampled_from(IMDB_SPELLINGS), st.integers(1, 99_999_999))
def test_an_imdb_id_in_any_spelling(spelling: str, number: int) -> None:
    assert imdb_id_in(spelling.format(n=number)) == f"tt{number:07d}"


TMDB_SPELLINGS = ("{n}", "{n}.0", "tmdb:{n}", "tmdb-{n}", "movie/{n}", "https://www.themoviedb.org/movie/{n}-heat", "https://tmdb.org/movie/{n}?language=de")  # fmt: skip  # noqa: E501


@given(st.sampled_from(TMDB_SPELLINGS), st.integers(1, 9_999_999))
def test_tmdbs_number_in_any_spelling(spelling: str, number: int) -> None:
    assert tmdb_id_in(spelling.format(n=number)) == number


@pytest.mark.parametrize("hole", ["", " ", "-", "–", "?", "N/A", "nan", "\\N", "None", "<NA>"])
def test_what_says_that_there_is_nothing_is_none(hole: str) -> None:
    found = [read(hole) for read in (year_in, rating_in, votes_in, imdb_id_in, tmdb_id_in)]
    assert found == [None] * 5


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *((year_in, text) for text in ("MCML", "1950.5", "19500", "195", "3000")),
        *((rating_in, text) for text in ("good", "65", "-1", "inf", "11/10", "120%", "5/0", "1e1")),
        *((votes_in, text) for text in ("many", "-5", "12.5", "1,23", "1,234.00", "9999999999")),
        *((imdb_id_in, text) for text in ("nm0000001", "../tt0000001", "0", "https://a.b/tt0000001")),
        *((tmdb_id_in, text) for text in ("x1", "0", "https://a.b/movie/1")),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused(read: object, text: str) -> None:
    with pytest.raises(UnreadableValueError):
        read(text)  # type: ignore[operator]


@given(
    st.sampled_from(["Matrix", "Two Towers", "8½", "M", "Lord of the Rings, Part 1"]),
    st.sampled_from(["The", "A", "Le", "Der", "L'"]),
    st.integers(YEARS[0], YEARS[-1]),
)
def test_an_article_goes_back_to_the_front(title: str, article: str, year: int) -> None:
    space = "" if article.endswith("'") else " "
    assert title_in(f"{title}, {article} ({year})", None) == (f"{article}{space}{title}", year)


@pytest.mark.parametrize(
    ("text", "year", "meant"),
    [
        ("Heat (1995)", 1995, ("Heat", 1995)),
        ("Heat (1995)", 1986, ("Heat (1995)", 1986)),
        ("Debutantes, Los", 2003, ("Debutantes, Los", 2003)),
        ("2012 (2009)", None, ("2012", 2009)),
        ("Seven, The (a.k.a. Se7en) (1995)", None, ("The Seven (a.k.a. Se7en)", 1995)),
        ("(500) Days of Summer", None, ("(500) Days of Summer", None)),
        ("  Heat ", None, ("Heat", None)),
    ],
)
def test_titles(text: str, year: int | None, meant: tuple[str, int | None]) -> None:
    assert title_in(text, year) == meant
