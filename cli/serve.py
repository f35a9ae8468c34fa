"""serve, doctor, backup, restore, copy-database: running an instance and looking after it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from cli.framework import MENDABLE, chosen_home, echo, on_instance, on_instance_there
from onesheet.base.home import DATABASE_VARIABLE
from onesheet.base.machine_share import usable_cores, usable_memory
from onesheet.base.progress import progress_of
from onesheet.base.settings import LEARN, PGVECTOR
from onesheet.instance import Instance
from webapp.server import ListenAddress, run_server

HOST = click.option(
    "--host", default=ListenAddress.host, show_default=True, help="Where to listen."
)
PORT = click.option(
    "--port", type=click.IntRange(0, 65535), default=ListenAddress.port, show_default=True
)

MOST_UNASKED = 4
"""Workers, where nobody said how many: a machine's owner may want the other cores."""
WORKER_BYTES = 10**9
"""Room for a worker with its model and index (350 MB; docs/benchmarks/serving.md), and for the
picture that it has decoded (500 MB at most)."""
BACKUP_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(epilog="Example: onesheet serve --port 8080")
@HOST
@PORT
@click.option(
    "--workers",
    type=click.IntRange(min=0),
    help="Processes; each opens the model and shares the index's memory. 0: one for each core, "
    f"with 1 GB of memory for each; unless given the same, but {MOST_UNASKED} at most.",
)
@click.option(
    "--threads", type=click.IntRange(min=1), default=8, show_default=True, help="Of each process."
)
@click.option(
    "--learn-films",
    is_flag=True,
    help="Films that visitors name and that TMDB or OMDb knows stay in the catalogue.",
)
@on_instance
def serve(
    instance: Instance, host: str, port: int, workers: int | None, threads: int, learn_films: bool
) -> None:
    """Serve the web app and the JSON API until stopped."""
    if learn_films:
        os.environ[LEARN] = "on"  # for the workers, which read the settings anew
    start(instance, ListenAddress(host, port), workers or fitting(workers), threads)


@click.command(epilog="Example: onesheet doctor --json")
@click.option("--json", "as_json", is_flag=True, help="A list of findings, for programs.")
@on_instance_there
@click.pass_context
def doctor(context: click.Context, instance: Instance, as_json: bool) -> None:
    """Check the database, posters, model, index and fonts; exit 2 where something is wrong."""
    from onesheet.doctor import examine

    findings = list(examine(instance))
    if as_json:
        echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            echo(f"{'ok ' if finding.well else 'BAD'}  {finding.name}: {finding.detail}")
    if not all(finding.well for finding in findings):
        context.exit(MENDABLE)


@click.command(epilog="Example: onesheet backup posters.tar")
@click.argument("file", type=BACKUP_FILE)
@on_instance_there
def backup(instance: Instance, file: Path) -> None:
    """Write database, posters, uploads, model and index into one new FILE.

    A server may serve meanwhile. The file holds what visitors' keys are signed with: keep it to
    yourself.
    """
    from onesheet.backup import back_up

    with _terminated_as_by_ctrl_c(), progress_of("Backing up", "file") as progress:
        manifest = back_up(instance.home, file, progress)
    echo(f"{len(manifest.files)} files are in {file}.")
    settings = instance.home.settings
    if settings.vectors == PGVECTOR or settings.files is not None:
        place = "PostgreSQL" if settings.vectors == PGVECTOR else "the object store"
        echo(f"The search index stays in {place}; run `onesheet index` where this is restored.")


@contextmanager
def _terminated_as_by_ctrl_c() -> Iterator[None]:
    """Let SIGTERM, by which systems end a command, clean up as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@click.command(epilog="Example: onesheet restore posters.tar --home new")
@click.argument("file", type=BACKUP_FILE)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="The instance folder, as for `onesheet --home`; absent or empty.",
)
def restore(file: Path, home: Path | None) -> None:
    """Make an instance of a backup's FILE, each part held against its digest."""
    from onesheet.restore import unpack

    folder = chosen_home(home)
    with _terminated_as_by_ctrl_c():
        manifest = unpack(file, folder)
    echo(f"{len(manifest.files)} files are in {folder}; `onesheet doctor` looks at them.")


@click.command("copy-database", epilog="Example: onesheet copy-database postgresql://db/onesheet")
@click.argument("url")
@on_instance_there
def copy_database_rows(instance: Instance, url: str) -> None:
    """Copy every row of the instance's database into the empty one at URL, SQLite or PostgreSQL.

    Stop the server first: what comes while it copies stays behind. The database copied from is left
    as it is.
    """
    from catalog.database import connect
    from onesheet.storage.transfer import copy_database

    target = connect(url)
    try:
        copied = copy_database(instance.engine, target)
    finally:
        target.dispose()
    echo(
        f"{sum(copied.values())} rows are in {target.url}; set {DATABASE_VARIABLE} to the address "
        "that you gave to make it the instance's."
    )


def start(instance: Instance, address: ListenAddress, workers: int = 1, threads: int = 8) -> None:
    """Serve, with this process's connections closed first so that no worker inherits one."""
    instance.close()
    run_server(instance.home.folder, address, workers, threads, _announce)


def fitting(workers: int | None) -> int:
    """How many workers the cores and the memory take; `workers` is 0, or None where nobody said."""
    memory = usable_memory()
    most = usable_cores() if memory is None else min(usable_cores(), memory // WORKER_BYTES)
    return max(1, most if workers == 0 else min(most, MOST_UNASKED))


def _announce(address: str) -> None:
    echo(f"Onesheet is at {address} (Ctrl-C stops it)")
