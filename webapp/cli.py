"""The `onesheet` command, assembled from the modules of webapp.commands."""

from __future__ import annotations

from pathlib import Path

import click

from webapp.commands.framework import Commands
from webapp.instance import HOME_VARIABLE

MODULES = {
    "demo": "building",
    "import": "building",
    "index": "building",
    "map": "mapping",
    "remove": "building",
    "serve": "serving",
    "train": "training",
    "evaluate": "evaluating",
    "similar": "asking",
    "read": "asking",
    "bandit": "asking",
    "doctor": "serving",
    "uploads": "uploading",
}
"""The module of webapp.commands that holds each command."""


@click.group(
    cls=Commands,
    modules=MODULES,
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
