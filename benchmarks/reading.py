"""Reading posters on all cores beside a plain loop of torch's, decode included.

    python -m benchmarks.reading HOME [--posters 2000]

HOME is an instance with the real posters; their impressions must be kept already, as they are once
it was indexed. Both ways read the same files in turns, of which each round takes others. Writes
docs/benchmarks/reading.md.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from benchmarks.instruments.measuring import Row, timed
from benchmarks.instruments.reporting import busy, machine, model_note, table, write_document
from catalog.catalog import PosterCard
from embedder import Embedder
from embedder.networks.poster_network import PosterNetwork, Shapes
from embedder.preprocess import to_array
from embedder.training.starting import begin
from onesheet.base.home import Home
from onesheet.base.machine_share import usable_cores
from onesheet.instance import Instance

_PASSES = 5
BATCHES = (1, 32)
"""Posters that the loop runs at once: one, as the plainest does, and as many as suit it."""
LEARNT = 512
"""Posters that the unfolded batch normalisations take their statistics from."""


def network_of(embedder: Embedder, posters: NDArray[np.uint8]) -> PosterNetwork:
    """The packaged model as torch runs it, without the numbers that were folded into the exported
    embedding, and without the hidden layer that reads genres: a little less work."""
    card = embedder.card
    shapes = Shapes(len(card.proxies[0]), card.parts["look"], len(card.genres), len(card.decades))
    network = PosterNetwork(card.backbone, shapes)
    begin(network, card.backbone, "packaged", posters, card.genres)
    return network.eval().to(memory_format=torch.channels_last)


def loop(network: PosterNetwork, paths: Sequence[Path], size: tuple[int, int], batch: int) -> None:
    with torch.inference_mode():
        for start in range(0, len(paths), batch):
            images = [Image.open(path).convert("RGB") for path in paths[start : start + batch]]
            arrays = [to_array(image, *size) for image in images]
            network(torch.from_numpy(np.stack(arrays)).permute(0, 3, 1, 2))


def _measured(instance: Instance, cards: Sequence[PosterCard]) -> Iterator[Row]:
    embedder = instance.embedder()
    size = embedder.card.height, embedder.card.width
    paths = [instance.catalog.poster_path(card.content_hash) for card in cards]
    learnt = [to_array(Image.open(path).convert("RGB"), *size) for path in paths[:LEARNT]]
    network = network_of(embedder, np.stack(learnt))
    ours: list[float] = []
    loops: dict[int, list[float]] = {batch: [] for batch in BATCHES}
    length = len(cards) // _PASSES
    for start in range(0, _PASSES * length, length):
        some = slice(start, start + length)
        with timed() as seconds:
            instance.posters.embeddings(embedder, cards[some])
        ours.append(length / seconds[0])
        for batch, rates in loops.items():
            with timed() as seconds:
                loop(network, paths[some], size, batch)
            rates.append(length / seconds[0])
    rate = statistics.median(ours)
    yield Row(
        f"Onesheet, {usable_cores()} cores",
        f"{rate:.0f} posters/s",
        ">= 300 posters/s",
        rate >= 300,
    )
    for batch, rates in loops.items():
        ratio = statistics.median(a / b for a, b in zip(ours, rates, strict=True))
        yield Row(
            f"torch eager, {torch.get_num_threads()} threads, {batch} at once",
            f"{statistics.median(rates):.0f} posters/s; Onesheet {ratio:.1f}x",
            *((">= 3x", ratio >= 3) if batch == 1 else ()),
        )


@click.command()
@click.argument("home", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--posters", type=click.IntRange(_PASSES), default=5_000, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/reading.md")
def main(home: Path, posters: int, out: Path) -> None:
    """Measure, and write the document."""
    warning = busy()
    instance = Instance(Home(home))
    cards = instance.catalog.all_cards()[:posters]
    rows = list(_measured(instance, cards))
    write_document(
        out,
        [
            "# Reading posters",
            f"{machine()} torch {torch.__version__}.",
            *([warning] if warning else []),
            f"Command: `python -m benchmarks.reading HOME --posters {posters}`, model "
            f"`{instance.embedder().fingerprint[:12]}`. Files of the catalogue are opened, "
            f"decoded, scaled and read by the network; {_PASSES} rounds in turns, medians of the "
            "rates and of each round's ratio. The loop runs the same network as a module of "
            "torch's, its batch normalisations not folded into the convolutions.",
            *model_note(instance.embedder().fingerprint),
            table(["what", "measured", "target", ""], [row.cells() for row in rows]),
        ],
    )
    instance.close()


if __name__ == "__main__":
    main()
