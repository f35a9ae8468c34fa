"""Imports of the same films laid out in three ways, of IMDb's files, and of a list of TMDB's.

    python -m benchmarks.sources POSTERS [--films 6000] [--rows 1500000] [--tmdb-films 10000]
                                         [--part layouts] [--part tmdb]

POSTERS has movies.csv and images/. Its films are laid out anew in a temporary folder (set TMPDIR
where there is little room), and `onesheet import` takes each layout into an instance of its own, in
a process of its own. The three catalogues are compared. Then `onesheet import imdb` reads files in
IMDb's format that this program writes, and `onesheet import tmdb` asks a server on this machine, is
interrupted, killed and taken up again. Writes docs/benchmarks/sources.md.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import click

from benchmarks.instruments.measuring import Row
from benchmarks.instruments.reporting import busy, machine, met, table, write_document
from benchmarks.sources.imports import CatalogFacts, differing, facts_in, imported
from benchmarks.sources.poster_layouts import FILM_LAYOUTS, films_of, imdb_facts, imdb_files
from benchmarks.sources.tmdb_imports import tmdb_parts

MEASURED_PARTS = ("layouts", "tmdb")
MOST_SECONDS, MOST_MEGABYTES = 30.0, 300.0
"""For IMDb's files of 1,500,000 titles."""


def imdb_rows(home: Path, work: Path, rows: int) -> list[Row]:
    """Of `onesheet import imdb`: its time, its memory, and whether every film got its facts."""
    known = facts_in(home)
    imdb_files(known, max(rows, len(known)), work)
    cost = imported(home, "imdb", work)
    wrong = 0
    for imdb_id, (_, _, *facts, _) in facts_in(home).items():
        said = imdb_facts(imdb_id)
        wrong += tuple(facts) != (said.year, said.rating, said.votes, said.genres)
    return [
        Row(
            "time",
            f"{cost.seconds:.1f} s, {cost.processor:.1f} s of a processor",
            f"<= {MOST_SECONDS:g} s",
            cost.seconds <= MOST_SECONDS,
        ),
        Row(
            "memory at most",
            cost.memory(),
            f"<= {MOST_MEGABYTES:g} MB",
            None if cost.megabytes is None else cost.megabytes <= MOST_MEGABYTES,
        ),
        Row("films whose facts are not the files'", f"{wrong} of {len(known):,}", "0", wrong == 0),
    ]


def layout_cells(
    name: str, folder: Path, home: Path, films: int, first: CatalogFacts | None
) -> list[str]:
    """One layout's row: its import, and whether the catalogue is the first layout's."""
    cost = imported(home, folder)
    found = facts_in(home)
    different = 0 if first is None else differing(first, found)
    return [
        name,
        f"{films / cost.seconds:.0f}",
        f"{films / cost.processor:.0f}",
        cost.memory(),
        f"{len(found):,}, {different} differ" if first is not None else f"{len(found):,}",
        met(different == 0 and len(found) == films),
    ]


def layout_parts(posters: Path, most: int | None, rows: int, work: Path) -> list[str]:
    """The document's paragraphs on the three layouts, and on IMDb's files."""
    films = films_of(posters, most)
    homes = {name: work / f"home-{n}" for n, name in enumerate(FILM_LAYOUTS)}
    cells, first = [], None
    for name, lay in FILM_LAYOUTS.items():
        folder = work / "layout"
        lay(films, posters, folder)
        cells.append(layout_cells(name, folder, homes[name], len(films), first))
        first = first or facts_in(homes[name])
        shutil.rmtree(folder)
    told = imdb_rows(next(iter(homes.values())), work / "imdb", rows)
    return [
        "## One catalogue from three layouts",
        f"{len(films):,} films with a poster each; films without a title are left out: our own "
        "layout takes none. Two catalogues are the same where each film has the same ids, title, "
        "year, rating, votes, genres and posters.",
        table(
            [
                *("layout", "films a second", "films a processor's second", "memory at most"),
                *("films in the catalogue", ""),
            ],
            cells,
        ),
        f"## `onesheet import imdb`, {rows:,} titles",
        "Both files hold all titles, among them those of the catalogue; each of these "
        "gets other facts by them.",
        table(["", "figure", "target", ""], [row.cells() for row in told]),
    ]


@click.command()
@click.argument("posters", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--films", "most", type=click.IntRange(min=1), help="All, unless given.")
@click.option("--rows", type=click.IntRange(min=1), default=1_500_000, show_default=True)
@click.option("--tmdb-films", type=click.IntRange(min=1), default=10_000, show_default=True)
@click.option(
    "--part", "parts", type=click.Choice(MEASURED_PARTS), multiple=True, default=MEASURED_PARTS
)
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/sources.md")
def main(
    posters: Path, most: int | None, rows: int, tmdb_films: int, parts: tuple[str, ...], out: Path
) -> None:
    """Measure, and write the document."""
    warning, said = busy(), []
    with tempfile.TemporaryDirectory() as place:
        if "layouts" in parts:
            said += layout_parts(posters, most, rows, Path(place))
        if "tmdb" in parts:
            said += tmdb_parts(films_of(posters, tmdb_films), posters, Path(place))
    head = [
        "# Importing films",
        machine(),
        *([warning] if warning else []),
        "Command: `python -m benchmarks.sources POSTERS`. Each import is the command "
        "`onesheet import` in a process of its own, its start included.",
    ]
    write_document(out, [*head, *said])


if __name__ == "__main__":
    main()
