"""Years and decades of a catalogue: one poster a film, and the right means and shares."""

import csv
import io

import pytest

from catalog.images import content_hash
from catalog.records import MovieRecord
from onesheet.base.csv_cells import BYTE_ORDER_MARK
from onesheet.instance import Instance
from onesheet.portraits.trends import Period, trends_csv
from tests.conftest import drawn_bytes


def of(instance: Instance, first: int) -> Period:
    (found,) = [each for each in instance.trends.book().decades() if each.first == first]
    return found


def test_each_decade_tells_its_films(instance: Instance) -> None:
    cards = {card.movie_id: card for card in reversed(instance.catalog.all_cards())}
    for period in instance.trends.book().decades():
        films = [c for c in cards.values() if c.year and period.first <= c.year <= period.last]
        rated = [film.rating for film in films if film.rating is not None]
        assert period.films == len(films)
        assert (period.rated, period.coloured) == (len(rated), len(films))
        assert period.rating == (pytest.approx(sum(rated) / len(rated)) if rated else None)
        for name, share in period.genres.items():
            assert share == sum(name in film.genres for film in films) / len(films)
        assert list(period.genres.values()) == sorted(period.genres.values(), reverse=True)
        loved = max(films, key=lambda film: (film.votes or 0, -film.poster_id))
        assert period.examples[0] == loved.poster_id
        assert period.brightness is not None
        assert 0 < period.brightness < 1
    assert sum(each.films for each in instance.trends.book().years()) == sum(
        each.films for each in instance.trends.book().decades()
    )


def test_a_film_that_came_is_counted_and_a_second_poster_is_not(instance: Instance) -> None:
    before = {each.first: each.films for each in instance.trends.book().decades()}
    film = MovieRecord("tt7777777", None, "New", 1871, 9.0, None, ("Drama",), None)
    for number in (901, 902):
        instance.catalog.add(film, drawn_bytes(number), "test")
    assert instance.trends.book().span() is not None
    assert of(instance, 1870).films == 1
    assert of(instance, 1870).rating == 9.0
    (shown,) = instance.catalog.cards(of(instance, 1870).examples).values()
    assert shown.content_hash == content_hash(drawn_bytes(902)), "the newest"
    assert sum(each.films for each in instance.trends.book().decades()) == sum(before.values()) + 1
    assert instance.trends.book().period(1800, 1801).films == 0


def test_a_film_that_was_removed_is_counted_no_more(instance: Instance) -> None:
    gone = next(card for card in instance.catalog.all_cards() if card.year)
    before = sum(each.films for each in instance.trends.book().years())
    instance.catalog.remove(gone.imdb_id)
    assert sum(each.films for each in instance.trends.book().years()) == before - 1


def test_a_film_whose_only_poster_was_lost_is_counted_no_more(instance: Instance) -> None:
    lost = next(card for card in instance.catalog.all_cards() if card.year)
    before = sum(each.films for each in instance.trends.book().years())
    instance.catalog.poster_path(lost.content_hash).unlink()
    instance.catalog.mend(instance.catalog.flaws())
    assert sum(each.films for each in instance.trends.book().years()) == before - 1


def test_colours_that_become_known_are_told(instance: Instance) -> None:
    with instance.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM poster_impression")
    assert {each.brightness for each in instance.trends.book().years()} == {None}
    hashes = [card.content_hash for card in instance.catalog.all_cards()]
    instance.impressions.of(hashes[:40])
    some = {each.brightness is None for each in instance.trends.book().years()}
    assert some == {True, False}
    instance.impressions.of(hashes)
    assert None not in {each.brightness for each in instance.trends.book().years()}


def test_the_table_says_the_same(instance: Instance) -> None:
    periods = instance.trends.book().decades()
    rows = list(csv.DictReader(io.StringIO(trends_csv(periods).removeprefix(BYTE_ORDER_MARK))))
    assert [int(row["first"]) for row in rows] == [each.first for each in periods]
    for row, each in zip(rows, periods, strict=True):
        assert [int(row[name]) for name in ("films", "coloured", "rated")] == [
            *(each.films, each.coloured, each.rated)
        ]
        assert row["rating"] == ("" if each.rating is None else str(round(each.rating, 3)))
        assert float(row["Drama"]) == pytest.approx(each.genres.get("Drama", 0), abs=1e-4)
        assert row["colours"].split() == [tint.colour for tint in each.tints]
