"""Losses of power: whatever was not flushed to the disk is gone, and the program with it."""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from catalog.images import content_hash

DISK = Path(__file__).with_name("fsynced_only.c")
MOST_ACKNOWLEDGED = 12
"""Acknowledgements before a cut, at most."""


@dataclass
class CutOutcome:
    """How many uploads and ratings were acknowledged before the cuts, and those that were lost."""

    cuts: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)


def compiler() -> str | None:
    """What compiles the disk; None where there is none, or no Linux."""
    return shutil.which("cc") if sys.platform == "linux" else None


def cut_often(home: Path, poster: Path, scratch: Path, cuts: int, rng: random.Random) -> CutOutcome:
    """Cut the power so often, each time with what the disk had kept of the time before.

    Raises RuntimeError where a database is damaged afterwards."""
    disk, outcome, present = _compiled(scratch), CutOutcome(), home
    said: list[str] = []
    for number in range(cuts):
        live, kept = scratch / f"live-{number}", scratch / f"kept-{number}"
        shutil.copytree(present, live)
        _flushed_whole(live, kept)
        said += _run_and_cut(live, kept, poster, disk, rng.randint(1, MOST_ACKNOWLEDGED))
        present = kept / "tree"
        outcome.cuts += 1
        outcome.acknowledged = len(said)
        outcome.lost = _lost(present, said)  # those of the cuts before, too
        shutil.rmtree(live)
        if number:
            shutil.rmtree(scratch / f"kept-{number - 1}")
    return outcome


def _run_and_cut(live: Path, kept: Path, poster: Path, disk: Path, lines: int) -> list[str]:
    """Let it upload and rate, cut after so many acknowledgements, and return all there were."""
    command = [sys.executable, "-m", "benchmarks.endurance.uploader", str(live), str(poster)]
    setting = {"LD_PRELOAD": str(disk), "KEPT_FROM": str(live), "KEPT_TO": str(kept)}
    with subprocess.Popen(
        command, env=os.environ | setting, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(lines)]
        with _stopped(kept):
            process.kill()
            said += process.stdout.readlines()
    if not all(said[:lines]):
        raise RuntimeError("the uploader ended by itself")
    return [line.strip() for line in said if line.endswith("\n")]


@contextmanager
def _stopped(kept: Path) -> Iterator[None]:
    """While nothing more is kept."""
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _flushed_whole(live: Path, kept: Path) -> None:
    """All that is there before counts as flushed."""
    (kept / "inodes").mkdir(parents=True)
    for path in (live, *live.rglob("*")):
        there = kept / "tree" / path.relative_to(live)
        if path.is_dir():
            there.mkdir(parents=True)
        else:
            inode = kept / "inodes" / str(path.stat().st_ino)
            shutil.copyfile(path, inode)
            there.hardlink_to(inode)


def _lost(home: Path, said: list[str]) -> list[str]:
    """The acknowledgements that the disk does not bear out. Opening the database recovers it."""
    lost = []
    with closing(sqlite3.connect(home / "onesheet.db")) as database:
        if database.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise RuntimeError("the database is damaged")
        query = "SELECT rating, json_extract(payload, '$.file_digest') FROM recommendations"
        for line in said:
            what, name = line.split()
            found = database.execute(f"{query} WHERE id = ?", (name,)).fetchone()
            picture = home / "uploads" / f"{name}.jpg"
            whole = found and picture.is_file() and content_hash(picture.read_bytes()) == found[1]
            if not whole or (what == "rated" and found[0] != "good"):
                lost.append(line)
    return lost


def _compiled(scratch: Path) -> Path:
    library = scratch / "fsynced_only.so"
    cc = compiler()
    assert cc is not None
    subprocess.run([cc, "-O1", "-shared", "-fPIC", "-o", library, DISK, "-ldl"], check=True)
    return library
