"""Posters read and stored by a real Ray: all tests that need one, so that it starts once.

They take seconds each, most of which Ray's processes take to start.
"""

import dataclasses
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from catalog.files import PosterFiles
from index import IndexFolderError
from onesheet.base.home import DATABASE_VARIABLE, Home
from onesheet.cluster.connection import RayCluster
from onesheet.cluster.picture_actor import PictureActor, ReadingJob, WorkerAnswer
from onesheet.cluster.pictures import RayPictures
from onesheet.indexing import poster_reader
from onesheet.indexing.picture_reading import OwnCores, PictureBatch
from onesheet.instance import Instance
from tests.benchmarks.script import run as run_benchmark
from tests.cli.conftest import Run
from tests.conftest import drawn_bytes
from tests.onesheet.indexing.conftest import until
from tests.onesheet.indexing.test_poster_reader import forget_impressions
from tests.postgres import of_sqlite
from tests.ray_cluster import TRIES

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

ONE = RayCluster(workers=1, machines=1)


class FrailActor(PictureActor):
    """Dies with its process, once, of the fourth batch."""

    def answer(self, job: ReadingJob) -> WorkerAnswer:
        grave = self._place.folder / "grave"
        if job.first == 24 and not grave.exists():
            grave.touch()
            os._exit(1)
        return super().answer(job)


@of_sqlite
def test_ray_builds_the_index_that_threads_build(ray_here: None, run: Run) -> None:
    instance = Instance(Home(run.home))
    before = instance.index()
    impressions = instance.impressions.kept(hashes(instance))
    forget_impressions(instance)
    told = run("index", "--anew", "--no-map", "--engine", "ray", "--workers", 2)
    assert "Ray works with 2 processes on 1 machine." in told.stderr
    assert "Ray read 80 posters in " in told.stderr
    assert "Indexed 80 posters" in told.stdout
    after = instance.index()
    assert after.poster_ids.tolist() == before.poster_ids.tolist()
    ids = before.poster_ids
    np.testing.assert_array_equal(after.embeddings(ids), before.embeddings(ids))
    assert instance.impressions.kept(hashes(instance)) == impressions
    again = run("index", "--no-map", "--engine", "ray")
    assert "Ray had no poster to read" in again.stderr, "what the index has is taken over"
    instance.close()


def test_a_build_goes_on_after_an_interruption_and_after_a_process_died(
    ray_here: None, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = instance.index().poster_ids
    before = instance.index().embeddings(ids)
    shutil.rmtree(instance.home.indexes)
    later = Instance(instance.home)
    monkeypatch.setattr(poster_reader, "CHECKPOINT", 8)

    class Interrupted(OwnCores):
        def read(self, *arguments: Any) -> Generator[PictureBatch]:
            yield next(super().read(*arguments))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        later.builder.build(engine=Interrupted(PosterFiles(instance.poster_files)))
    engine = RayPictures(ONE, instance.home)
    engine.actor = FrailActor
    index = later.builder.build(engine=engine)
    later.close()
    assert (instance.home.folder / "grave").exists(), "a process died"
    assert "Ray read 72 posters" in (engine.report() or ""), "eight were read before"
    np.testing.assert_array_equal(index.embeddings(ids), before)


def test_ray_imports_what_threads_import(
    ray_here: None, run: Run, tmp_path: Path, new_poster: bytes
) -> None:
    films = tmp_path / "films"
    films.mkdir()
    for number in range(1, 12):
        (films / f"tt{number:07}.webp").write_bytes(drawn_bytes(number))
    (films / "tt0000012.png").write_bytes(new_poster)
    (films / "tt0000013.jpg").write_bytes(b"torn")
    by_ray, by_threads = Run(tmp_path / "ray"), Run(tmp_path / "threads")
    told = [
        by_ray("import", films, "--engine", "ray", "--workers", 2),
        by_threads("import", films),
    ]
    assert told[0].stdout == told[1].stdout
    assert "Added 12, updated 0, unchanged 0, skipped 1." in told[0].stdout
    assert "tt0000013.jpg: " in told[0].stderr
    assert known(by_ray) == known(by_threads)
    again = by_ray("import", films, "--engine", "ray")
    assert "Added 0, updated 0, unchanged 12, skipped 1." in again.stdout


def test_a_client_of_a_cluster_has_it_build_the_index(ray_here: None, run: Run) -> None:
    before = known(run)
    with client_server() as address:
        command = [sys.executable, "-m", "cli", "--home", str(run.home), "index", "--anew"]
        told = subprocess.run(
            [*command, "--no-map", "--engine", "ray", "--ray-address", address, "--workers", "1"],
            capture_output=True,
            text=True,
            env=os.environ | {DATABASE_VARIABLE: str(Home(run.home).database_url)},
        )
    assert told.returncode == 0, told.stderr
    assert "Ray read 80 posters in " in told.stderr
    assert "Indexed 80 posters" in told.stdout
    assert known(run) == before


def test_ray_build(ray_here: None, posters: Path, out: Path) -> None:
    run_benchmark("scale.ray_build", posters, "--posters", 40, "--rounds", 1, "--out", out)
    said = out.read_text()
    assert re.search(r"efficiency of two, Ray \| \d\.\d\d ", said)
    assert re.search(r"importing: Ray, 2 workers \| \d+ posters/s", said)


@contextmanager
def client_server() -> Iterator[str]:
    """Where the Ray of the tests takes clients, as `ray start` would have it."""
    import ray

    cluster = ray.get_runtime_context().gcs_address
    command = [sys.executable, "-m", "ray.util.client.server", f"--address={cluster}"]
    for _ in range(TRIES):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = int(server.getsockname()[1])
        with subprocess.Popen(
            [*command, "--host=127.0.0.1", f"--port={port}", "--mode=specific-server"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                until(partial(ended_or_answers, process, port))
                if process.poll() is None:  # else another one has the port by now
                    yield f"ray://127.0.0.1:{port}"
                    return
            finally:
                process.terminate()
    pytest.fail("Ray takes no clients here")


def ended_or_answers(process: subprocess.Popen[bytes], port: int) -> bool:
    return process.poll() is not None or answers(port)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def known(run: Run) -> object:
    """What an instance has of its posters, and the files that it has."""
    instance = Instance(Home(run.home))
    cards = [dataclasses.astuple(card) for card in instance.catalog.all_cards()]
    files = {entry.name: entry.size for entry in instance.poster_files.entries()}
    try:
        index = instance.index()
        return cards, files, index.embeddings(index.poster_ids).tobytes()
    except IndexFolderError:
        return cards, files
    finally:
        instance.close()


def hashes(instance: Instance) -> list[str]:
    return [card.content_hash for card in instance.catalog.all_cards()]
