r"""The five papers' methods on the same posters, each in its own paper's metrics.

    python -m benchmarks.papers POSTERS --cache FOLDER [--stages NAME ...] [--subset N] \
        [--weights FILE] [--learned N] [--epochs N]

POSTERS holds movies.csv and images/. FOLDER, outside the repository, keeps every stage, so that an
interrupted run goes on where it stopped and the document can be written anew at once. Without
--stages all methods run but the networks and the autoencoder, which are learned only where named:
from the weights their papers took or from a file, from all training posters or from some.
`--stages document` writes the document from what is there. Writes docs/benchmarks/papers.md.
"""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.instruments.cached import examples_of, readings_of
from benchmarks.instruments.reporting import machine, write_document
from benchmarks.papers.benchmarking_paper import RECONSTRUCTIONS
from benchmarks.papers.document import parts
from benchmarks.papers.methods import OURS, PAPER_METHODS, PaperPosters, outcome
from benchmarks.papers.networks import (
    CLASSIFIERS,
    CODED,
    SINGLES,
    Course,
    classifier,
    reconstructions,
    single,
)
from embedder import Embedder
from onesheet.base.progress import progress_of

DOCUMENT = "document"
RUN_IF_NAMED = (*CODED, *CLASSIFIERS, *SINGLES)


@click.command()
@click.argument("posters", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option(
    "--stages", multiple=True, type=click.Choice([*PAPER_METHODS, *RUN_IF_NAMED, DOCUMENT])
)
@click.option("--weights", help="Of a network named in --stages: a file, or none.")
@click.option("--learned", type=click.IntRange(min=64), help="Posters a network learns from.")
@click.option("--epochs", type=click.IntRange(min=1), help="Of a network; else its paper's.")
@click.option("--subset", type=click.IntRange(min=500), help="Learn from so many training posters.")
@click.option("--model", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("docs/benchmarks/papers.md"),
    show_default=True,
)
def main(
    posters: Path,
    cache: Path,
    stages: tuple[str, ...],
    weights: str | None,
    learned: int | None,
    epochs: int | None,
    subset: int | None,
    model: Path | None,
    out: Path,
) -> None:
    """Run the methods and write the document."""
    embedder = Embedder.load(model)
    examples = examples_of(posters, cache)
    readings = readings_of(embedder, examples, cache)
    given = PaperPosters(readings, cache, embedder.fingerprint[:12], subset)
    wanted = [name for name in PAPER_METHODS if not stages or name in stages]
    wanted += [name for name in RUN_IF_NAMED if name in stages]
    course = Course(weights, learned, epochs)
    with progress_of("Methods") as progress:
        for done, name in enumerate(wanted):
            progress(done, len(wanted))
            if name in SINGLES:
                single(name, given, course)
            elif name in CLASSIFIERS:
                outcome(name, given, classifier(name, course), course.options())
            else:
                outcome(name, given, CODED.get(name))
    if stages and DOCUMENT not in stages:
        return
    rows = (*PAPER_METHODS, *CODED, *CLASSIFIERS)
    found = {name: outcome(name, given) for name in rows if given.has(name)}
    found[OURS] = outcome(OURS, given)
    if (picture := reconstructions(given)) is not None:
        picture.save(out.with_name(RECONSTRUCTIONS), optimize=True)
    write_document(out, [*parts(given, found, embedder, subset), machine()])


if __name__ == "__main__":
    main()
