from hashlib import sha256

from onesheet.uploads.ownership import UNCLAIMED, Ownership, digest, new_key


def test_every_key_is_new_and_its_digest_gives_it_to_nobody() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    for key in keys:
        assert len(key) >= 32
        assert digest(key) == sha256(key.encode()).hexdigest()


def test_what_comes_by_the_command_line_is_kept_and_nobodys() -> None:
    assert Ownership(keep=True, owner=None, root=None, expires=None) == UNCLAIMED
