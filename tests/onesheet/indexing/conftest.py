"""One instance in two processes, and what happens to its catalogue."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from catalog.database import connect, reading
from index import Metric, PosterIndex, prune
from index.copies import IndexCopies
from onesheet.base import child_process
from onesheet.base.home import Home
from onesheet.base.settings import PGVECTOR, Settings
from onesheet.indexing import object_indexes
from onesheet.indexing.copy_upkeep import CopyUpkeep
from onesheet.indexing.stores import index_store
from onesheet.instance import Instance
from onesheet.queries.query import from_upload
from onesheet.storage.file_places import file_store
from onesheet.storage.transfer import copy_database
from tests.conftest import drawn, drawn_bytes, movie
from tests.object_store import ObjectStore
from tests.postgres import Postgres

Start = Callable[[str], Instance]
COPYING = Settings(vectors=PGVECTOR, vectors_copy=True)


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    instance = Instance(Home(home))
    yield instance
    instance.close()


@pytest.fixture
def other(home: Path) -> Iterator[Instance]:
    """A second worker over the same home."""
    other = Instance(Home(home))
    yield other
    other.close()


@pytest.fixture
def start(
    home: Path,
    tmp_path: Path,
    postgres: Postgres,
    object_store: ObjectStore,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Start]:
    """Starts a machine with a folder of its own: that of `one` has a model, and the others' are
    empty. PostgreSQL has the rows, an object store all files."""
    monkeypatch.setattr(object_indexes, "LOOK_SECONDS", 0.0)
    url, settings = postgres.url(), Settings(files=object_store.address())
    source, target = connect(Home(home).database_url), connect(url)
    copy_database(source, target)
    source.dispose()
    target.dispose()
    posters = file_store(Home(home, url, settings=settings), "posters")
    for path in (home / "posters").glob("*/*.webp"):
        posters.write(f"{path.parent.name}/{path.name}", path.read_bytes())
    started: list[Instance] = []

    def start(name: str) -> Instance:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        if name == "one":
            shutil.copytree(home / "model", folder / "model", dirs_exist_ok=True)
        started.append(Instance(Home(folder, url, settings=settings)))
        return started[-1]

    yield start
    for instance in started:
        instance.close()


@pytest.fixture
def chosen(home: Path, postgres: Postgres) -> Iterator[Instance]:
    """An instance that moved to PostgreSQL, with its vectors not there yet."""
    url = postgres.url()
    source, target = connect(Home(home).database_url), connect(url)
    copy_database(source, target)
    source.dispose()
    target.dispose()
    instance = Instance(Home(home, url, settings=Settings(vectors=PGVECTOR)))
    yield instance
    instance.close()


def add(instance: Instance, number: int) -> int:
    """A film that is not in the catalogue yet; its poster's id."""
    poster = instance.catalog.add(movie(number), drawn_bytes(number), "drawn").poster_id
    assert poster is not None
    return poster


def same_as(instance: Instance, number: int) -> str | None:
    """The film that a worker knows the drawn poster of a number to be."""
    answer = instance.recommender.recommend(from_upload(drawn_bytes(number)))
    return answer.same_as.imdb_id if answer.same_as else None


def rows(instance: Instance) -> int:
    with reading(instance.engine) as session:
        return session.scalar(text("SELECT count(*) FROM index_change")) or 0


def refuses(worker: Instance) -> bool:
    """Whether it has found, asked once more, that it cannot use the index that is named."""
    worker.index()
    return worker.live()._refused is not None


def until(condition: Callable[[], bool], seconds: float = 300) -> None:
    """Wait for what another thread does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def during_a_build(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen once the next build has read the catalogue."""
    build, left = PosterIndex.build, [happens]

    def slow(*args: object, **options: object) -> PosterIndex:
        if left:
            left.pop()()
        return build(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(PosterIndex, "build", slow)


def swapped_once_asked(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> str:
    """The present index, gone once somebody has read its name and looks for its folder."""
    index, root = instance.index(), instance.home.indexes
    farther = 1.5 * index.embeddings(index.poster_ids)
    is_dir, left = Path.is_dir, [1]

    def swapped(path: Path) -> bool:
        if path.parent == root and left:
            left.clear()
            PosterIndex.build(root, index.poster_ids, farther, model=index.manifest.model)
            prune(root)
        return is_dir(path)

    monkeypatch.setattr(Path, "is_dir", swapped)
    return index.manifest.fingerprint


@pytest.fixture
def machine(chosen: Instance) -> Iterator[Instance]:
    """Its index is in PostgreSQL, and opened."""
    machine = Instance(Home(chosen.home.folder, chosen.home.database, settings=COPYING))
    machine.builder.build()
    assert machine.index()
    yield machine
    machine.close()


@pytest.fixture
def made_here(machine: Instance, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the process does that makes a copy is done here; how often, as its length."""
    made: list[int] = []

    def run(command: tuple[str, ...], environment: dict[str, str]) -> int:
        assert command[-1] == str(machine.home.folder)
        engine = connect(environment["ONESHEET_DATABASE_URL"])
        store = index_store(machine.home, engine)
        store.load()
        copies_of(store).make()
        engine.dispose()
        made.append(0)
        return 0

    monkeypatch.setattr(child_process, "run", run)
    return made


def copies_of(store: Any) -> IndexCopies:
    assert isinstance(store.copies, IndexCopies)
    return store.copies


def upkeep_of(machine: Instance) -> CopyUpkeep:
    return CopyUpkeep(machine.home, copies_of(machine.live().store))


def copied(machine: Instance) -> bool:
    return copies_of(machine.live().store).wanted() is None


def answers(machine: Instance) -> Any:
    (vector,) = machine.embedder().read([drawn(999)]).embeddings
    return machine.index().search_each(vector, dict.fromkeys(Metric, 7))
