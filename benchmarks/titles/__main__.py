"""Titles found by our own table and by SQLite's FTS5 with its trigram tokenizer.

    python -m benchmarks.titles POSTERS [--titles 30000] [--titles 300000]

The titles are those of POSTERS/movies.csv and of `TYPED_TITLES`; where more are wanted, their words
are mixed. Both searches fold titles as Onesheet does, so that they differ in how they look only.
Processor times; writes docs/benchmarks/titles.md.
"""

from __future__ import annotations

import csv
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import click
import numpy as np
from sqlalchemy import Engine, insert

from benchmarks.instruments.reporting import busy, machine, table, write_document
from catalog.database import connect, querying
from catalog.lookups.title_folding import bare, folded, numbered, spelling
from catalog.lookups.titles import TitleTable
from catalog.models import Base, Movie, Poster

TYPED_TITLES: Final = {
    "a part of a title without spaces, 3 letters": [("神隠し", "千と千尋の神隠し")],
    "… 2 letters": [("物語", "東京物語"), ("千尋", "千と千尋の神隠し"), ("様年", "花様年華")],
    "… 1 letter": [("侍", "七人の侍"), ("乱", "乱")],
    "umlauts both ways": [("oedipussi", "Ödipussi"), ("Ödipussi", "Ödipussi")],
    "Roman and Arabic numbers": [("rocky 3", "Rocky III"), ("rocky iii", "Rocky III")],
    "hyphens and spaces": [("spiderman", "Spider-Man"), ("wall-e", "WALL·E")],
    "two letters that are a title": [("up", "Up"), ("it", "It")],
}
"""What is typed, and which title is to be the first of five."""
_VOTES: Final = 10_000_000
_TYPED: Final = 150
_MOST_HITS: Final = 400
_MIXED_WORDS: Final = 5

TitleSearch = Callable[[str], list[int]]
"""What is typed, to ids of films, the best first."""


def titles_of(posters: Path, count: int) -> list[str]:
    """So many titles: those asked for first, then those of movies.csv, then mixtures."""
    with (posters / "movies.csv").open(encoding="utf-8", newline="") as file:
        real = [row["title"] for row in csv.DictReader(file) if row["title"].strip()]
    asked = dict.fromkeys(title for cases in TYPED_TITLES.values() for _, title in cases)
    found = [*asked, *(each for each in real if folded(each) not in map(folded, asked))][:count]
    rng, words = random.Random(0), [word for title in real for word in title.split()]
    while len(found) < count:
        found.append(" ".join(rng.choices(words, k=rng.randint(2, _MIXED_WORDS))))
    return found


def filled(titles: Sequence[str], path: Path) -> Engine:
    """A catalogue of films with these titles, the first ones most voted for."""
    engine = connect(f"sqlite:///{path}")
    films = [
        {"id": n, "imdb_id": f"tt{n:07d}", "title": title[:500], "votes": _VOTES - n}
        for n, title in enumerate(titles, 1)
    ]
    picture = {"content_hash": "a" * 64, "perceptual_hash": 0, "width": 1, "height": 1}
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        connection.execute(insert(Movie), [f | {"genres": (), "split": "train"} for f in films])
        posters = [{"id": f["id"], "movie_id": f["id"], "source": "", **picture} for f in films]
        connection.execute(insert(Poster), posters)
    return engine


def trigrams(titles: Sequence[str], path: Path) -> TitleSearch:
    """A search by FTS5 over the lines that our table has, in its order of matches."""
    database = sqlite3.connect(path)
    database.execute(
        "CREATE VIRTUAL TABLE title USING fts5(line, film UNINDEXED, tokenize=trigram)"
    )
    lines = [
        (line, film) for film, title in enumerate(titles, 1) for line in _title_lines(folded(title))
    ]
    database.executemany("INSERT INTO title VALUES (?, ?)", lines)  # the most voted film first
    database.commit()
    query = "SELECT film FROM title WHERE title MATCH ? ORDER BY rowid LIMIT ?"

    def search(typed: str) -> list[int]:
        lines = _title_lines(folded(typed))
        needles = [*lines, *(line[:-1] for line in lines), *(line[1:-1] for line in lines)]
        found: dict[int, None] = {}
        for needle in needles:
            rows = database.execute(query, (f'"{needle}"', _MOST_HITS)).fetchall()
            found.update(dict.fromkeys(film for (film,) in rows))
        return list(found)

    return search


