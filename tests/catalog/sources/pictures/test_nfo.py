from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.sources.pictures.nfo import LONGEST_NFO, NfoFilm, nfo_film

BOMB = '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><movie><title>&b;</title></movie>'


def read(folder: Path, text: str | bytes) -> NfoFilm:
    path = folder / "movie.nfo"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return nfo_film(path)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=st.text(st.characters(exclude_categories=("C", "Z")), min_size=1).filter(
        lambda text: any(letter.isalnum() for letter in text)
    ),
    year=st.integers(1900, 2029),
    tenths=st.integers(1, 100),
    out_of=st.sampled_from([5, 10, 100]),
    votes=st.integers(0, 10**7),
)
def test_facts_are_read(
    tmp_path: Path, title: str, year: int, tenths: int, out_of: int, votes: int
) -> None:
    value = tenths / 10 * out_of / 10
    told = read(
        tmp_path,
        f"<movie><title>{escape(title)}</title><premiered>{year}-03-01</premiered>"
        f'<ratings><rating max="{out_of}"><value>{value}</value><votes>{votes:,}</votes></rating>'
        "</ratings><genre>Drama / Science Fiction</genre></movie>",
    )
    assert told.title == title
    assert (told.year, told.votes, told.genres) == (year, votes, ("Drama", "Sci-Fi"))
    assert told.rating == pytest.approx(tenths / 10)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<movie><id>tt0113277</id></movie>", NfoFilm(imdb_id="tt0113277")),
        ("<movie><id>949</id><tmdbid>949</tmdbid></movie>", NfoFilm(tmdb_id=949)),
        ("<movie><rating>8.3</rating><votes>1.234</votes></movie>",
         NfoFilm(rating=8.3, votes=1234)),
        ("<movie><title> Unknown </title></movie>", NfoFilm(title="Unknown")),
        ("<movie><rating>0</rating></movie>", NfoFilm()),
        ("<movie><rating>0</rating><votes>1</votes></movie>", NfoFilm(rating=0, votes=1)),
        ("<movie><year>soon</year></movie>",
         NfoFilm(warnings=("'soon' is not a year within 1870-2100",))),
        ("https://www.themoviedb.org/movie/949-heat", NfoFilm(tmdb_id=949)),
        (BOMB, NfoFilm(warnings=("is no whole XML; only its ids are read",))),
        ("<movie><title>x</titel></movie> tt0113277",
         NfoFilm(imdb_id="tt0113277", warnings=("is no whole XML; only its ids are read",))),
        (b"\xff\xfe\x00", NfoFilm()),
        ('<?xml version="1.0" encoding="UTF-16"?><movie><title>Amélie</title></movie>'.encode(
            "utf-16"), NfoFilm(title="Amélie")),
        ("<movie><title>You & Me</title><plot>&amp; so</plot></movie>", NfoFilm(title="You & Me")),
        ("<movie><title><![CDATA[You & Me]]></title></movie>", NfoFilm(title="You & Me")),
        ("x" * (LONGEST_NFO + 1), NfoFilm(warnings=("is too large to be an .nfo file",))),
        ('<?xml version="1.0" encoding="ISO-8859-1"?><movie><title>Amélie</title></movie>'.encode(
            "latin-1"), NfoFilm(title="Amélie")),
    ],
)  # fmt: skip
def test_files_as_they_are(tmp_path: Path, text: str | bytes, told: NfoFilm) -> None:
    assert read(tmp_path, text) == told
