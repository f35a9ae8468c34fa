"""Whether altered copies of a poster are recognised, and look-alikes are not.

    python -m benchmarks.duplicates HOME --sequels FILE [--films 300] [--split val]

HOME is an instance with the real posters and an index of them, which is only read. Each alteration
is tried on as many posters of the split as --films says; sequels are those of the CSV with the
columns imdb_id and sequels. Writes docs/benchmarks/duplicates.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click
import numpy as np
from PIL import Image, ImageOps

from benchmarks.instruments.harder_alterations import harder
from benchmarks.instruments.recognition import Recognition, altered, amid
from benchmarks.instruments.reporting import busy, machine, met, model_note, table, write_document
from benchmarks.instruments.surrounded import surrounded
from catalog.catalog import PosterCard
from catalog.images.registration import SAME_PICTURE
from catalog.images.surroundings import poster_part
from catalog.records import SPLITS
from cli.evaluate import read_sequels
from embedder.evaluation import alterations
from onesheet.base.home import Home
from onesheet.base.progress import progress_of
from onesheet.instance import Instance
from onesheet.recommending.same_poster import COPY_CLOSENESS, LEAST_CLOSENESS, LOOKED_AT


def _ordinary(trial: Recognition, films: int) -> Iterator[list[str]]:
    """A row for plain posters of each split, and for every other shape of val's."""
    for split in SPLITS:
        yield _parts_of(split, _some(trial, split, 2 * films), trial, lambda image: image)
    val = _some(trial, "val", films)
    for name, alter in {
        "val, 6% narrower": lambda i: i.crop((i.width // 32, 0, i.width * 31 // 32, i.height)),
        "val, 5% lower": lambda i: i.crop((0, i.height // 40, i.width, i.height * 39 // 40)),
        "val, 10% lower": lambda i: i.crop((0, i.height // 20, i.width, i.height * 19 // 20)),
        "val, a white margin of 5%": lambda image: _margined(image, "white"),
        "val, a black margin of 5%": lambda image: _margined(image, "black"),
    }.items():
        yield _parts_of(name, val, trial, alter)


def _some(trial: Recognition, split: str, count: int) -> list[PosterCard]:
    cards = trial.catalog.all_cards(split)
    return [cards[row] for row in np.random.default_rng(0).permutation(len(cards))[:count]]


def _margined(image: Image.Image, colour: str) -> Image.Image:
    border = round(0.05 * image.width)
    return ImageOps.expand(ImageOps.crop(image, border), border, colour)


def _parts_of(
    name: str,
    cards: Sequence[PosterCard],
    trial: Recognition,
    alter: Callable[[Image.Image], Image.Image],
) -> list[str]:
    found, times = 0, []
    for card in cards:
        image = alter(trial.image(card))
        start = time.process_time()
        found += poster_part(image) is not None
        times.append(1000 * (time.process_time() - start))
    share = found / len(cards)
    return [name, str(len(cards)), f"{share:.1%}", f"{np.median(times):.1f} ms", met(share <= 0.01)]


def look_alikes(
    trial: Recognition, pairs: Sequence[tuple[PosterCard, PosterCard]]
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
@click.option("--split", type=click.Choice(SPLITS), default="val", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/duplicates.md")
def main(home: Path, sequels: Path | None, films: int, split: str, out: Path) -> None:
    """Measure what is called the same, and write the document."""
    warning = busy()
    instance = Instance(Home(home))
    trial = Recognition(instance)
    cards = _some(trial, split, films)
    rows, around, kinds = [], [], [*alterations(), *harder()]
    with progress_of("Alterations") as progress:
        for row in altered(trial, cards, kinds):
            rows.append(row)
            progress(len(rows), len(kinds))
    with progress_of("Surroundings") as progress:
        for row in amid(trial, cards, surrounded()):
            around.append(row)
            progress(len(around), len(surrounded()))
    parts = [
        "# Copies and look-alikes",
        machine(),
        *([warning] if warning else []),
        "Command: `python -m benchmarks.duplicates HOME --sequels sequels.csv --films "
        f"{films} --split {split}`, model `{trial.opened.embedder.fingerprint[:12]}`, "
        f"{len(trial.opened.index):,} posters. A poster is called the same where "
        "it is the nearest by cosine with a closeness of "
        f"{LEAST_CLOSENESS:g} or more, or among the {LOOKED_AT} nearest with {COPY_CLOSENESS:g} or "
        f"more, or of nearly the same hash, and the details of both, laid upon each other, "
        f"correlate by {SAME_PICTURE:g} or more, in every area too.",
        *model_note(trial.opened.embedder.fingerprint),
        f"## Altered copies of {len(cards)} {split} posters",
        "Intervals are 95% bootstrap over posters; the time is a processor's, for all of it, "
        "embedding included.",
        table(["alteration", "hash alone", "recognised", "taken for another", "median time"], rows),
        "## The same within pictures of something more",
        "Located: the part found and the poster's own have nine tenths of what either covers in "
        "common. The aim is .95 named, .85 on a wall, none for another.",
        table(["around it", "located", "recognised", "taken for another", ""], around),
        "## Ordinary posters",
        "Of plain posters, and of the same cropped to other shapes or with a margin printed on "
        "them, the share of which only a part would be read, which is a fault. Rules and numbers "
        "were chosen on train and val; the time is that of looking, and finding nothing.",
        table(
            ["posters", "number", "read in part", "median time", ""],
            list(_ordinary(trial, films)),
        ),
        "## Posters of different films",
        table(
            ["pairs", "called the same", "same by pixels alone", "highest correlation", ""],
            list(_pairs(trial, cards, read_sequels(sequels) if sequels else {})),
        ),
    ]
    write_document(out, parts)


def _pairs(
    trial: Recognition, cards: Sequence[PosterCard], sequels: dict[str, list[str]]
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
    for name, pairs in (("sequels", series), ("posters and their nearest", nearest)):
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
