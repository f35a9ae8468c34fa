"""demo, import, index: filling an instance and making it searchable."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webapp import family
from webapp.commands.framework import echo_skipped, on_instance, on_instance_there
from webapp.commands.serving import HOST, PORT, start
from webapp.instance import Instance
from webapp.progress import progress_of
from webapp.server import Address, check

if TYPE_CHECKING:
    from catalog.catalog import ImportReport
    from index import PosterIndex

MAP = click.option(
    "--map/--no-map",
    "with_map",
    default=True,
    help="Also lay the map of all posters; it is the last step, about half a minute for 30,000.",
)


@click.command(epilog="Example: onesheet demo --port 8080")
@HOST
@PORT
@click.option("--films", type=click.IntRange(1, 5000), help="How many; 640 unless given.")
@click.option("--no-serve", is_flag=True, help="Build the catalogue and its index only.")
@MAP
@click.option("--with-parent", is_flag=True, hidden=True)
@on_instance
@click.pass_context
def demo(
    context: click.Context,
    instance: Instance,
    host: str,
    port: int,
    films: int | None,
    no_serve: bool,
    with_map: bool,
    with_parent: bool,
) -> None:
    """Build the demo catalogue of invented films where it is absent, and serve it."""
    if with_parent:
        family.end_with_parent()
    if no_serve:
        instance.embedder()  # what cannot be indexed need not be drawn
        _import_demo(instance, films)
        _index_if_stale(instance, with_map)
        return
    check(Address(host, port))
    options = [*(["--films", str(films)] if films else []), *([] if with_map else ["--no-map"])]
    status = _build_apart(instance, options)
    if status:
        context.exit(status)
    start(instance, Address(host, port))


@click.group(name="import", epilog="Example: onesheet import folder ~/posters")
def import_() -> None:
    """Add movies and posters to the catalogue."""


@import_.command(epilog="Example: onesheet import folder ~/posters && onesheet index")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@on_instance
def folder(instance: Instance, directory: Path) -> None:
    """Import DIRECTORY/movies.csv and the posters in DIRECTORY/images.

    The CSV has a header with imdb_id, title, year, rating and genres (joined with |), in any
    order; posters are named by imdb_id. Importing again changes nothing, and an interrupted
    import goes on where it stopped.
    """
    from catalog.folder import import_folder

    with progress_of("Importing") as progress:
        report = import_folder(instance.catalog, directory, progress=progress)
    _tell(report)
    if report.added or report.updated:
        _grown(instance)


@click.command(epilog="Example: onesheet remove tt0111161")
@click.argument("films", nargs=-1, required=True, metavar="IMDB_ID...")
@on_instance_there
def remove(instance: Instance, films: tuple[str, ...]) -> None:
    """Take films and their posters out of the catalogue; searches stop finding them at once.

    Poster files stay where they are.
    """
    for film in films:
        posters = instance.catalog.remove(film)
        click.echo(f"Removed {film} and {posters} poster{'' if posters == 1 else 's'}.")
    _grown(instance)


@click.command(epilog="Example: onesheet index --watch")
@click.option("--json", "as_json", is_flag=True, help="The index's manifest, for programs.")
@click.option("--anew", is_flag=True, help="Read every poster again, even those read before.")
@MAP
@click.option(
    "--storage",
    type=click.Choice(["float32", "float16"]),
    help="How embeddings are kept where posters are too many to compare each; as before unless "
    "given, at first float32.",
)
@click.option("--watch", is_flag=True, help="Stay, and take up posters as they are imported.")
@on_instance_there
def index(
    instance: Instance,
    as_json: bool,
    anew: bool,
    with_map: bool,
    storage: str | None,
    watch: bool,
) -> None:
    """Read the catalogue's posters with the model and build the search index.

    What the present index holds is not read again. Running servers take up the new index by
    themselves.
    """
    manifest = _build(instance, with_map, anew, storage).manifest
    if as_json:
        click.echo(json.dumps(asdict(manifest) | {"fingerprint": manifest.fingerprint}, indent=2))
    else:
        click.echo(f"Indexed {manifest.n} posters, {manifest.d} dimensions.")
        for pair, share in manifest.overlap.items():
            click.echo(f"  {pair}: {share:.0%} of five neighbours shared")
        for metric, skewness in manifest.hubness.items():
            click.echo(f"  {metric}: hubness {skewness:.1f} (skewness of the 10-occurrence)")
        if manifest.graph:
            for metric, share in manifest.graph.recall.items():
                click.echo(f"  {metric}: {share:.1%} of the five nearest found")
            click.echo(f"  embeddings kept as {manifest.graph.storage}")
    if watch:
        _watch(instance)


def _watch(instance: Instance) -> None:
    """Look every few seconds whether the catalogue has other posters, until interrupted."""
    from webapp.watching import watch

    click.echo("Watching the catalogue (Ctrl-C stops).", err=True)
    for told in watch(instance):
        click.echo(told, err=True)


def _build_apart(instance: Instance, options: list[str]) -> int:
    """`demo --no-serve` in a process of its own; its exit status.

    So its memory goes back, and none of its threads is there when the server forks.
    """
    command = [sys.executable, "-P", "-m", "webapp", "--home", str(instance.home), "demo"]
    path = os.pathsep.join(filter(None, sys.path))  # -P: never a module of the current folder
    return family.run(
        [*command, "--no-serve", "--with-parent", *options], os.environ | {"PYTHONPATH": path}
    )


def _import_demo(instance: Instance, count: int | None) -> None:
    """Draw what is missing of the demo catalogue; silent where nothing is."""
    from catalog.demo import DEFAULT_COUNT, import_demo

    count = count or DEFAULT_COUNT
    if sum(card.invented for card in instance.catalog.all_cards()) >= count:
        return
    with progress_of("Drawing the demo's posters") as progress:
        report = import_demo(instance.catalog, count=count, progress=progress)
    _tell(report)


def _index_if_stale(instance: Instance, with_map: bool) -> None:
    from index import IndexFolderError

    try:
        held = {card.poster_id for card in instance.catalog.all_cards()}
        if set(instance.index().poster_ids.tolist()) == held:
            _grown(instance)
            return
    except IndexFolderError as reason:
        click.echo(f"Building the index: {str(reason).partition(';')[0]}.", err=True)
    _build(instance, with_map)


def _build(
    instance: Instance, with_map: bool, anew: bool = False, storage: str | None = None
) -> PosterIndex:
    from index import Storage
    from webapp.building import build_index

    kept = Storage(storage) if storage else None
    return build_index(instance, anew=anew, with_map=with_map, storage=kept)


def _grown(instance: Instance) -> None:
    """After posters came or went: write a new index folder where it is due; without one, nothing
    is, nor where another process is writing one."""
    from embedder import ModelError
    from index import IndexFolderError
    from webapp.building import BusyError
    from webapp.growth import rebuild_if_due

    with suppress(IndexFolderError, ModelError, BusyError):
        rebuild_if_due(instance)


def _tell(report: ImportReport) -> None:
    echo_skipped(report.skipped)
    click.echo(
        f"Added {report.added}, updated {report.updated}, unchanged {report.unchanged}, "
        f"skipped {len(report.skipped)}."
    )
