"""What a process that serves does before its first request, and beside its requests."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from flask import Flask

from catalog.file_store import FolderFiles, UnreachableError
from onesheet.base.secret import SECRET
from tests.absence import absent
from tests.webapp.server_process import ROOT
from webapp import process_duties
from webapp.app import create_app
from webapp.http import site_secret
from webapp.process_duties import look_after, warm


@pytest.fixture
def silent(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application whose object store takes connections and never answers."""
    if find_spec("s3fs") is None:
        absent("no object store can be asked here: s3fs is not installed")
    from catalog.file_store.object_files import ObjectFiles

    def away(self: ObjectFiles) -> None:
        raise UnreachableError("no answer")

    monkeypatch.setenv("ONESHEET_FILES", "s3://bucket/site")
    monkeypatch.setattr(ObjectFiles, "reach", away)
    monkeypatch.setattr(ObjectFiles, "read", lambda *_: pytest.fail("whoever reads waits for 40 s"))
    app = create_app(home, TESTING=True)
    yield app
    app.extensions["onesheet"].close()


def test_a_worker_begins_though_its_store_never_answers(
    silent: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    warm(silent)
    assert "not ready: no answer" in caplog.text


def test_a_server_signs_with_the_sites_secret_once_its_store_answers(
    silent: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_on: dict[str, Callable[[], None]] = {}
    monkeypatch.setattr(
        process_duties, "_keep_on", lambda work, pause: kept_on.update({work.__name__: work})
    )
    look_after(silent)
    before = silent.secret_key
    kept_on["sign"]()
    assert silent.secret_key == before
    files = FolderFiles(tmp_path / "site")
    monkeypatch.setattr(site_secret, "file_store", lambda home, kind: files)
    for _ in range(2):
        kept_on["sign"]()
        assert silent.secret_key == files.read(SECRET)


PAGES = """
import gc
from webapp.process_duties import _collect_seldom
class Page:
    waiting = 0
    def __init__(self):
        Page.waiting += 1
        self.itself, self.parts = self, [[] for _ in range(3000)]
    def __del__(self):
        Page.waiting -= 1
_collect_seldom()
most = 0
for _ in range(2000):
    page = Page()
    most = max(most, Page.waiting)
print(most)
"""


@pytest.mark.slow
def test_a_page_that_is_done_with_waits_for_few_others_to_be_collected() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PAGES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert 1 < int(done.stdout) < 40
