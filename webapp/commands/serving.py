"""serve, doctor: running an instance and looking after it."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from webapp.commands.framework import MENDABLE, on_instance, on_instance_there
from webapp.instance import Instance
from webapp.server import Address
from webapp.server import serve as run_server

HOST = click.option("--host", default=Address.host, show_default=True, help="Where to listen.")
PORT = click.option(
    "--port", type=click.IntRange(0, 65535), default=Address.port, show_default=True
)


@click.command(epilog="Example: onesheet serve --port 8080")
@HOST
@PORT
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes; each opens the model and shares the index's memory.",
)
@click.option(
    "--threads", type=click.IntRange(min=1), default=8, show_default=True, help="Of each process."
)
@on_instance
def serve(instance: Instance, host: str, port: int, workers: int, threads: int) -> None:
    """Serve the web app and the JSON API until stopped."""
    start(instance, Address(host, port), workers, threads)


def start(instance: Instance, address: Address, workers: int = 1, threads: int = 8) -> None:
    """Serve, with this process's connections closed first so that no worker inherits one."""
    instance.close()
    run_server(instance.home, address, workers, threads, _announce)


@click.command(epilog="Example: onesheet doctor --json")
@click.option("--json", "as_json", is_flag=True, help="A list of findings, for programs.")
@on_instance_there
@click.pass_context
def doctor(context: click.Context, instance: Instance, as_json: bool) -> None:
    """Check the database, posters, model, index and fonts; exit 2 where something is wrong."""
    from webapp.doctor import examine

    findings = list(examine(instance))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            click.echo(f"{'ok ' if finding.well else 'BAD'}  {finding.name}: {finding.detail}")
    if not all(finding.well for finding in findings):
        context.exit(MENDABLE)


def _announce(address: str) -> None:
    click.echo(f"Onesheet is at {address} (Ctrl-C stops it)")
