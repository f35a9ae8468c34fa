"""What the stages of an answer tell of their time."""

import threading
from types import SimpleNamespace

import pytest

from onesheet.base import stages
from onesheet.base.stages import Stage, Turns, at_stage, heard_by


class Notes:
    """Listens."""

    def __init__(self) -> None:
        self.said: list[tuple[str, Stage]] = []
        self.seconds: list[float] = []

    def begun(self, stage: Stage) -> None:
        self.said.append(("begun", stage))

    def ended(self, stage: Stage, seconds: float) -> None:
        self.said.append(("ended", stage))
        self.seconds.append(seconds)


@at_stage(Stage.READ)
def halved(number: int) -> float:
    return 1 / number


def test_a_stage_is_told_with_its_time_even_where_it_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notes, moments = Notes(), iter((10.0, 12.5, 20.0, 20.25))
    monkeypatch.setattr(stages, "time", SimpleNamespace(perf_counter=lambda: next(moments)))
    with heard_by(notes):
        assert halved(2) == 0.5
        with pytest.raises(ZeroDivisionError):
            halved(0)
    halved(1)  # nobody listens
    assert notes.said == [("begun", Stage.READ), ("ended", Stage.READ)] * 2
    assert notes.seconds == [2.5, 0.25]


def test_who_waits_for_a_turn_is_heard_before_the_turn_comes() -> None:
    turns, notes, got = Turns(1), Notes(), threading.Event()
    waits = threading.Event()
    notes_begun = notes.begun

    def begun(stage: Stage) -> None:
        notes_begun(stage)
        waits.set()

    notes.begun = begun  # type: ignore[method-assign]

    def second() -> None:
        with heard_by(notes), turns:
            got.set()

    with turns:
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(60)
        assert not got.is_set()
        assert notes.said == [("begun", Stage.TURN)]
    thread.join()
    assert got.is_set()
    assert notes.said[1] == ("ended", Stage.TURN)
