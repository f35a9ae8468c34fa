"""One site on three web machines with empty folders, one PostgreSQL and one object store.

    python -m benchmarks.scale.several_machines postgresql://onesheet@/site s3://bucket/site \\
        --home HOME

The database and the place in the store must be empty; what is made there stays. Where the store is
and who may use it is in the environment, as for Onesheet itself. HOME is an instance with an index,
which is only read. Machines are processes on loopback, whose folders are empty at first. Writes
docs/benchmarks/several_machines.md.
"""

from __future__ import annotations

import dataclasses
import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import click
import httpx

from benchmarks.instruments.measuring import Row
from benchmarks.instruments.reporting import busy, machine, table, write_document
from benchmarks.scale.proxy import restarted_behind_caddy
from benchmarks.scale.visitors import Visitors, read_back, recommended
from benchmarks.scale.web_machines import Balancer, WebMachine, next_version
from catalog.database import connect
from catalog.images import to_webp
from demo import draw, films
from onesheet.instance import Instance
from onesheet.storage import schema
from onesheet.storage.file_places import file_store
from onesheet.storage.transfer import copy_database

MACHINES = 3
UPLOADED = 12
SEARCHABLE_SECONDS = 2.0
UNLIMITED = {
    f"ONESHEET_{each}_A_MINUTE": "0" for each in ("UPLOADS", "CHANGES", "RATINGS", "SUGGESTIONS")
}
"""All of the load comes from one address."""


def moved(home: Path, folder: Path) -> Instance:
    """An instance of the environment's database and store with all of HOME's films and files, and
    an index built for it; it stands for the machine on which the operator works."""
    shutil.copy(home / "onesheet.db", folder)
    source = connect(f"sqlite:///{folder / 'onesheet.db'}")
    schema.migrate(source)
    instance = Instance.at(folder / "operator")
    copy_database(source, instance.engine)
    source.dispose()
    posters = file_store(instance.home, "posters")
    for path in sorted((home / "posters").glob("*/*.webp")):
        posters.write(path.relative_to(home / "posters").as_posix(), path.read_bytes())
    for name in ("index", "model"):
        if (home / name).exists():
            shutil.copytree(home / name, instance.home.folder / name)
    instance.builder.build()
    return instance


def starting(machines: Sequence[WebMachine]) -> Row:
    seconds = []
    for each in machines:
        each.home.mkdir()
        begun = time.perf_counter()
        each.start()
        seconds.append(time.perf_counter() - begun)
    return Row(
        f"{len(machines)} machines with empty folders, from their start until they are ready",
        ", ".join(f"{each:.1f} s" for each in seconds),
    )


def shared_arms(machines: Sequence[WebMachine], posters: Sequence[bytes], rated: int) -> Row:
    """Ratings given to the first machine, and what each machine says of the arms right after."""

    def arms(each: WebMachine) -> dict[str, object]:
        found: dict[str, object] = httpx.get(f"{each.url}/api/v1/bandit", trust_env=False).json()
        return found

    first, before = machines[0], arms(machines[-1])
    with httpx.Client(base_url=first.url, timeout=60, trust_env=False) as client:
        for number in range(rated):
            said = recommended(client, posters[number % len(posters)])
            said.rate(client, ("good", "okay", "bad")[number % 3])
    after = [arms(each) for each in machines]
    same = all(each["arms"] == after[0]["arms"] for each in after)
    counted = [int(str(each["rated"])) - int(str(before["rated"])) for each in after]
    return Row(
        f"{rated} ratings given to one machine: counted by each right after the last",
        f"{', '.join(map(str, counted))}; the arms' values are {'the same' if same else 'not'}",
        f"{rated} by each",
        same and counted == [rated] * len(machines),
    )


def killed_machines(
    machines: Sequence[WebMachine], posters: Sequence[bytes], kills: int
) -> Iterator[Row]:
    """SIGKILL to one machine after the other while visitors upload and rate at all of them."""
    rng = random.Random(0)
    with Visitors(Balancer(machines), posters) as visitors:
        for number in range(kills):
            visitors.wait_for(rng.randrange(5, 15))
            machines[number % len(machines)].kill()
            visitors.wait_for(rng.randrange(5, 15))
            machines[number % len(machines)].start()
        visitors.wait_for(10)
    lost = read_back(machines, visitors.acknowledged)
    yield Row(
        f"{kills} times SIGKILL to a machine under load: acknowledged uploads and ratings",
        f"{len(lost)} of {len(visitors.acknowledged)} lost, asked of all machines; "
        f"{visitors.failed} of {visitors.requests} requests failed meanwhile",
        "none lost",
        not lost,
    )


