import os
import time
from pathlib import Path

import pytest

from catalog.file_store.local_cache import LocalCache


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


def test_a_copy_that_fails_leaves_nothing(tmp_path: Path) -> None:
    cache = LocalCache(tmp_path)

    def fails(into: Path) -> None:
        into.write_bytes(b"half")
        raise ValueError

    with pytest.raises(ValueError):
        cache.take("a", fails)
    assert there(tmp_path) == set()
    assert not cache.has("a")
