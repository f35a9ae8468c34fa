"""index: making a catalogue searchable, and keeping it so."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli.framework import echo, on_instance_there
from onesheet.indexing.lock import BusyError
from onesheet.instance import Instance

if TYPE_CHECKING:
    from index import PosterIndex

WITH_MAP = click.option(
    "--map/--no-map",
    "with_map",
    default=True,
    help="Also lay the map of all posters; it is the last step, about half a minute for 30,000.",
)


@click.command(epilog="Example: onesheet index --watch")
@click.option("--json", "as_json", is_flag=True, help="The index's manifest, for programs.")
@click.option("--anew", is_flag=True, help="Read every poster again, even those read before.")
@WITH_MAP
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
    manifest = build(instance, with_map, anew, storage).manifest
    if as_json:
        echo(json.dumps(asdict(manifest) | {"fingerprint": manifest.fingerprint}, indent=2))
    else:
        echo(f"Indexed {manifest.n} posters, {manifest.d} dimensions.")
        for pair, share in manifest.overlap.items():
            echo(f"  {pair}: {share:.0%} of five neighbours shared")
        for metric, skewness in manifest.hubness.items():
            echo(f"  {metric}: hubness {skewness:.1f} (skewness of the 10-occurrence)")
        if manifest.graph:
            for metric, share in manifest.graph.recall.items():
                echo(f"  {metric}: {share:.1%} of the five nearest found")
            echo(f"  embeddings kept as {manifest.graph.storage}")
    if watch:
        _watch(instance)


def _watch(instance: Instance) -> None:
    """Look every few seconds whether the catalogue has other posters, until interrupted."""
    echo("Watching the catalogue (Ctrl-C stops).", err=True)
    for sentence in instance.upkeep.watch():
        echo(sentence, err=True)


def build(
    instance: Instance, with_map: bool, anew: bool = False, storage: str | None = None
) -> PosterIndex:
    """Build the index; `storage` names how embeddings are kept, None as before."""
    from index import Storage

    chosen = Storage(storage) if storage else None
    return instance.builder.build(anew=anew, with_map=with_map, storage=chosen)


def rebuild_if_due(instance: Instance) -> None:
    """After posters came or went: write a new index folder where it is due; without one, nothing
    is, nor where another process is writing one."""
    from embedder import ModelError
    from index import IndexFolderError

    with suppress(IndexFolderError, ModelError, BusyError):
        instance.upkeep.rebuild_if_due()
