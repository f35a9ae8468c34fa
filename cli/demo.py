"""demo: a catalogue of invented films, drawn, indexed and served."""

from __future__ import annotations

import os
import sys

import click

from cli.framework import echo, on_instance, written_down
from cli.importing.report import echo_report
from cli.index import WITH_MAP, build, rebuild_if_due
from cli.serve import HOST, PORT, start
from onesheet.base import child_process
from onesheet.base.home import REAL_FILMS_COMMAND
from onesheet.base.progress import progress_of
from onesheet.instance import Instance
from webapp.server import ListenAddress, check_address

INVITATION = (
    "These films are invented. Real ones go into an instance of their own: "
    f"`{REAL_FILMS_COMMAND}`, where PATH is a folder of posters, a media server's library, or a "
    "table of films; then `index` and `serve` with the same --home."
)


@click.command(epilog="Example: onesheet demo --port 8080")
@HOST
@PORT
@click.option("--films", type=click.IntRange(1, 5000), help="How many; 640 unless given.")
@click.option("--no-serve", is_flag=True, help="Build the catalogue and its index only.")
@WITH_MAP
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
        child_process.end_with_parent()
    if no_serve:
        instance.embedder()  # what cannot be indexed need not be drawn
        _import_demo(instance, films)
        _index_if_stale(instance, with_map)
        if instance.catalog.only_invented():
            echo(INVITATION, err=True)
        return
    check_address(ListenAddress(host, port))
    options = [*(["--films", str(films)] if films else []), *([] if with_map else ["--no-map"])]
    status = _build_apart(instance, options)
    if status:
        context.exit(status)
    start(instance, ListenAddress(host, port))


def _build_apart(instance: Instance, options: list[str]) -> int:
    """`demo --no-serve` in a process of its own; its exit status.

    So its memory goes back, and none of its threads is there when the server forks.
    """
    command = [sys.executable, "-P", "-m", "cli", "--home", str(instance.home.folder), "demo"]
    path = os.pathsep.join(filter(None, sys.path))  # -P: never a module of the current folder
    return child_process.run(
        [*command, "--no-serve", "--with-parent", *options], os.environ | {"PYTHONPATH": path}
    )


def _import_demo(instance: Instance, count: int | None) -> None:
    """Draw what is missing of the demo catalogue; silent where nothing is."""
    from demo import DEFAULT_COUNT, import_demo, is_drawn

    count = count or DEFAULT_COUNT
    if is_drawn(instance.catalog, count):
        return
    with written_down(instance), progress_of("Drawing the demo's posters") as progress:
        report = import_demo(instance.catalog, count=count, progress=progress)
    echo_report(report)


def _index_if_stale(instance: Instance, with_map: bool) -> None:
    from index import IndexFolderError

    try:
        if set(instance.index().poster_ids.tolist()) == instance.catalog.poster_ids():
            rebuild_if_due(instance)
            return
    except IndexFolderError as reason:
        echo(f"Building the index: {str(reason).partition(';')[0]}.", err=True)
    build(instance, with_map)
