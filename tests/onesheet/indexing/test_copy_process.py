"""What the process that makes a copy does, done here; test_copy_upkeep.py has a real one."""

import os
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from index.copies import IndexCopies
from onesheet.base import child_process
from onesheet.base.home import DATABASE_VARIABLE, Home
from onesheet.base.settings import PGVECTOR, VECTORS_COPY, VECTORS_IN
from onesheet.indexing import copy_process
from onesheet.instance import Instance


@pytest.fixture
def process(chosen: Instance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[int]:
    """How far it gives way, which is not tried here."""
    chosen.builder.build()
    nice: list[int] = []
    monkeypatch.setattr(os, "nice", nice.append, raising=False)
    monkeypatch.setattr(child_process, "end_with_parent", lambda: None)
    monkeypatch.setattr(copy_process, "OOM_SCORE", tmp_path / "oom_score_adj")
    monkeypatch.setattr(sys, "argv", ["copy_process", str(chosen.home.folder)])
    for name, said in ((DATABASE_VARIABLE, chosen.home.database or ""), (VECTORS_IN, PGVECTOR)):
        monkeypatch.setenv(name, said)
    monkeypatch.setenv(VECTORS_COPY, "on")
    return nice


def test_a_copy_is_made_once_by_who_gives_way(
    process: list[int], chosen: Instance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy_process.main()
    (copy,) = Home.at(chosen.home.folder).vector_copies.glob("[!.]*")
    assert copy.name == chosen.index().manifest.fingerprint
    assert (tmp_path / "oom_score_adj").read_text() == "1000"
    assert process == ([] if sys.platform == "win32" else [10])
    monkeypatch.setattr(IndexCopies, "make", lambda _: pytest.fail("it is there"))
    copy_process.main()


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (MemoryError(), "the index is not copied: MemoryError"),
        (RuntimeError("FAISS is ill"), "the index is not copied: FAISS is ill"),
        (KeyboardInterrupt(), ""),
    ],
)
def test_what_ends_it_is_no_traceback(
    process: list[int],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    raised: BaseException,
    said: str,
) -> None:
    def fails(_: IndexCopies) -> NoReturn:
        raise raised

    monkeypatch.setattr(IndexCopies, "make", fails)
    with pytest.raises(SystemExit) as ended:
        copy_process.main()
    assert ended.value.code == 1
    assert [each.message for each in caplog.records] == ([said] if said else [])
