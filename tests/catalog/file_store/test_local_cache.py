import errno
import os
import time
from functools import partial
from pathlib import Path

import pytest

from catalog.file_store.local_cache import LocalCache
from catalog.flushing import UnwritableError


def filled(cache: LocalCache, name: str, size: int = 100, *, used: float = 0) -> None:
    """A copy that was last used so many seconds ago."""
    cache.take(name, lambda into: into.write_bytes(bytes(size)))
    os.utime(cache.path(name), (time.time() - used,) * 2)


def there(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()} - {".lock"}


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    cache = LocalCache(tmp_path, 300)
    for age, name in ((3000, "b"), (2000, "c"), (4000, "d/a")):
        filled(cache, name, used=age)
    assert cache.has("b")  # and is used now
    filled(cache, "new")
    assert there(tmp_path) == {"b", "new"}


def test_what_was_just_used_stays_whatever_its_size(tmp_path: Path) -> None:
    cache = LocalCache(tmp_path, 300)
    for name in "abcd":
        filled(cache, name)
    assert there(tmp_path) == {*"abcd"}


def test_a_cache_without_a_bound_keeps_all(tmp_path: Path) -> None:
    cache = LocalCache(tmp_path)
    for name in "abcd":
        filled(cache, name, used=9000)
    assert there(tmp_path) == {*"abcd"}


def test_a_copy_that_may_not_be_kept_is_not_used_and_then_removed(tmp_path: Path) -> None:
    cache = LocalCache(tmp_path, kept_seconds=60)
    filled(cache, "fresh")
    filled(cache, "stale", used=61)
    filled(cache, "old", used=121)
    assert cache.has("fresh")
    assert not cache.has("stale")
    cache.forget_old()
    assert there(tmp_path) == {"fresh", "stale"}


def test_a_copy_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []

    def fsync(file: int) -> None:
        assert there(tmp_path) == {path.name for path in tmp_path.glob(".partial-*")}
        flushed.append(os.fstat(file).st_size)

    monkeypatch.setattr(os, "fsync", fsync)
    filled(LocalCache(tmp_path), "a")
    assert flushed == [100]


def test_an_empty_copy_is_none(tmp_path: Path) -> None:
    cache = LocalCache(tmp_path)
    filled(cache, "a", 0)
    assert not cache.has("a")


def test_a_copy_that_is_used_while_room_is_made_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, listed = LocalCache(tmp_path, 300), LocalCache._copies

    def and_then_used(self: LocalCache) -> list[tuple[Path, float, int]]:
        found = listed(self)
        assert cache.has("b")
        return found

    for age, name in ((4000, "b"), (3000, "c"), (2000, "d")):
        filled(cache, name, used=age)
    monkeypatch.setattr(LocalCache, "_copies", and_then_used)
    filled(cache, "new")
    assert there(tmp_path) == {"b", "new"}


def test_a_copy_that_fails_leaves_nothing(tmp_path: Path) -> None:
    cache = LocalCache(tmp_path)

    def fails(into: Path) -> None:
        into.write_bytes(b"half")
        raise ValueError

    with pytest.raises(ValueError):
        cache.take("a", fails)
    assert there(tmp_path) == set()
    assert not cache.has("a")


@pytest.mark.parametrize("why", [errno.EPERM, errno.EROFS])
def test_a_copy_whose_use_cannot_be_noted_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: int
) -> None:
    cache = LocalCache(tmp_path)
    filled(cache, "another's", used=3000)

    def refuses(path: Path) -> None:
        raise OSError(why, os.strerror(why), str(path))

    monkeypatch.setattr(os, "utime", refuses)
    assert cache.has("another's")


def test_a_disk_that_takes_no_copy_is_told_apart_from_what_fills_it(tmp_path: Path) -> None:
    def fails(into: Path, error: OSError) -> None:
        raise error

    cache = LocalCache(tmp_path / "cache")
    ours = (OSError(errno.ENOSPC, "full"), OSError(errno.EACCES, "no", str(tmp_path / "cache/b")))
    for error in ours:
        with pytest.raises(UnwritableError, match=f"cannot write to {tmp_path / 'cache'}: "):
            cache.take("a", partial(fails, error=error))
    for error in (PermissionError("the bucket refuses"), OSError(errno.EBUSY, "slow down", "/b/a")):
        with pytest.raises(OSError, match=str(error.args[-1])) as caught:
            cache.take("a", partial(fails, error=error))
        assert caught.value is error
    (tmp_path / "file").touch()
    with pytest.raises(UnwritableError):
        filled(LocalCache(tmp_path / "file"), "a")
