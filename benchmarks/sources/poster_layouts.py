"""Films laid out on disk as people have them, and IMDb's files of them, for imports to read."""

from __future__ import annotations

import csv
import gzip
import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from benchmarks.instruments.real_posters import source
from catalog.records import MovieRecord

FilmRow = Mapping[str, str]
"""A row of movies.csv, by column."""
TOLD_COLUMNS: Final = ("imdb_id", "tmdb_id", "title", "year", "rating", "votes", "genres")
"""All but the split, which no media server knows."""
_UNSAFE: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_BASICS: Final = (
    *("tconst", "titleType", "primaryTitle", "originalTitle", "isAdult", "startYear", "endYear"),
    *("runtimeMinutes", "genres"),
)
_RATINGS: Final = ("tconst", "averageRating", "numVotes")
_GENRES: Final = ("Drama", "Comedy,Romance", "Action,Crime,Thriller", "Documentary", "Horror")
_WORDS: Final = ("The", "Last", "Night", "River", "House", "of", "Glass", "Summer", "and", "Stone")


def films_of(posters: Path, most: int | None = None) -> list[FilmRow]:
    """The films of a folder with movies.csv that have a title, at most so many, spread over all of
    it."""
    with (posters / "movies.csv").open(encoding="utf-8", newline="") as file:
        rows: list[FilmRow] = [row for row in csv.DictReader(file) if row["title"].strip()]
    return rows if most is None else rows[:: max(1, len(rows) // most)][:most]


def lay_as_ours(films: Iterable[FilmRow], posters: Path, into: Path) -> None:
    """movies.csv, and images/ named by IMDb id."""
    images = into / "images"
    images.mkdir(parents=True)
    _write_table(into / "movies.csv", ",", films)
    for film in films:
        _put_poster(film, posters, images / f"{film['imdb_id']}.webp")


def media_library(films: Iterable[FilmRow], posters: Path, into: Path) -> None:
    """A folder a film, with poster.webp and movie.nfo, as Kodi and Radarr write it."""
    for film in films:
        name = f"{film['title']} ({film['year']}) {{imdb-{film['imdb_id']}}}"
        folder = into / _UNSAFE.sub(" ", name).strip(" .")[:200]
        folder.mkdir(parents=True)
        _put_poster(film, posters, folder / "poster.webp")
        (folder / "movie.nfo").write_bytes(_nfo(film))


def heap_with_table(films: Iterable[FilmRow], posters: Path, into: Path) -> None:
    """Pictures side by side, named by IMDb id, and one table of tabs among them."""
    into.mkdir(parents=True)
    _write_table(into / "films.tsv", "\t", films)
    for film in films:
        _put_poster(film, posters, into / f"{film['imdb_id']}.webp")


FILM_LAYOUTS: Final[Mapping[str, Callable[[Sequence[FilmRow], Path, Path], None]]] = {
    "ours: movies.csv and images/": lay_as_ours,
    "a folder a film, with poster and .nfo": media_library,
    "a heap of images with one TSV": heap_with_table,
}


def imdb_files(known: Iterable[str], rows: int, into: Path) -> None:
    """title.basics.tsv.gz and title.ratings.tsv.gz of `rows` titles each, in IMDb's documented
    format, the known ids among them."""
    numbers = {int(each.removeprefix("tt")) for each in known}
    other = (number for number in range(1, rows + len(numbers) + 1) if number not in numbers)
    while len(numbers) < rows:
        numbers.add(next(other))
    into.mkdir(parents=True)
    rng = random.Random(0)
    with (
        gzip.open(into / "title.basics.tsv.gz", "wt", 6, encoding="utf-8") as basics,
        gzip.open(into / "title.ratings.tsv.gz", "wt", 6, encoding="utf-8") as ratings,
    ):
        basics.write("\t".join(_BASICS) + "\n")
        ratings.write("\t".join(_RATINGS) + "\n")
        for number in sorted(numbers):
            fact = imdb_facts(f"tt{number:07d}")
            title = " ".join(rng.choices(_WORDS, k=4))
            told = (title, title, "0", fact.year, r"\N", 60 + number % 90, ",".join(fact.genres))
            basics.write("\t".join(map(str, (fact.imdb_id, "movie", *told))) + "\n")
            ratings.write(f"{fact.imdb_id}\t{fact.rating}\t{fact.votes}\n")


def imdb_facts(imdb_id: str) -> MovieRecord:
    """What these files say of a film: invented, and the same each time."""
    number = int(imdb_id.removeprefix("tt"))
    return MovieRecord(
        imdb_id=imdb_id,
        tmdb_id=None,
        title=imdb_id,
        year=1900 + number % 120,
        rating=1 + number % 90 / 10,
        votes=5 + number % 100_000,
        genres=tuple(_GENRES[number % len(_GENRES)].split(",")),
        split=None,
    )


def _write_table(path: Path, delimiter: str, films: Iterable[FilmRow]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, TOLD_COLUMNS, delimiter=delimiter, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(films)


def _put_poster(film: FilmRow, posters: Path, path: Path) -> None:
    path.write_bytes(source(posters, film["imdb_id"]))


def _nfo(film: FilmRow) -> bytes:
    root = ElementTree.Element("movie")

    def tell(name: str, text: str, **attributes: str) -> None:
        if text:
            ElementTree.SubElement(root, name, attributes).text = text

    tell("title", film["title"])
    tell("year", film["year"])
    if film["rating"]:
        rated = ElementTree.SubElement(ElementTree.SubElement(root, "ratings"), "rating")
        rated.attrib |= {"name": "imdb", "max": "10", "default": "true"}
        for name, column in (("value", "rating"), ("votes", "votes")):
            ElementTree.SubElement(rated, name).text = film[column]
    for genre in film["genres"].split("|"):
        tell("genre", genre)
    tell("uniqueid", film["imdb_id"], type="imdb", default="true")
    tell("uniqueid", film["tmdb_id"], type="tmdb")
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
