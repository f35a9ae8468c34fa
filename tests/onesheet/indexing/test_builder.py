"""A new index folder: what it takes over, and what came while it was written."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from catalog.catalog import CatalogError
from catalog.file_store import UnreachableError
from index import Metric, Options, PosterIndex, Storage, current_folder
from onesheet.base.home import Home
from onesheet.instance import Instance
from onesheet.storage.schema import migrate
from tests.conftest import drawn_bytes, movie
from tests.onesheet.indexing.conftest import add, during_a_build, rows, until


def test_a_new_folder_contains_the_changes(instance: Instance, other: Instance) -> None:
    old = current_folder(instance.home.indexes)
    held = other.opened()
    number = add(instance, 505)
    instance.catalog.remove("demo-0009")
    expected = instance.index().poster_ids.tolist()
    instance.builder.build()
    assert rows(instance) == 2, "for workers that have not taken up the folder yet"
    assert not old.exists(), "older folders are removed"
    until(lambda: other.index().manifest.fingerprint == current_folder(other.home.indexes).name)
    assert other.index().poster_ids.tolist() == expected
    assert number in other.index().poster_ids
    query = np.ones(held.index.manifest.d, np.float32)
    assert len(held.index.search(query, Metric.MANHATTAN, 5)) == 5, "the old index still answers"


def test_building_again_takes_over_what_was_read(instance: Instance) -> None:
    """Poster files are gone, so that reading one would fail."""
    number = add(instance, 506)
    before = instance.index().embeddings([number])
    for file in instance.home.posters.rglob("*.webp"):
        file.unlink()
    np.testing.assert_array_equal(instance.builder.build().embeddings([number]), before)
    with pytest.raises(CatalogError, match="missing"):
        instance.builder.build(anew=True)


def test_the_index_of_another_database_is_not_taken_over(
    home: Path, small_home: Path, tmp_path: Path
) -> None:
    """The same ids stand for other pictures there, and the same model read them."""
    new = Path(shutil.copytree(small_home / "model", tmp_path / "new" / "model")).parent
    instance = Instance(Home(new))
    migrate(instance.engine)
    instance.catalog.add_many(((movie(n), drawn_bytes(n)) for n in range(601, 606)), "drawn")
    shutil.copytree(home / "index", new / "index")
    cards = instance.catalog.all_cards()
    fresh = instance.posters.embeddings(instance.live().embedder(), cards)
    built = instance.builder.build()
    numbers = [card.poster_id for card in cards]
    np.testing.assert_allclose(built.embeddings(numbers), fresh, atol=1e-5)
    instance.close()
    for file in instance.home.posters.rglob("*.webp"):
        file.unlink()
    later = Instance(Home(new))
    assert len(later.builder.build()) == 5, "its own index is taken over"
    later.close()


def test_a_poster_that_comes_during_a_build_is_not_lost(
    instance: Instance, other: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers: list[int] = []
    build = PosterIndex.build

    def slow(*args: object, **options: object) -> PosterIndex:
        numbers.append(add(other, 507))
        return build(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(PosterIndex, "build", slow)
    instance.builder.build()
    fresh = Instance(instance.home)
    assert numbers[0] in fresh.index().poster_ids
    fresh.close()


def test_a_poster_that_comes_during_the_first_build_is_not_lost(
    instance: Instance, other: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(instance.home.indexes)
    numbers: list[int] = []
    during_a_build(monkeypatch, lambda: numbers.append(add(other, 541)))
    instance.builder.build()
    assert numbers[0] in Instance(instance.home).index().poster_ids


def test_a_poster_that_comes_during_the_build_for_a_new_model_is_not_lost(
    instance: Instance,
    other: Instance,
    predicts: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = other.opened()
    numbers: list[int] = []
    during_a_build(monkeypatch, lambda: numbers.append(add(other, 542)))
    predicts("Horror")
    late = Instance(instance.home).opened()
    assert late.embedder.fingerprint != before.embedder.fingerprint
    assert numbers[0] in late.index.poster_ids


def test_an_index_whose_builder_is_killed_once_it_is_in_use_is_this_databases(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = PosterIndex.build

    def killed(*args: Any, **options: Any) -> PosterIndex:
        write(*args, **options)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(PosterIndex, "build", killed)
        with pytest.raises(KeyboardInterrupt):
            instance.builder.build(anew=True)
    for file in instance.home.posters.rglob("*.webp"):
        file.unlink()  # so that reading one would fail
    late = Instance(instance.home)
    assert len(late.builder.build()) == 80
    late.close()


def test_embeddings_that_were_rounded_are_read_again_to_be_kept_whole(instance: Instance) -> None:
    ids = instance.index().poster_ids
    whole = instance.index().embeddings(ids)
    half = Options(exact_up_to=10, storage=Storage.FLOAT16)
    model = instance.index().manifest.model
    PosterIndex.build(instance.home.indexes, ids, whole, model=model, options=half)
    late = Instance(instance.home)
    assert np.abs(late.index().embeddings(ids) - whole).max() > 1e-5
    np.testing.assert_allclose(late.builder.build().embeddings(ids), whole, atol=1e-5)


def test_what_came_meanwhile_is_taken_up_though_former_indexes_cannot_be_removed(
    instance: Instance, other: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise UnreachableError("away")

    shutil.rmtree(instance.home.indexes)
    numbers: list[int] = []
    during_a_build(monkeypatch, lambda: numbers.append(add(other, 543)))
    monkeypatch.setattr(instance.live().store, "prune", away)
    with pytest.raises(UnreachableError):
        instance.builder.build()
    assert numbers[0] in Instance(instance.home).index().poster_ids


def test_what_genres_look_like_goes_with_the_index_but_for_the_one_before(
    instance: Instance,
) -> None:
    indexes = [instance.index().manifest.fingerprint]
    for number in (508, 509):
        add(instance, number)
        indexes.append(instance.builder.build().manifest.fingerprint)
        assert {path.stem for path in instance.home.portraits.iterdir()} == {*indexes[-2:]}
