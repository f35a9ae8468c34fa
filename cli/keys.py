"""keys: by which programs come in, each for some scopes."""

from __future__ import annotations

import json

import click

from cli.framework import echo, on_instance, on_instance_there
from onesheet.instance import Instance
from onesheet.storage.api_keys import Scope


@click.group(epilog="Example: onesheet keys list")
def keys() -> None:
    """Make, list and revoke the keys of programs."""


@keys.command(epilog="Example: onesheet keys add nightly --scope read --scope upload")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([each.value for each in Scope]),
    help="What the program may do; may be given several times.",
)
@on_instance
def add(instance: Instance, name: str, scopes: tuple[str, ...]) -> None:
    """Make a key called NAME and print it, this once: the database holds its digest alone."""
    key = instance.api_keys.add(name, map(Scope, scopes))
    echo(f"Let the program send this as X-Onesheet-Key; it is shown only now. {name}:", err=True)
    echo(key)


@keys.command(name="list", epilog="Example: onesheet keys list --json")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@on_instance_there
def list_keys(instance: Instance, as_json: bool) -> None:
    """The keys there are: names, scopes and since when."""
    found = instance.api_keys.all()
    if as_json:
        facts = [
            {"name": each.name, "scopes": sorted(each.scopes), "created": each.created.isoformat()}
            for each in found
        ]
        echo(json.dumps(facts, indent=2))
        return
    for each in found:
        echo(f"{each.name}  {', '.join(sorted(each.scopes))}  since {each.created.date()}")
    if not found:
        echo("No program has a key; `onesheet keys add NAME --scope read` makes one.")


@keys.command(epilog="Example: onesheet keys revoke nightly")
@click.argument("name")
@on_instance_there
def revoke(instance: Instance, name: str) -> None:
    """Let nobody in by the key called NAME any more; a server heeds it with the next request."""
    instance.api_keys.revoke(name)
    echo(f"Nobody comes in by {name} any more.")
