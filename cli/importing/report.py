"""What an import does, told to whoever runs it; the same for every source."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import click
from sqlalchemy.exc import SQLAlchemyError

from catalog.records import CatalogError, ImportReport
from catalog.sources.bookmark import Bookmark
from catalog.sources.importing import FilmProgress, import_films
from catalog.sources.source import FilmSource, SourceNotes, number_of
from cli.framework import MENDABLE, echo
from cli.index import EngineChoice, rebuild_if_due
from onesheet.base.home import REAL_FILMS_COMMAND
from onesheet.base.progress import progress_of
from onesheet.instance import Instance

if TYPE_CHECKING:
    from catalog.importer import StoreAll
    from onesheet.cluster.connection import RayCluster

LINES_WRITTEN = 200
"""Lines about single films that are written out; more are counted."""
SUMMED_FROM = 20
"""Films left out from which on the reasons are counted, too."""
REASONS_NAMED = 8
TAKEN_IN_EVERY = 5000
"""Posters after which a long import looks at what it has become beside the index."""
GROWN_SHARE = 1.0
"""What came during an import, as a share of the index, from which on it is taken into that: until
then each process that serves compares all of it."""
GENRES_NAMED = 20
AMONG_INVENTED = (
    "The films of this instance are the demo's, and what is imported will stand among them; for an "
    f"instance of your own films alone, name another folder: `{REAL_FILMS_COMMAND}`."
)


def import_from(
    instance: Instance,
    source: FilmSource,
    *,
    dry_run: bool = False,
    bookmark: Bookmark | None = None,
    engine: EngineChoice | None = None,
) -> None:
    """Import a source, telling what it is, what was done and what could not be; the exit status is
    2 where every film was skipped. `bookmark`: see `import_films`. `engine`: what decodes, this
    process's threads unless given."""
    for line in source.description():
        echo(line, err=True)
    if instance.catalog.only_invented():
        echo(AMONG_INVENTED, err=True)
    if dry_run:
        _echo_rehearsal(instance, source)
        return
    with (engine or EngineChoice()).cluster() as cluster:
        store_all = _storing(instance, cluster) if cluster else None
        with progress_of("Importing", unit="film") as progress:
            report = import_films(
                instance.catalog,
                source,
                progress=_taking_in(instance, progress),
                bookmark=bookmark,
                store_all=store_all,
            )
    echo_report(report)
    if report.added or report.updated:
        rebuild_if_due(instance)
    elif report.skipped and not report.unchanged:
        raise click.exceptions.Exit(MENDABLE)


def _taking_in(instance: Instance, progress: FilmProgress) -> FilmProgress:
    """The progress, which writes the index anew now and then where much has come."""
    looked = 0.0

    def taken(done: int, total: int, *, posters: int) -> None:
        nonlocal looked
        progress(done, total, posters=posters)
        if posters - looked < TAKEN_IN_EVERY:
            return
        looked = posters
        try:
            rebuild_if_due(instance, GROWN_SHARE)
        except (CatalogError, OSError, SQLAlchemyError) as error:
            echo(f"Going on, though the index could not take in what came: {error}", err=True)
            looked = math.inf

    return taken


def _storing(instance: Instance, cluster: RayCluster) -> StoreAll:
    from onesheet.cluster.storing import RayStoring

    return RayStoring(cluster, instance.home)


def _echo_rehearsal(instance: Instance, source: FilmSource) -> None:
    """What an import would do, pictures unread."""
    known, notes = instance.catalog.known_films(), SourceNotes()
    new = there = 0
    for film in source.films(notes):
        if known.of(film.record.imdb_id, film.record.tmdb_id) is not None:
            there += 1
        elif film.poster is None:
            notes.skipped.append(f"{film.where}: there is no picture")
        else:
            new += 1
    _echo_notes(notes.skipped, notes.warnings, notes.unknown_genres)
    echo(
        f"Would add {number_of(new, 'poster')}, bring {there} up to date where they differ, and "
        f"skip {len(notes.skipped)}. Nothing was changed."
    )
    if not new and not there:
        raise click.exceptions.Exit(MENDABLE)


def echo_report(report: ImportReport) -> None:
    """What an import did, on standard output, and what it left out, on standard error."""
    _echo_notes(report.skipped, report.warnings, report.unknown_genres)
    echo(
        f"Added {report.added}, updated {report.updated}, unchanged {report.unchanged}, "
        f"skipped {len(report.skipped)}."
    )


def _echo_notes(skipped: list[str], warnings: list[str], unknown_genres: dict[str, int]) -> None:
    _echo_some("skipped", skipped)
    _echo_some("warning", warnings)
    if len(skipped) >= SUMMED_FROM:
        whys = Counter(line.rpartition(": ")[2].rstrip(".") for line in skipped)
        echo(f"why skipped: {_counted(whys, REASONS_NAMED)}", err=True)
    if unknown_genres:
        named = _counted(unknown_genres, GENRES_NAMED)
        echo(f"genres that are kept but not known here: {named}", err=True)


def _counted(counts: Mapping[str, int], most: int) -> str:
    """The names that come most often, each with how often."""
    often = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    named = ", ".join(f"{name} ({count:,})" for name, count in often[:most])
    return named + (f" and {len(often) - most} more" if len(often) > most else "")


def _echo_some(label: str, lines: Iterable[str]) -> None:
    all_lines = list(lines)
    for line in all_lines[:LINES_WRITTEN]:
        echo(f"{label}: {line}", err=True)
    if len(all_lines) > LINES_WRITTEN:
        echo(f"{label}: {len(all_lines) - LINES_WRITTEN} more like these", err=True)
