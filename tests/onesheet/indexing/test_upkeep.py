"""An index that is brought up to its catalogue, whatever went past it."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from catalog.catalog import Catalog
from catalog.file_store import UnreachableError
from index import PosterIndex, TurnLostError, current_folder
from onesheet.indexing import upkeep
from onesheet.indexing.missing_posters import CatchUp
from onesheet.instance import Instance
from tests.conftest import MOVIES, drawn_bytes, movie
from tests.onesheet.indexing.conftest import add, rows, until


def test_a_folder_is_due_when_a_fifth_has_changed(instance: Instance) -> None:
    old = current_folder(instance.home.indexes)
    for number in range(510, 525):
        add(instance, number)
    assert not instance.upkeep.rebuild_if_due()
    add(instance, 525)
    assert instance.upkeep.rebuild_if_due()
    assert current_folder(instance.home.indexes) != old
    fresh = Instance(instance.home)
    assert len(fresh.index()) == MOVIES + 16
    assert fresh.index().changed_share == 0
    fresh.builder.build()
    assert rows(fresh) == 0
    fresh.close()


def test_catching_up_finds_what_went_past_the_index(instance: Instance) -> None:
    unaware = Catalog(instance.engine, instance.home.posters)
    unaware.remove("demo-0009")
    number = unaware.add(movie(530), drawn_bytes(530), "drawn").poster_id
    fresh = Instance(instance.home)
    assert number not in fresh.index().poster_ids
    assert fresh.upkeep.catch_up().changed == 2
    assert number in fresh.index().poster_ids
    assert len(fresh.index()) == MOVIES
    assert fresh.upkeep.catch_up() == CatchUp(0, [])
    fresh.close()


def test_watching_takes_up_posters_as_they_come_and_go(instance: Instance, other: Instance) -> None:
    unaware = Catalog(other.engine, other.home.posters)
    told = instance.upkeep.watch(interval=0.05)
    unaware.add(movie(540), drawn_bytes(540), "drawn")
    assert next(told) == f"Took up 1 changed posters; {MOVIES + 1} in all."
    unaware.remove("demo-0009")
    assert next(told) == f"Took up 1 changed posters; {MOVIES} in all."
    unaware.add(movie(540), drawn_bytes(541), "drawn")
    assert next(told) == f"Took up 1 changed posters; {MOVIES + 1} in all."


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"RIFF")])
def test_watching_takes_up_the_rest_where_one_poster_cannot_be_read(
    instance: Instance, harm: Callable[[Path], object]
) -> None:
    unaware = Catalog(instance.engine, instance.home.posters)
    numbers = [
        unaware.add(movie(number), drawn_bytes(number), "drawn").poster_id for number in (550, 551)
    ]
    card = unaware.by_imdb(movie(550).imdb_id)[0]
    harm(unaware.poster_path(card.content_hash))
    told = instance.upkeep.watch(interval=0.05)
    assert card.title in next(told)
    assert next(told) == f"Took up 1 changed posters; {MOVIES + 1} in all."
    assert instance.index().holds([number or 0 for number in numbers]).tolist() == [False, True]


def test_who_has_the_former_index_open_does_not_undo_a_change_of_the_model(
    instance: Instance,
    other: Instance,
    predicts: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(upkeep, "REBUILD_SHARE", 0.0)
    before = other.opened().index.manifest
    predicts("Horror")
    assert other.upkeep.catch_up() == CatchUp(0, [])
    late = Instance(instance.home)
    assert late.index().manifest.model != before.model
    assert late.upkeep.rebuild_if_due()
    late.close()


def test_watching_goes_on_after_what_failed_and_tells_of_it_once(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    catch_up = instance.upkeep.catch_up
    away = UnreachableError("s3://posters cannot be used")
    gone = OperationalError("SELECT 1", {}, Exception("gone"))
    failures: list[Exception] = [away, away, gone, TurnLostError("another one may be building")]

    def failing() -> CatchUp:
        if failures:
            raise failures.pop(0)
        return catch_up()

    Catalog(instance.engine, instance.home.posters).add(movie(550), drawn_bytes(550), "drawn")
    monkeypatch.setattr(instance.upkeep, "catch_up", failing)
    told = instance.upkeep.watch(interval=0.001)
    assert next(told).endswith("s3://posters cannot be used")
    assert next(told).endswith("since something failed: gone")
    assert "another one may be building" in next(told)
    assert next(told) == f"Took up 1 changed posters; {MOVIES + 1} in all."
    assert failures == []


def test_watching_catches_up_with_an_index_whose_builder_was_killed_before_it_had(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, looks = instance.index(), [1]
    ids = index.poster_ids[1:]

    def replaced(seconds: float) -> None:
        assert looks.pop(), "it was not caught up"
        looks.append(0)
        vectors = index.embeddings(ids)
        built = PosterIndex.build(instance.home.indexes, ids, vectors, model=index.manifest.model)
        until(lambda: instance.index().manifest == built.manifest)

    monkeypatch.setattr(upkeep, "time", SimpleNamespace(sleep=replaced))
    assert next(instance.upkeep.watch()) == f"Took up 1 changed posters; {MOVIES} in all."
