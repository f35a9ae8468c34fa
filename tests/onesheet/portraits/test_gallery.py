"""What genres look like, kept in a file beside its index."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.file_store import FolderFiles
from onesheet.instance import Instance
from onesheet.portraits import gallery as portraits
from onesheet.portraits.colour_census import Tint
from onesheet.portraits.gallery import Companion, Decade, Gallery, Link, Portrait, Style


@pytest.fixture
def gallery() -> Gallery:
    red, drama = Tint("#c81e28", "red", 0.25, 2.0), Companion("Drama", 0.5, 1.5)
    style = Style(20, (4, 2), (red,), None, ())
    dated = Style(21, (3,), (), (1970, 1983), (drama,))
    decade = Decade(1970, 12, 0.25, (red,))
    horror = Portrait("Horror", 41, 0.5, (4, 3, 2), (red,), (style, dated), (decade,), (drama,), ())
    return Gallery("m", "i", 80, 3, (horror,), ("Horror",), (Link("Drama", "Horror", 20, 1.5),))


def test_what_is_kept_is_what_was_worked_out(gallery: Gallery, instance: Instance) -> None:
    portraits.save(gallery, FolderFiles(instance.home.portraits))
    assert portraits.load(FolderFiles(instance.home.portraits), "i") == gallery
    assert portraits.load(FolderFiles(instance.home.portraits), "another") is None


def test_of_a_decade_from_before_it_is_not_known_whether_its_colours_are_too_few(
    gallery: Gallery, tmp_path: Path
) -> None:
    portraits.save(gallery, FolderFiles(tmp_path))
    facts = json.loads((tmp_path / "i.json").read_text())
    del facts["portraits"][0]["decades"][0]["coloured"]
    (tmp_path / "i.json").write_text(json.dumps(facts))
    found = portraits.load(FolderFiles(tmp_path), "i")
    assert found
    (decade,) = found.portraits[0].decades
    assert (decade.coloured, decade.too_few) == (None, False)


@pytest.mark.parametrize("text", ["", "{", '{"format": 0}', '{"format": 1, "films": 3}', "[]"])
def test_a_file_that_cannot_be_used_is_as_none(instance: Instance, text: str) -> None:
    instance.home.portraits.mkdir(exist_ok=True)
    (instance.home.portraits / "torn.json").write_text(text)
    assert portraits.load(FolderFiles(instance.home.portraits), "torn") is None


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Sci-Fi", "sci-fi"),
        ("Comedy/Drama", "comedy-drama"),
        ("Who Did It?", "who-did-it"),
        ("#1 Hits", "1-hits"),
        ("हॉरर", "हॉरर"),
    ],
)
def test_an_address_has_nothing_that_means_something_there(
    gallery: Gallery, name: str, slug: str
) -> None:
    portrait = replace(gallery.portraits[0], name=name)
    assert portrait.slug == slug
    only = replace(gallery, portraits=(portrait,))
    assert only.portrait(slug) == portrait
    assert only.portrait("-".join(name.split()).casefold()) == portrait, "as links of before say it"


def test_until_an_index_has_its_own_the_newest_of_another_one_stand(
    gallery: Gallery, tmp_path: Path
) -> None:
    files = FolderFiles(tmp_path)
    assert portraits.latest(files, "next") is None
    for moment, index in enumerate(("old", "new", "torn"), 1):
        portraits.save(replace(gallery, index=index), files)
        path = tmp_path / f"{index}.json"
        path.write_text("{" if index == "torn" else path.read_text())
        os.utime(path, (moment, moment))
    for asked, found in (("old", "old"), ("next", "new")):
        shown = portraits.latest(files, asked)
        assert shown is not None
        assert shown.index == found
