"""What is particular to an object store: this machine's copies, and a store that is away."""

import errno
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import fsspec
import pytest

from catalog.file_store import UnreachableError, object_files
from catalog.file_store.local_cache import LocalCache
from catalog.file_store.object_files import OPTIONS, ObjectFiles
from catalog.flushing import UnwritableError
from tests.object_store import KIND, ObjectStore


@pytest.fixture
def store(object_store: ObjectStore, tmp_path: Path) -> ObjectFiles:
    return ObjectFiles(object_store.address(), LocalCache(tmp_path))


def test_a_copy_is_used_without_asking_the_store(
    store: ObjectFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write("a", b"1")
    store.path("a").unlink()
    assert store.path("a").read_bytes() == b"1"
    monkeypatch.setattr(ObjectFiles, "_system", property(lambda self: pytest.fail("asked")))
    assert store.path("a").read_bytes() == b"1"


@pytest.mark.skipif(KIND != "s3", reason="of s3fs alone")
def test_a_file_that_comes_while_nothing_is_listed_yet_is_not_taken_for_a_folder(
    store: ObjectFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write("a", b"1")

    async def before(*_: object, **named: object) -> list[object]:
        return []

    # Where a listing is empty, s3fs asks what is there: by now a prefix with objects.
    monkeypatch.setattr("s3fs.S3FileSystem._lsdir", before)
    assert list(store.entries()) == []


def test_what_is_read_is_the_stores_and_not_the_copy(store: ObjectFiles) -> None:
    store.write("a", b"1")
    store.path("a").write_bytes(b"changed on this disk")
    assert store.read("a") == b"1"


def test_a_disk_that_takes_no_copy_is_no_store_that_is_away(
    store: ObjectFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("catalog.file_store.local_cache.flush_path", full)
    store.write("a", b"1")
    with pytest.raises(UnwritableError, match="cannot write to"):
        store.path("a")
    assert store.read("a") == b"1"


def test_a_bucket_that_is_not_there_is_told_of(store: ObjectFiles, tmp_path: Path) -> None:
    lacking = ObjectFiles(f"{KIND}://no-such-bucket/site", LocalCache(tmp_path / "copies"))
    (tmp_path / "c").write_bytes(b"1")
    for asks in (
        lambda: lacking.write("a", b"1"),
        lambda: lacking.write("a", tmp_path / "c"),
        lambda: lacking.create("a", b"1"),
        lambda: lacking.read("a"),
        lambda: lacking.path("a"),
        lambda: lacking.entry("a"),
        lambda: lacking.move("a", "b"),
        lambda: lacking.whole(["a"], lambda path: True),
        lambda: list(lacking.entries()),
        lacking.reach,
    ):
        with pytest.raises(UnreachableError, match=rf"^{KIND}://no-such-bucket/site [^\n]+$"):
            asks()


def test_an_empty_place_can_be_reached(store: ObjectFiles) -> None:
    store.reach()


@pytest.fixture
def silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[socket.socket]]:
    """The connections to a store that takes them and never answers."""
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "silent")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "silent")
        fsspec.get_filesystem_class("s3").clear_instance_cache()

        def take() -> None:
            with suppress(OSError):  # closed
                while True:
                    taken.append(server.accept()[0])

        thread = threading.Thread(target=take)
        thread.start()
        yield taken
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
    for each in taken:
        each.close()
    fsspec.get_filesystem_class("s3").clear_instance_cache()


def test_a_store_that_never_answers_is_given_up_after_few_tries(
    silent: list[socket.socket], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(OPTIONS["s3"]["config_kwargs"], "read_timeout", 0.1)
    with pytest.raises(UnreachableError):
        ObjectFiles("s3://bucket/site", LocalCache(tmp_path)).read("a")
    assert 1 <= len(silent) <= 4


def test_whether_a_store_can_be_reached_is_told_within_its_time(
    silent: list[socket.socket], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(object_files, "ANSWER_SECONDS", 0.1)
    monkeypatch.setitem(OPTIONS["s3"]["config_kwargs"], "read_timeout", 3600)
    with pytest.raises(UnreachableError, match="s3://bucket/site cannot be used: "):
        ObjectFiles("s3://bucket/site", LocalCache(tmp_path)).reach()


def test_a_store_that_is_away_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "away")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "away")
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        away = ObjectFiles("s3://bucket/site", LocalCache(tmp_path))
        with pytest.raises(UnreachableError, match="s3://bucket/site cannot be used"):
            away.read("a")
        with pytest.raises(UnreachableError):
            away.write("a", b"1")
        with pytest.raises(UnreachableError):
            away.path("a")
    fsspec.get_filesystem_class("s3").clear_instance_cache()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_store_that_was_used_before_a_fork_is_used_after_it(store: ObjectFiles) -> None:
    store.write("a", b"1")
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.alarm(300)  # seconds; nobody else would end it where it hangs
            status = 0 if store.read("a") == b"1" else 1
        finally:
            os._exit(status)  # or it would go on with the tests
    assert os.waitpid(child, 0)[1] == 0
    assert store.read("a") == b"1"
