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
from webapp.presenting.template_names import names, source_credits


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
