r"""The five papers' methods on the same posters, each in its own paper's metrics.

    python -m benchmarks.papers POSTERS --cache FOLDER [--stages NAME ...] [--subset N] \
        [--weights FILE]

POSTERS holds movies.csv and images/. FOLDER, outside the repository, keeps every stage, so that an
interrupted run goes on where it stopped and the document can be written anew at once. Without
--stages all methods run but the networks, which are learned only where named, from the weights
their papers took or from a file; `--stages document` writes the document from what is there. Writes
docs/benchmarks/papers.md.
"""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.cached import examples_of, readings_of
from benchmarks.papers_document import parts
from benchmarks.papers_methods import METHODS, NETWORKS, OURS, Posters, network, outcome
from benchmarks.reporting import machine, write_document
from embedder import Embedder
from webapp.progress import progress_of

DOCUMENT = "document"


@click.command()
@click.argument("posters", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--stages", multiple=True, type=click.Choice([*METHODS, *NETWORKS, DOCUMENT]))
@click.option("--weights", help="Of a network named in --stages: a file, or none.")
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
    subset: int | None,
    model: Path | None,
    out: Path,
) -> None:
    """Run the methods and write the document."""
    embedder = Embedder.load(model)
    examples = examples_of(posters, cache)
    readings = readings_of(embedder, examples, cache)
    given = Posters(readings, cache / embedder.fingerprint[:12], subset)
    wanted = [name for name in METHODS if not stages or name in stages]
    wanted += [name for name in NETWORKS if name in stages]
    with progress_of("Methods") as progress:
        for done, name in enumerate(wanted):
            progress(done, len(wanted))
            outcome(name, given, network(name, weights) if name in NETWORKS else None)
    if stages and DOCUMENT not in stages:
        return
    found = {name: outcome(name, given) for name in (*METHODS, *NETWORKS) if given.has(name)}
    found[OURS] = outcome(OURS, given)
    write_document(out, [*parts(given, found, embedder, subset), machine()])


if __name__ == "__main__":
    main()
