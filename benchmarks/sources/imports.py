"""Imports by the command, what each takes, and what a catalogue then holds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from catalog.database import reading
from catalog.models import Movie, Poster
from onesheet.base.home import Home
from onesheet.instance import Instance

_COMMAND = (
    "import atexit, pathlib, runpy, sys; memory = pathlib.Path('/proc/self/status'); "
    "atexit.register(lambda: print(memory.read_text() if memory.exists() else '')); "
    "runpy.run_module('cli', run_name='__main__')"
)
"""`onesheet`, which says at its end how much memory it held at most. The kernel's own figure for a
child would be no less than its parent held."""
_HIGH_WATER = re.compile(r"^VmHWM:\s*(\d+) kB", re.MULTILINE)

CatalogFacts = dict[str, tuple[Any, ...]]
"""Of each film, by its IMDb id: its facts, and the content hashes of its posters."""


@dataclass(frozen=True)
class ImportCost:
    """What one import took: seconds passed and of a processor, megabytes at most, None where they
    could not be measured; what it said, and its exit status, negative for a signal."""

    seconds: float
    processor: float
    megabytes: float | None
    said: str = ""
    status: int = 0

    def memory(self) -> str:
        """In words."""
        return "not measured" if self.megabytes is None else f"{self.megabytes:.0f} MB"


def imported(
    home: Path,
    *arguments: object,
    first: str = "",
    end: Callable[[subprocess.Popen[str]], None] | None = None,
) -> ImportCost:
    """What `onesheet import` takes. `first` is Python that its process runs before; `end` may end
    the process, which else is to succeed. Raises CalledProcessError where it fails."""
    code = first + _COMMAND
    command = [sys.executable, "-c", code, "--home", str(home), "import", *map(str, arguments)]
    before, start = os.times(), time.perf_counter()
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, text=True) as process,
    ):
        if end is not None:
            end(process)
        process.wait()
        seconds, after = time.perf_counter() - start, os.times()
        said.seek(0)
        lines = said.read()
    if process.returncode and end is None:
        raise subprocess.CalledProcessError(process.returncode, command, lines)
    processor = sum(after[2:4]) - sum(before[2:4])
    told = _HIGH_WATER.search(lines)
    megabytes = int(told[1]) / 1024 if told else None
    return ImportCost(seconds, processor, megabytes, lines, process.returncode)


def facts_in(home: Path) -> CatalogFacts:
    """What an instance's catalogue knows; numbers of rows and splits depend on the order in which
    films came, and are left out."""
    films = select(
        *(Movie.id, Movie.imdb_id, Movie.tmdb_id, Movie.title, Movie.year, Movie.rating),
        *(Movie.votes, Movie.genres),
    )
    instance = Instance(Home(home))
    try:
        with reading(instance.engine) as session:
            hashes: dict[int, list[str]] = {}
            for movie, digest in session.execute(select(Poster.movie_id, Poster.content_hash)):
                hashes.setdefault(movie, []).append(digest)
            return {
                imdb_id: (*facts, tuple(sorted(hashes.get(movie, ()))))
                for movie, imdb_id, *facts in session.execute(films)
            }
    finally:
        instance.close()


def differing(one: CatalogFacts, other: CatalogFacts) -> int:
    """Films that only one of two catalogues has, or has otherwise."""
    return sum(one.get(each) != other.get(each) for each in one.keys() | other.keys())
