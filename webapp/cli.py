"""The `onesheet` command, assembled from the modules of webapp.commands."""

from __future__ import annotations

from pathlib import Path

import click

from webapp.commands import asking, building, evaluating, serving, training
from webapp.commands.framework import OneLineErrors
from webapp.instance import HOME_VARIABLE


@click.group(
    cls=OneLineErrors,
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


for command in (
    building.demo,
    building.import_,
    building.index,
    serving.serve,
    training.train,
    evaluating.evaluate,
    asking.similar,
    asking.read,
    asking.bandit,
    serving.doctor,
):
    main.add_command(command)
