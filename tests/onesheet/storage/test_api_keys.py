"""Keys of programs: made, listed, found and revoked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.database import connect
from onesheet.storage import schema
from onesheet.storage.api_keys import PREFIX, APIKeys, KeyNameError, Scope


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[APIKeys]:
    engine = connect(f"sqlite:///{tmp_path / 'onesheet.db'}")
    schema.migrate(engine)
    yield APIKeys(engine)
    engine.dispose()


def test_a_key_is_found_by_itself_until_it_is_revoked(keys: APIKeys, tmp_path: Path) -> None:
    key = keys.add("nightly", [Scope.UPLOAD, Scope.READ])
    other = keys.add("watch", [Scope.READ])
    found = keys.find(key)
    assert found is not None
    assert found.name == "nightly"
    assert found.scopes == {Scope.READ, Scope.UPLOAD}
    assert [each.name for each in keys.all()] == ["nightly", "watch"]
    for wrong in (key[:-1], key + "x", key.removeprefix(PREFIX), PREFIX, "nightly", ""):
        assert keys.find(wrong) is None
    keys.revoke("nightly")
    assert keys.find(key) is None
    assert keys.find(other) is not None
    files = b"".join(path.read_bytes() for path in tmp_path.glob("onesheet.db*"))
    assert key.removeprefix(PREFIX).encode() not in files, "only its digest is kept"


def test_names_that_are_taken_unknown_or_none_are_refused(keys: APIKeys) -> None:
    keys.add("nightly", [Scope.READ])
    with pytest.raises(KeyNameError, match="already"):
        keys.add("nightly", [Scope.READ])
    with pytest.raises(KeyNameError, match="no key other"):
        keys.revoke("other")
    for name in ("", "Big", "-x", "a b", "a" * 61, "a\n"):
        with pytest.raises(KeyNameError, match="small letters"):
            keys.add(name, [Scope.READ])
    with pytest.raises(ValueError, match="scope"):
        keys.add("idle", [])
