"""Posters that came and went: what a reader learns that has read up to a row."""

import threading

import numpy as np
import pytest
from numpy.typing import NDArray

from catalog.database import writing
from onesheet.instance import Instance
from onesheet.storage.changes import UNRECORDED, BuiltIndex, ChangeLog, add_rows

MODEL, OTHER = "m" * 64, "o" * 64


@pytest.fixture
def changes(instance: Instance) -> ChangeLog:
    return instance.changes


def vectors(*values: float) -> NDArray[np.float32]:
    """An embedding of two dimensions for each value."""
    return np.array([[value, -value] for value in values], np.float32).reshape(-1, 2)


def test_a_reader_learns_what_it_has_not_read(changes: ChangeLog) -> None:
    changes.record(MODEL, [7, 8], vectors(0.1, 0.2), [3])
    first = changes.after(0, MODEL, 2)
    assert (first.added.tolist(), first.removed) == ([7, 8], [3])
    np.testing.assert_array_equal(first.embeddings, vectors(0.1, 0.2))
    changes.record(MODEL, [9], vectors(0.3), [])
    second = changes.after(first.last, MODEL, 2)
    assert (second.added.tolist(), second.removed) == ([9], [])
    assert second.last == changes.last() > first.last


def test_where_nothing_is_new_nothing_is_learned(changes: ChangeLog) -> None:
    none = changes.after(changes.last(), MODEL, 2)
    assert (none.last, none.added.tolist(), none.removed) == (changes.last(), [], [])
    assert none.embeddings.shape == (0, 2)


def test_the_last_of_a_posters_comings_and_goings_counts(changes: ChangeLog) -> None:
    changes.record(MODEL, [7], vectors(0.1), [])
    changes.record(MODEL, [], vectors(), [7])
    found = changes.after(0, MODEL, 2)
    assert (found.added.tolist(), found.removed) == ([], [7])


def test_embeddings_of_another_model_say_nothing(changes: ChangeLog) -> None:
    changes.record(OTHER, [7], vectors(0.1), [8])
    found = changes.after(0, MODEL, 2)
    assert (found.added.tolist(), found.removed) == ([], [8])


def test_what_every_folder_knows_is_forgotten(changes: ChangeLog) -> None:
    changes.record(MODEL, [7, 8], vectors(0.1, 0.2), [3, 4])
    new, old = np.array([4, 7, 8]), np.array([3, 4, 7])
    changes.forget(new, old)
    found = changes.after(0, MODEL, 2)
    assert (found.added.tolist(), found.removed) == ([8], [3, 4])
    changes.forget(new)
    found = changes.after(0, MODEL, 2)
    assert (found.added.tolist(), found.removed) == ([], [4])


def test_whoever_waits_for_writers_comes_after_those_under_way(
    instance: Instance, changes: ChangeLog
) -> None:
    writes, may_end = threading.Event(), threading.Event()
    order: list[str] = []

    def write() -> None:
        with writing(instance.engine) as session:
            add_rows(session, MODEL, [7], vectors(0.1))
            writes.set()
            may_end.wait(60)
            order.append("written")

    def wait() -> None:
        may_end.set()
        changes.wait_for_writers()
        order.append("waited")

    writer, waiter = threading.Thread(target=write), threading.Thread(target=wait)
    writer.start()
    writes.wait(60)
    waiter.start()
    for thread in (writer, waiter):
        thread.join()
    assert order == ["written", "waited"]


def test_an_index_is_known_once_it_was_built(changes: ChangeLog) -> None:
    assert not changes.has_built("a" * 64)
    for _ in range(2):
        changes.note_built("a" * 64)
    changes.note_built("b" * 64)
    assert changes.has_built("a" * 64)
    assert not changes.has_built("c" * 64)


def test_the_index_of_before_builds_were_noted_is_known_until_the_next_is_built(
    changes: ChangeLog, instance: Instance
) -> None:
    with writing(instance.engine) as session:
        session.add(BuiltIndex(fingerprint=UNRECORDED))
    assert changes.has_built("a" * 64)
    changes.note_built("b" * 64)  # which may never be in use
    assert changes.has_built("a" * 64)
    changes.forget_unrecorded()
    assert not changes.has_built("a" * 64)
    assert changes.has_built("b" * 64)