def upgraded(
    machines: Sequence[WebMachine], posters: Sequence[bytes], instance: Instance, folder: Path
) -> Row:
    """The next version on one machine after another, each out of service meanwhile, under load."""
    newest, balancer = next_version(folder), Balancer(machines)
    with Visitors(balancer, posters) as visitors:
        visitors.wait_for(10)
        for each in machines:
            with balancer.without(each):
                each.stop()
                each.start(folder)
            visitors.wait_for(10)
    lost, at = read_back(machines, visitors.acknowledged), schema.revision(instance.engine)
    return Row(
        f"upgraded one by one to a version with the migration {newest}, which adds a column",
        f"{visitors.failed} of {visitors.requests} requests failed, {len(lost)} answers lost; the "
        f"database is at {at}",
        "none failed, none lost",
        not visitors.failed and not lost and at == newest,
    )


def added_films(machines: Sequence[WebMachine], instance: Instance, films_added: int) -> Row:
    """Films that the operator's machine adds, and when each web machine knows their posters."""
    longest = 0.0
    for number, film in enumerate(films(films_added, seed=99)):
        poster = to_webp(draw(film))
        record = dataclasses.replace(film.record, imdb_id=f"tt{9_100_000 + number}", invented=False)
        instance.catalog.add(record, poster, "drawn")
        begun = time.perf_counter()
        for each in machines:
            with httpx.Client(base_url=each.url, timeout=60, trust_env=False) as client:
                while recommended(client, poster).same_as != record.imdb_id:
                    if time.perf_counter() - begun > 60:
                        break
        longest = max(longest, time.perf_counter() - begun)
    return Row(
        f"{films_added} films added: until all machines, asked in turn, know the poster",
        f"{longest:.2f} s at most, with the time of their answers",
        f"<= {SEARCHABLE_SECONDS:g} s",
        longest <= SEARCHABLE_SECONDS,
    )


@click.command()
@click.argument("postgres")
@click.argument("files")
@click.option("--home", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--rated", default=60, show_default=True)
@click.option("--kills", default=12, show_default=True)
@click.option("--added", default=5, show_default=True, help="Films.")
@click.option(
    "--out", type=click.Path(path_type=Path), default="docs/benchmarks/several_machines.md"
)
def main(
    postgres: str, files: str, home: Path, rated: int, kills: int, added: int, out: Path
) -> None:
    """Measure and write the document."""
    warning = busy()
    posters = [to_webp(draw(film)) for film in films(UPLOADED, seed=7)]
    settings = {"ONESHEET_DATABASE_URL": postgres, "ONESHEET_FILES": files} | UNLIMITED
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, settings))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        instance = moved(home, folder)
        stack.callback(instance.close)
        machines = [WebMachine(folder / f"web{number + 1}") for number in range(MACHINES)]
        for each in machines:
            stack.callback(each.stop)
        rows = [
            starting(machines),
            shared_arms(machines, posters, rated),
            *killed_machines(machines, posters, kills),
            added_films(machines, instance, added),
            upgraded(machines, posters, instance, folder / "next"),
            restarted_behind_caddy(machines, posters, folder / "next", folder),
        ]
        count = instance.catalog.counts().posters
    write_document(
        out,
        [
            "# One site on several machines",
            "Made by `python -m benchmarks.scale.several_machines`. Three `onesheet serve` with a "
            "worker each and with folders that are empty at first, one PostgreSQL and one S3 "
            f"server, all on one machine over loopback; {count} posters. {len(posters)} drawn "
            "posters are uploaded in turn by visitors who rate what they get, and look at the page "
            "and at their upload. What shares the requests out takes a machine out of service, "
            "waits for its answers, and puts it back once `/readyz` is well, as proxies do.",
            machine(),
            *([warning] if warning else []),
            table(["what", "measured", "target", ""], (row.cells() for row in rows)),
        ],
    )


if __name__ == "__main__":
    main()
