"""The `onesheet` command, assembled from the modules of cli."""

from __future__ import annotations

from pathlib import Path

import click

from onesheet.base.foreign_packages import foreign_packages_named

with foreign_packages_named():
    from cli.framework import Commands
    from onesheet.base.home import HOME_VARIABLE

COMMAND_MODULES = {
    "demo": "demo",
    "import": "importing.group",
    "index": "index",
    "map": "map",
    "remove": "films",
    "catalog": "films",
    "serve": "serve",
    "train": "train",
    "compose": "train",
    "evaluate": "evaluate",
    "similar": "similar",
    "read": "read",
    "bandit": "bandit",
    "backup": "serve",
    "restore": "serve",
    "copy-database": "serve",
    "doctor": "serve",
    "thumbs": "bandit",
    "uploads": "uploads",
    "keys": "keys",
}
"""The module of cli that holds each command."""


@click.group(
    cls=Commands,
    modules=COMMAND_MODULES,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: onesheet demo",
)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar=HOME_VARIABLE,
    help="The instance folder; ./instance unless given here or as ONESHEET_HOME.",
)
@click.version_option(package_name="onesheet")
def main(home: Path | None) -> None:
    """Find the released posters that a poster looks like."""
