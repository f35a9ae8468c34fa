import dataclasses

import pytest
from flask import Flask

from onesheet.portraits.gallery import Gallery, Link, Portrait
from webapp.presenting.genre_circle import MOST_LINES, genre_lines, genre_nodes

MET = Link("Drama", "Horror", 40, 1.5)


def portrait(name: str, films: int) -> Portrait:
    return Portrait(name, films, films / 120, (), (), (), (), (), ())


@pytest.fixture
def gallery() -> Gallery:
    portraits = (portrait("Drama", 80), portrait("Horror", 40), portrait("Western", 40))
    circle = ("Drama", "Horror", "Western")
    return Gallery("m", "i", 120, 120, portraits, circle, (MET,))


def test_every_genre_stands_on_the_circle_once(gallery: Gallery) -> None:
    drawn = genre_nodes(gallery)
    assert [node.portrait.name for node in drawn] == list(gallery.circle)
    assert max(drawn, key=lambda node: node.size).portrait.name == "Drama"


def test_genres_that_meet_by_chance_are_not_joined(app: Flask, gallery: Gallery) -> None:
    weak = dataclasses.replace(gallery, links=(Link("Drama", "Horror", 900, 1.1),))
    many = dataclasses.replace(gallery, links=(MET,) * (MOST_LINES + 5))
    with app.test_request_context():
        assert genre_lines(weak) == []
        assert len(genre_lines(many)) == MOST_LINES
