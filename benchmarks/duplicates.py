"""Whether altered copies of a poster are recognised, and look-alikes are not.

    python -m benchmarks.duplicates HOME --sequels FILE [--films 300]

HOME is an instance with the real posters and an index of them, which is only read. Each alteration
is tried on as many val posters as --films says; sequels are those of the CSV with the columns
imdb_id and sequels. Writes docs/benchmarks/duplicates.md.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from benchmarks.reporting import busy, machine, met, table, write_document
from catalog.catalog import PosterCard
from catalog.images import NEAR_DUPLICATE, decode, hamming, perceptual_hash
from catalog.registration import SAME_PICTURE, correlation
from embedder.evaluation import Alteration, alterations
from genres.intervals import bootstrap
from index import Metric
from webapp.commands.evaluating import read_sequels
from webapp.instance import Instance
from webapp.nearest import COPY_CLOSENESS, LEAST_CLOSENESS, LOOKED_AT, Surroundings
from webapp.progress import progress_of
from webapp.queries import Query

NO_BYTES = "0" * 64
"""A content hash that no poster has: an altered file's bytes are never the original's."""


def harder() -> list[Alteration]:
    """Beyond those that the embedder is measured by."""
    return [
        Alteration("cropped 20%", lambda image: ImageOps.crop(image, round(0.1 * image.width))),
        Alteration("a sixth cut off below", lambda i: i.crop((0, 0, i.width, i.height * 5 // 6))),
        Alteration("tilted 6 degrees", lambda i: i.rotate(6, Image.Resampling.BICUBIC)),
        Alteration(
            "black frame of 10%", lambda image: ImageOps.expand(image, round(0.1 * image.width))
        ),
        Alteration(
            "black frame of 20%", lambda image: ImageOps.expand(image, round(0.2 * image.width))
        ),
        Alteration("photographed on a wall", _on_a_wall),
        Alteration("brightened by 40%", lambda image: ImageEnhance.Brightness(image).enhance(1.4)),
        Alteration("made grey", lambda image: image.convert("L").convert("RGB")),
    ]


def _on_a_wall(image: Image.Image) -> Image.Image:
    """Two thirds as wide as the picture and off its middle."""
    wall = Image.new("RGB", (image.width * 3 // 2, image.height * 7 // 5), (180, 170, 160))
    wall.paste(image, (image.width * 3 // 10, image.height * 3 // 20))
    return wall


class Trial:
    """What the product says of images, over one instance."""

    def __init__(self, instance: Instance) -> None:
        self.catalog = instance.catalog
        self.opened = instance.opened()
        self.around = Surroundings(instance, self.opened)

    def image(self, card: PosterCard) -> Image.Image:
        return decode(self.catalog.poster_path(card.content_hash).read_bytes())

    def copies(self, image: Image.Image) -> list[PosterCard]:
        """The catalogue's posters that an upload is said to be."""
        embedding = self.opened.embedder.read([image]).embeddings[0]
        return self.around.copies(Query(image, NO_BYTES), embedding)

    def nearest_other(self, card: PosterCard) -> PosterCard:
        embedding = self.opened.index.embeddings([card.poster_id])[0]
        exclude = [card.poster_id]
        found = self.opened.index.search(embedding, Metric.COSINE, 1, exclude=exclude)
        return self.catalog.cards([found[0].poster_id])[found[0].poster_id]

    def agreement(self, one: PosterCard, other: PosterCard) -> float:
        return correlation(self.image(one), self.image(other))


