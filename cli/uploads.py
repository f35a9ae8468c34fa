"""uploads: what visitors brought, and how long it stays."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from datetime import timedelta

import click

from cli.framework import Mistake, echo, on_instance_there
from onesheet.instance import Instance


@click.group(epilog="Example: onesheet uploads prune")
def uploads() -> None:
    """Look after the posters that visitors uploaded."""


@uploads.command(epilog="Example: onesheet uploads prune --older-than 7")
@click.option(
    "--older-than",
    type=click.FloatRange(min=0, max=36_500),
    help="Days. Removes also what is older than that, before its time is over; 0 removes all.",
)
@click.option("--json", "as_json", is_flag=True, help="What was removed, for programs.")
@on_instance_there
def prune(instance: Instance, older_than: float | None, as_json: bool) -> None:
    """Remove uploads whose time was over a day ago; a server does so by itself every hour.

    Their pages say afterwards that the poster is gone. Ratings stay.
    """
    if older_than is not None and math.isnan(older_than):  # which lies in every range
        raise Mistake("--older-than must be a number of days.")
    age = None if older_than is None else timedelta(days=older_than)
    pruned = instance.upload_store.prune(age)
    if as_json:
        echo(json.dumps(asdict(pruned)))
        return
    echo(f"Removed {pruned.expired} uploads and {pruned.strays} files without a record.")
