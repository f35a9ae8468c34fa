"""Uploads whose time is over: between that and their removal, and what is pruned by age."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from onesheet.instance import Instance
from tests.onesheet.uploads.conftest import HTML, expire, files, uploaded


def test_whoever_uploaded_it_can_delete_it_between_its_time_and_its_removal(
    app: Flask, client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    name, stranger = uploaded(client, new_poster), app.test_client()
    expire(instance, name, ago=timedelta(minutes=1))
    for visitor, offered in ((stranger, False), (client, True)):
        page = visitor.get(f"/r/{name}", headers=HTML)
        assert page.status_code == 410
        assert "It is removed about a day later" in page.text
        assert ("Delete it now" in page.text) == offered
    assert stranger.post(f"/r/{name}/delete").status_code == 410
    assert files(instance) == [f"{name}.jpg"]
    assert client.post(f"/r/{name}/delete").status_code == 303
    assert files(instance) == []
    page = client.get(f"/r/{name}", headers=HTML)
    assert "was deleted on" in page.text
    assert "Delete it now" not in page.text


def test_pruning_by_age_removes_what_is_expired_too(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    old, young = uploaded(client, new_poster), uploaded(client, new_poster)
    expire(instance, old)
    assert instance.upload_store.prune(timedelta(days=7)).expired == 1
    assert files(instance) == [f"{young}.jpg"]
