"""index: making a catalogue searchable, and keeping it so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial, wraps
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.framework import Mistake, echo, on_instance_there
from onesheet.indexing.lock import BusyError
from onesheet.instance import Instance

if TYPE_CHECKING:
    from index import PosterIndex
    from onesheet.cluster.connection import RayCluster

THREADS, RAY = "threads", "ray"
NEEDS_RAY = "--engine ray needs `pip install 'onesheet[ray]'`"
WITH_MAP = click.option(
    "--map/--no-map",
    "with_map",
    default=True,
    help="Also lay the map of all posters once they are read; about half a minute for 30,000.",
)


@dataclass(frozen=True)
class EngineChoice:
    """What decodes and reads posters: this process's threads, or the workers of a Ray."""

    engine: str = THREADS
    address: str | None = None
    workers: int | None = None

    @contextmanager
    def cluster(self) -> Iterator[RayCluster | None]:
        """The Ray, connected within it; None where threads were chosen."""
        if self.engine != RAY:
            yield None
            return
        try:
            from onesheet.cluster.connection import ClusterError, connected
        except ImportError as error:
            raise Mistake(f"{NEEDS_RAY} ({error}).") from error
        try:
            with connected(self.address, self.workers) as cluster:
                echo(f"{cluster.description()}.", err=True)
                yield cluster
        except ClusterError as error:
            raise Mistake(str(error)) from error


def with_engine(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of an EngineChoice, and the choice as `engine`."""

    @click.option(
        "--engine",
        "engine_name",
        type=click.Choice([THREADS, RAY]),
        default=THREADS,
        show_default=True,
        help="What works: this machine's cores, or a Ray (docs/scaling.md).",
    )
    @click.option(
        "--ray-address",
        metavar="ray://HOST:PORT",
        help="A Ray cluster's; RAY_ADDRESS unless given, and without either this machine's cores.",
    )
    @click.option(
        "--workers", type=click.IntRange(1), help="Of Ray; as many as it has cores unless given."
    )
    @wraps(command)
    def wrapped(
        *args: Any,
        engine_name: str,
        ray_address: str | None,
        workers: int | None,
        **kwargs: Any,
    ) -> Any:
        if engine_name != RAY and (ray_address or workers):
            raise Mistake("--ray-address and --workers go with --engine ray.")
        if engine_name == RAY and find_spec("ray") is None:
            raise Mistake(f"{NEEDS_RAY}.")
        return command(*args, engine=EngineChoice(engine_name, ray_address, workers), **kwargs)

    return wrapped


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
@click.option(
    "--model",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Build with this folder's model, and make it the instance's own.",
)
@click.option("--watch", is_flag=True, help="Stay, and take up posters as they are imported.")
@with_engine
@on_instance_there
def index(
    instance: Instance,
    as_json: bool,
    anew: bool,
    with_map: bool,
    storage: str | None,
    model: Path | None,
    watch: bool,
    engine: EngineChoice,
) -> None:
    """Read the catalogue's posters with the model and build the search index.

    What the present index holds is not read again. Running servers take up the new index by
    themselves.
    """
    if model is None and (another := instance.live().models.told_of_another()):
        echo(another, err=True)
    with engine.cluster() as cluster:
        manifest = build(instance, with_map, anew, storage, cluster, model).manifest
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
    instance: Instance,
    with_map: bool,
    anew: bool = False,
    storage: str | None = None,
    cluster: RayCluster | None = None,
    model: Path | None = None,
) -> PosterIndex:
    """Build the index; `storage` names how embeddings are kept, None as before. `cluster`: what
    reads posters, unless this process. `model`: the folder of one that is chosen."""
    from index import Storage

    chosen = Storage(storage) if storage else None
    building = partial(
        instance.builder.build, anew=anew, with_map=with_map, storage=chosen, model=model
    )
    if cluster is None:
        return building()
    from onesheet.cluster.pictures import RayPictures

    engine = RayPictures(cluster, instance.home)
    index = building(engine=engine)
    echo(f"{engine.report() or 'Ray had no poster to read'}.", err=True)
    return index


def rebuild_if_due(instance: Instance, share: float | None = None) -> None:
    """After posters came or went: write a new index folder where it is due, as
    `IndexUpkeep.rebuild_if_due` says; without one, nothing is, nor where another process is writing
    one. Where the turn to write it was lost, that is said."""
    from embedder import ModelError
    from index import IndexFolderError, TurnLostError

    with suppress(IndexFolderError, ModelError, BusyError):
        try:
            instance.upkeep.rebuild_if_due(share)
        except TurnLostError as error:
            echo(str(error), err=True)