def altered(trial: Trial, cards: Sequence[PosterCard]) -> Iterator[list[str]]:
    """A row for each alteration: how often the copy is told by its hash alone, and by all."""
    for alteration in [*alterations(), *harder()]:
        by_hash, told, wrong, times = [], [], 0, []
        for card in cards:
            copy = alteration.apply(trial.image(card))
            start = time.process_time()
            found = trial.copies(copy)
            times.append(1000 * (time.process_time() - start))
            bits = hamming(perceptual_hash(copy), card.perceptual_hash)
            by_hash.append(bits <= NEAR_DUPLICATE)
            told.append(bool(found) and found[0].poster_id == card.poster_id)
            wrong += bool(found) and found[0].poster_id != card.poster_id
        rates = np.array(told, dtype=float)
        low, high = bootstrap(
            lambda rows, rates=rates: float(rates[rows].mean()),
            len(rates),
            np.random.default_rng(0),
        )
        yield [
            alteration.name,
            f"{np.mean(by_hash):.1%}",
            f"{rates.mean():.1%} ({low:.1%} to {high:.1%})",
            str(wrong),
            f"{np.median(times):.0f} ms",
        ]


def look_alikes(
    trial: Trial, pairs: Sequence[tuple[PosterCard, PosterCard]]
) -> tuple[int, int, float]:
    """Of pairs of different films: called the same by the product, by their pixels alone, and the
    highest correlation."""
    agreements = np.array([trial.agreement(one, other) for one, other in pairs])
    called = 0
    for one, other in pairs:
        called += other.poster_id in {card.poster_id for card in trial.copies(trial.image(one))}
    return called, int((agreements >= SAME_PICTURE).sum()), float(agreements.max())


@click.command()
@click.argument("home", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--sequels", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--films", type=click.IntRange(min=1), default=300, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/duplicates.md")
def main(home: Path, sequels: Path | None, films: int, out: Path) -> None:
    """Measure what is called the same, and write the document."""
    warning = busy()
    instance = Instance(home)
    trial = Trial(instance)
    val = trial.catalog.all_cards("val")
    drawn = np.random.default_rng(0).permutation(len(val))[:films]
    cards = [val[row] for row in drawn]
    rows = []
    with progress_of("Alterations") as progress:
        for row in altered(trial, cards):
            rows.append(row)
            progress(len(rows), len(alterations()) + len(harder()))
    parts = [
        "# Copies and look-alikes",
        machine(),
        *([warning] if warning else []),
        "Command: `python -m benchmarks.duplicates HOME --sequels sequels.csv --films "
        f"{films}`, model `{trial.opened.embedder.fingerprint[:12]}`, "
        f"{len(trial.opened.index):,} posters. A poster is called the same where "
        "it is the nearest by cosine with a closeness of "
        f"{LEAST_CLOSENESS:g} or more, or among the {LOOKED_AT} nearest with {COPY_CLOSENESS:g} or "
        f"more, or of nearly the same hash, and the details of both, laid upon each other, "
        f"correlate by {SAME_PICTURE:g} or more.",
        f"## Altered copies of {len(cards)} val posters",
        "Intervals are 95% bootstrap over posters; the time is a processor's, for all of it, "
        "embedding included.",
        table(["alteration", "hash alone", "recognised", "taken for another", "median time"], rows),
        "## Posters of different films",
        table(
            ["pairs", "called the same", "same by pixels alone", "highest correlation", ""],
            list(_pairs(trial, cards, read_sequels(sequels) if sequels else {})),
        ),
    ]
    write_document(out, parts)


def _pairs(
    trial: Trial, cards: Sequence[PosterCard], sequels: dict[str, list[str]]
) -> Iterator[list[str]]:
    """A row for sequels, and one for the nearest posters of any film, the hardest to tell."""
    known = {card.imdb_id: card for card in trial.catalog.all_cards()}
    series = [
        (known[one], known[other])
        for one, others in sequels.items()
        for other in others
        if one in known and other in known
    ]
    nearest = [(card, trial.nearest_other(card)) for card in cards]
    for name, pairs in (("sequels", series), ("val posters and their nearest", nearest)):
        if pairs:
            called, alone, highest = look_alikes(trial, pairs)
            yield [
                f"{name}, {len(pairs)}",
                str(called),
                str(alone),
                f"{highest:.2f}",
                met(called == 0),
            ]


if __name__ == "__main__":
    main()
