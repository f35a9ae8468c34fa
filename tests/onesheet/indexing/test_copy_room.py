"""The room that a machine's copy of PostgreSQL's vectors takes."""

import shutil

import pytest

from index import Metric
from onesheet.indexing import copy_upkeep
from onesheet.indexing.copy_upkeep import CopyUpkeep
from onesheet.instance import Instance
from tests.onesheet.indexing.conftest import add, answers, copied, copies_of, until, upkeep_of


def test_the_copy_before_gives_up_its_room_to_the_next_one(
    machine: Instance, made_here: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    upkeep_of(machine).follow()
    old = machine.index().manifest.fingerprint
    assert (machine.home.vector_copies / old).is_dir()
    add(machine, 600)
    new = machine.builder.build(anew=True).manifest.fingerprint
    until(lambda: machine.index().manifest.fingerprint == new != old)
    monkeypatch.setattr(copy_upkeep, "free_memory", lambda: 0)
    upkeep_of(machine).follow()
    assert not copied(machine)
    assert not [*machine.home.vector_copies.glob("[!.]*")]
    assert len(made_here) == 1


@pytest.mark.parametrize("lacking", ["on the disk", "in memory"])
def test_without_room_postgresql_answers_and_it_is_tried_again_later(
    machine: Instance,
    made_here: list[int],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    lacking: str,
) -> None:
    now = [1000.0]
    needed = copies_of(machine.live().store).room(machine.index().manifest)
    usage = shutil.disk_usage(machine.home.folder)
    with monkeypatch.context() as full:
        if lacking == "on the disk":
            short = usage._replace(free=needed.disk - 1)
            full.setattr("shutil.disk_usage", lambda _: short)
        else:
            full.setattr(copy_upkeep, "free_memory", lambda: needed.memory - 1)
        copies = copies_of(machine.live().store)
        upkeep = CopyUpkeep(machine.home, copies, lambda: now[0])
        for _ in range(3):
            upkeep.follow()
        assert caplog.text.count(f"MB are free {lacking}") == 1
        now[0] += 60
        upkeep.follow()
        assert caplog.text.count(f"MB are free {lacking}") == 2
        assert len(answers(machine)[Metric.MANHATTAN]) == 7
    now[0] += 60
    upkeep.follow()
    assert made_here == [], "the second pause is twice as long"
    now[0] += 60
    upkeep.follow()
    assert copied(machine)