def _title_lines(words: str) -> list[str]:
    """What stands for a title: with and without its article and numbers in digits, and as one
    word; marks at both ends tell a whole title from a part."""
    variants = dict.fromkeys((words, bare(words), numbered(words), bare(numbered(words))))
    return [*(f"^{each}$" for each in variants), f"~{spelling(words)}$"]


def both_searches(titles: Sequence[str], work: Path) -> tuple[list[list[str]], list[list[str]]]:
    """Rows of times, and rows of what is found, of both searches."""
    engine = filled(titles, work / "films.db")
    start = time.process_time()
    with querying(engine) as connection:
        ours = TitleTable.read(connection)
    read = time.process_time() - start
    start = time.process_time()
    theirs = trigrams(titles, work / "trigrams.db")
    written = time.process_time() - start
    engine.dispose()
    searches: dict[str, tuple[float, TitleSearch]] = {
        "Onesheet's table": (read, lambda typed: ours.matching(typed, 5)),
        "FTS5, trigrams": (written, theirs),
    }
    rng = random.Random(0)
    typed = [
        title[: rng.randint(2, max(2, len(title)))]
        for title in rng.sample(titles, min(_TYPED, len(titles)))
    ]
    times = [
        [f"{len(titles):,}", name, f"{seconds:.1f} s", *_search_times(search, typed)]
        for name, (seconds, search) in searches.items()
    ]
    found = [
        [
            f"{len(titles):,}",
            what,
            *(_found_first(search, cases, titles) for _, search in searches.values()),
        ]
        for what, cases in TYPED_TITLES.items()
    ]
    return times, found


def _search_times(search: TitleSearch, typed: Sequence[str]) -> list[str]:
    taken = []
    for each in typed:
        start = time.process_time()
        search(each)
        taken.append(1000 * (time.process_time() - start))
    return [f"{each:.1f} ms" for each in np.percentile(taken, [50, 95])]


def _found_first(
    search: TitleSearch, cases: Sequence[tuple[str, str]], titles: Sequence[str]
) -> str:
    """How many of the cases have the title that is meant among the first five, and first."""
    ranks = [[titles[film - 1] for film in search(typed)[:5]] for typed, _ in cases]
    among = sum(title in found for found, (_, title) in zip(ranks, cases, strict=True))
    first = sum(found[:1] == [title] for found, (_, title) in zip(ranks, cases, strict=True))
    return f"{first} first, {among} among five, of {len(cases)}"


@click.command()
@click.argument("posters", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--titles", "sizes", type=click.IntRange(20), multiple=True, default=(30_000, 300_000)
)
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/titles.md")
def main(posters: Path, sizes: tuple[int, ...], out: Path) -> None:
    """Measure, and write the document."""
    warning = busy()
    times: list[list[str]] = []
    found: list[list[str]] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as place:
            more_times, more_found = both_searches(titles_of(posters, size), Path(place))
        times, found = times + more_times, found + more_found
    parts = [
        "# Finding titles",
        machine(),
        *([warning] if warning else []),
        "Command: `python -m benchmarks.titles POSTERS`. Times are of a processor. Both searches "
        "fold titles alike and prefer whole titles, then beginnings, then parts, the most voted "
        f"film first. {_TYPED} beginnings of titles, of two letters and more, are typed. SQLite is "
        f"{sqlite3.sqlite_version}. Our table is read anew once a film was added or changed; "
        "FTS5's is written along with the films.",
        table(["titles", "search", "to read or write all", "a search, p50", "p95"], times),
        "## What is found",
        table(["titles", "typed", "Onesheet's table", "FTS5, trigrams"], found),
    ]
    write_document(out, parts)


if __name__ == "__main__":
    main()
