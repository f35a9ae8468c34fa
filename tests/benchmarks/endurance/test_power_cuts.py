import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.endurance import power_cuts
from catalog.images import content_hash


def test_an_upload_that_a_later_cut_takes_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, names = tmp_path / "home", iter("abc")
    (home / "uploads").mkdir(parents=True)
    with closing(sqlite3.connect(home / "onesheet.db")) as database:
        database.execute("CREATE TABLE recommendations (id, rating, payload)")

    def cut(live: Path, kept: Path, *_: object) -> list[str]:
        name, tree = next(names), kept / "tree"
        if name == "b":
            (tree / "uploads" / "a.jpg").unlink()
        (tree / "uploads" / f"{name}.jpg").write_bytes(name.encode())
        with closing(sqlite3.connect(tree / "onesheet.db")) as database, database:
            payload = json.dumps({"file_digest": content_hash(name.encode())})
            database.execute("INSERT INTO recommendations VALUES (?, NULL, ?)", (name, payload))
        return [f"uploaded {name}"]

    monkeypatch.setattr(power_cuts, "_compiled", lambda scratch: scratch)
    monkeypatch.setattr(power_cuts, "_run_and_cut", cut)
    found = power_cuts.cut_often(home, home, tmp_path / "scratch", 3, random.Random(0))
    assert (found.cuts, found.acknowledged, found.lost) == (3, 3, ["uploaded a"])
