"""Films written in any dialect of table, with values as people write them, are read as meant."""

import csv
import gzip
import io
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.records import CatalogError, MovieRecord
from catalog.sources.detection import source_at
from catalog.sources.genre_vocabulary import OWN_GENRES
from catalog.sources.source import SourceNotes

NAMES = {
    "imdb_id": ["imdb_id", "Const", "tconst", "imdbId", "IMDb link"],
    "title": ["title", "primaryTitle", "Name", "Film", "Movie_Title", "Titel"],
    "year": ["year", "startYear", "Release Date", "Jahr", "Année"],
    "rating": ["rating", "IMDb Rating", "vote_average", "averageRating"],
    "votes": ["votes", "Num Votes", "vote_count", "imdbVotes"],
    "genres": ["genres", "Genre", "genre_names"],
}
NOTHING = st.sampled_from(["", "-", "N/A", r"\N", "null", " "])
JOINTS = ["|", ", ", ",", "; ", "/", " / "]
LETTERS = st.characters(categories=["Lu", "Ll", "Lo", "Nd"])

Told = tuple[MovieRecord, dict[str, str]]


@st.composite
def told_films(draw: st.DrawFn) -> Told:
    """A film, and the cells that somebody writes of it."""
    number = draw(st.integers(1, 9_999_999))
    words = draw(st.lists(st.text(LETTERS, min_size=1, max_size=8), min_size=1, max_size=4))
    year = draw(st.none() | st.integers(1870, 2100))
    tenths = draw(st.none() | st.integers(1, 100))
    votes = draw(st.none() | st.integers(1, 2_000_000))
    genres = draw(st.lists(st.sampled_from(OWN_GENRES), unique=True, max_size=5))
    record = MovieRecord(
        imdb_id=f"tt{number:07d}",
        tmdb_id=None,
        title=draw(st.sampled_from([" ", ", ", "; ", ' "', "|", "\t"])).join(words),
        year=year,
        rating=None if tenths is None else tenths / 10,
        votes=votes,
        genres=tuple(genres),
        split=None,
    )
    cells = {
        "imdb_id": draw(_spelt(f"tt{number:07d}", f"{number}", f"TT{number}", f"imdb:tt{number}"))
        if draw(st.booleans())
        else f"https://www.imdb.com/title/tt{number:07d}/?ref_=x",
        "title": record.title,
        "year": draw(NOTHING if year is None else _spelt(f"{year}", f"{year}–", f"{year}-12-31")),
        "rating": draw(NOTHING if tenths is None else _ratings(tenths)),
        "votes": draw(NOTHING if votes is None else _spelt(f"{votes}", f"{votes:,}", f"{votes}.0")),
        "genres": draw(_genres(genres)),
    }
    return record, cells


def _spelt(*spellings: str) -> st.SearchStrategy[str]:
    return st.sampled_from(spellings)


def _ratings(tenths: int) -> st.SearchStrategy[str]:
    plain = f"{tenths // 10}.{tenths % 10}"
    return _spelt(plain, plain.replace(".", ","), f"{plain}/10", f"{tenths}%")


def _genres(names: list[str]) -> st.SearchStrategy[str]:
    if not names:
        return NOTHING
    said = ["Science Fiction" if name == "Sci-Fi" else name for name in names]
    joined = st.sampled_from(JOINTS).map(lambda joint: joint.join(said))
    listed = json.dumps([{"id": 1, "name": name} for name in said])
    return joined | _spelt(json.dumps(said), repr(said), listed)


@st.composite
def dialects(draw: st.DrawFn) -> dict[str, Any]:
    """How a table is written, and what it calls its columns in which order."""
    names = {meaning: draw(st.sampled_from(known)) for meaning, known in NAMES.items()}
    delimiters = [",", ";", "\t", "|"]
    if names["imdb_id"] == "tconst":
        delimiters.remove("\t")  # such tables are IMDb's own, which quote nothing
    return {
        "names": {meaning: names[meaning] for meaning in draw(st.permutations(list(NAMES)))},
        "delimiter": draw(st.sampled_from(delimiters)),
        "ending": draw(st.sampled_from(["\n", "\r\n", "\r"])),
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])),
        "packed": draw(st.booleans()),
        "json": draw(st.integers(0, 4)) == 0,
    }


def write(path: Path, films: list[Told], dialect: dict[str, Any]) -> None:
    rows = [{name: cells[m] for m, name in dialect["names"].items()} for _, cells in films]
    text = io.StringIO(newline="")
    if dialect["json"]:
        text.write("\n".join(json.dumps(row) for row in rows))
    else:
        delimiter, ending = dialect["delimiter"], dialect["ending"]
        writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator=ending)
        writer.writeheader()
        writer.writerows(rows)
    data = text.getvalue().encode(dialect["encoding"])
    path.write_bytes(gzip.compress(data) if dialect["packed"] else data)


@settings(
    max_examples=30, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    films=st.lists(told_films(), min_size=1, max_size=4, unique_by=lambda told: told[0].imdb_id),
    dialect=dialects(),
)
def test_films_are_read_as_they_were_meant(
    tmp_path: Path, films: list[Told], dialect: dict[str, Any]
) -> None:
    path, notes = tmp_path / "films.csv", SourceNotes()
    write(path, films, dialect)
    found = [film.record for film in source_at(path).films(notes)]
    assert found == [record for record, _ in films]
    assert (notes.skipped, notes.warnings, dict(notes.unknown_genres)) == ([], [], {})


HEADERS = (b"", b"title,year\n", b"\xff\xfet\x00", b"\x1f\x8b\x08", b'[{"title": "', b'{"title": ')


@settings(
    max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(begins=st.sampled_from(HEADERS), data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path: Path, begins: bytes, data: bytes) -> None:
    path = tmp_path / "films.csv"
    path.write_bytes(begins + data)
    with suppress(CatalogError):
        list(source_at(path).films(SourceNotes()))
