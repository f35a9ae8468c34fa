"""keys: what the command makes, a server lets in."""

import json

from onesheet.storage.api_keys import PREFIX
from tests.cli.conftest import Run, one_line


def test_keys_are_made_listed_and_revoked(run: Run) -> None:
    assert "No program has a key" in run("keys", "list").stdout
    made = run("keys", "add", "nightly", "--scope", "upload", "--scope", "read")
    (key,) = made.stdout.splitlines()
    assert key.startswith(PREFIX)
    assert "only now" in made.stderr
    (listed,) = json.loads(run("keys", "list", "--json").stdout)
    assert (listed["name"], listed["scopes"]) == ("nightly", ["read", "upload"])
    assert key not in run("keys", "list").stdout
    assert "nightly  read, upload  since 20" in run("keys", "list").stdout
    again = run("keys", "add", "nightly", "--scope", "read", status=2)
    assert "already" in one_line(again)
    assert "Nobody comes in by nightly" in run("keys", "revoke", "nightly").stdout
    assert "no key nightly" in one_line(run("keys", "revoke", "nightly", status=2))
    run("keys", "add", "other", "--scope", "everything", status=2)
