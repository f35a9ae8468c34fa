"""What a process signs with where the instance's secret is not to be had."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask, Response

from catalog.file_store import FolderFiles, UnreachableError
from onesheet.base.secret import SECRET
from onesheet.base.settings import Settings
from tests.webapp.server_process import ROOT
from webapp.app import create_app
from webapp.http import site_secret
from webapp.http.site_secret import take_secret
from webapp.http.uploader_cookie import remember


class SilentFiles(FolderFiles):
    """A store that takes connections, and answers once it is told to."""

    answers = False

    def reach(self) -> None:
        if not self.answers:
            raise UnreachableError("no answer")

    def read(self, name: str) -> bytes:
        assert self.answers, "whoever reads waits for 40 s"
        return super().read(name)


def cookie(app: Flask) -> str | None:
    with app.test_request_context("/"):
        response = Response()
        remember(response, "mine", Settings())
    return response.headers.get("Set-Cookie")


def test_while_the_store_is_silent_no_browser_is_given_a_key_in_the_place_of_its_own(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = SilentFiles(tmp_path / "site")
    monkeypatch.setenv("ONESHEET_FILES", "s3://bucket/site")
    monkeypatch.setattr(site_secret, "file_store", lambda home, kind: files)
    app = create_app(home, TESTING=True)
    assert cookie(app) is None
    take_secret(app)
    assert cookie(app) is None
    files.answers = True
    take_secret(app)
    assert app.secret_key == files.read(SECRET)
    assert cookie(app)
    app.extensions["onesheet"].close()


def test_a_key_drawn_before_the_secret_was_known_takes_no_other_ones_place(home: Path) -> None:
    """The store may answer between the beginning and the end of a request."""
    app = create_app(home, TESTING=True)
    own = (cookie(app) or "").partition(";")[0]
    with app.test_request_context("/", headers={"Cookie": own}):
        response = Response()
        remember(response, "drawn meanwhile", Settings())
        assert "Set-Cookie" not in response.headers
        remember(response, "mine", Settings())
        assert "Set-Cookie" in response.headers
    app.extensions["onesheet"].close()


def test_workers_of_a_server_whose_folder_takes_no_secret_sign_alike(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (home / "secret").mkdir()
    workers = [create_app(home, TESTING=True) for _ in range(2)]
    assert workers[0].secret_key == workers[1].secret_key
    assert all(map(cookie, workers))
    assert caplog.text.count("forgotten at the next start") == 2
    for each in workers:
        each.extensions["onesheet"].close()


def test_what_stands_in_for_the_secret_is_drawn_before_a_server_forks() -> None:
    program = "import sys, webapp.server; print('webapp.http.site_secret' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "True"
