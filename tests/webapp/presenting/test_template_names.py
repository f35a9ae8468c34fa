"""What templates may say without being given it."""

from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from catalog.catalog import Catalog
from onesheet.base.settings import Settings
from onesheet.instance import Instance
from webapp.current import current
from webapp.presenting.template_names import import_command, names, source_credits


def test_a_page_about_a_database_that_fails_credits_no_source(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(catalog: Catalog) -> frozenset[str]:
        raise OperationalError("SELECT", {}, Exception("disk I/O error"))

    with app.test_request_context():
        monkeypatch.setattr(Catalog, "sources_used", lambda catalog: frozenset({"imdb", "drawn"}))
        assert [credit[:23] for credit in source_credits()] == ["Information courtesy of"]
        assert names()["source_credits"] is source_credits
        monkeypatch.setattr(Catalog, "sources_used", failing)
        assert source_credits() == []


def test_the_search_hints_at_pictures_addresses_only_where_they_are_fetched(
    client: FlaskClient, instance: Instance
) -> None:
    for fetches in (True, False):
        instance.home = replace(instance.home, settings=Settings(fetch_urls=fetches))
        text = unescape(client.get("/").text)
        assert ("IMDb, TMDB, a picture’s address, a title" in text) == fetches
        assert ("IMDb, TMDB, a title" in text) != fetches


def test_the_command_names_a_folder_only_where_it_is_not_the_usual_one(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.test_request_context():
        assert import_command() == "onesheet --home HOME import PATH"
        here = current().home.folder
        monkeypatch.setattr("webapp.presenting.template_names.DEFAULT_HOME", here)
        assert import_command() == "onesheet import PATH"
