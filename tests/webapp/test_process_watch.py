import threading

import pytest

from webapp import process_watch


def test_a_worker_that_has_grown_makes_room_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_watch, "SIZE_SECONDS", 0.0)
    sizes, ended = (
        iter([100, 100 + process_watch.GROWTH, 101 + process_watch.GROWTH]),
        threading.Event(),
    )
    process_watch.stay_small(lambda: next(sizes), ended.set)
    assert ended.wait(60)
    assert process_watch.memory_in_use() >= 0
