"""What templates may say without being given it."""

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from catalog.catalog import Catalog
from webapp.current import current
from webapp.presenting.template_names import import_command, names, sources_used


def test_a_page_about_a_database_that_fails_names_no_sources(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(catalog: Catalog) -> frozenset[str]:
        raise OperationalError("SELECT", {}, Exception("disk I/O error"))

    with app.test_request_context():
        assert sources_used() == {"drawn"}
        assert names()["sources_used"] is sources_used
        monkeypatch.setattr(Catalog, "sources_used", failing)
        assert sources_used() == frozenset()


def test_the_command_names_a_folder_only_where_it_is_not_the_usual_one(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.test_request_context():
        assert import_command() == "onesheet --home HOME import PATH"
        here = current().home.folder
        monkeypatch.setattr("webapp.presenting.template_names.DEFAULT_HOME", here)
        assert import_command() == "onesheet import PATH"
