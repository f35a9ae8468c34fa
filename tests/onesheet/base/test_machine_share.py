"""Cores and memory as control groups leave them."""

import os
from pathlib import Path

import pytest

from onesheet.base import machine_share
from onesheet.base.machine_share import free_memory, usable_cores, usable_memory

ALL = 64


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Control groups on a machine of many cores; `own` says which are this process's."""
    monkeypatch.setattr(machine_share, "OWN_GROUPS", tmp_path / "own")
    monkeypatch.setattr(machine_share, "MOUNTED", tmp_path)
    monkeypatch.setattr(machine_share, "_cores_allowed", lambda: ALL)
    return tmp_path


def say(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text + "\n")


@pytest.mark.parametrize(
    ("said", "cores"),
    [("max 100000", ALL), ("150000 100000", 2), ("20000 100000", 1), ("400000 100000", 4)],
)
def test_a_quota_leaves_fewer_cores(groups: Path, said: str, cores: int) -> None:
    say(groups, own="0::/system.slice/onesheet.service")
    say(groups / "system.slice" / "onesheet.service", cpu__max=said)
    assert usable_cores() == cores


def test_the_narrowest_group_counts_whichever_it_is(groups: Path) -> None:
    say(groups, own="0::/a/b")
    say(groups / "a", cpu__max="300000 100000", memory__max=str(2 * 10**6))
    say(groups / "a" / "b", cpu__max="max 100000", memory__max="max")
    assert usable_cores() == 3
    assert usable_memory() == 2 * 10**6


def test_a_container_that_sees_its_group_as_the_root_is_heeded(groups: Path) -> None:
    say(groups, own="0::/docker/of-the-host", cpu__max="100000 100000", memory__max="1000000")
    assert (usable_cores(), usable_memory()) == (1, 10**6)


def test_the_first_version_of_control_groups_is_heeded(groups: Path) -> None:
    say(groups, own="5:cpuset:/\n4:memory:/x\n2:cpu,cpuacct:/x\n0::/")
    say(groups / "cpu" / "x", cpu__cfs_quota_us="200000", cpu__cfs_period_us="100000")
    say(groups / "cpu", cpu__cfs_quota_us="-1", cpu__cfs_period_us="100000")
    say(groups / "memory" / "x", memory__limit_in_bytes="3000000")
    assert (usable_cores(), usable_memory()) == (2, 3 * 10**6)


@pytest.mark.parametrize("own", ["", "nonsense", "0::/there/is/none", "1:cpu:/\n0::/"])
def test_where_nothing_is_said_the_machine_is_the_limit(groups: Path, own: str) -> None:
    say(groups, own=own)
    assert usable_cores() == ALL
    if hasattr(os, "sysconf"):
        assert usable_memory() == os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def test_free_memory_is_what_the_machine_or_a_group_has_left(
    groups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine_share, "MEMORY_FACTS", groups / "meminfo")
    say(groups, meminfo="MemTotal:  90000 kB\nMemFree:  1 kB\nMemAvailable:  3000 kB")
    own = groups / "system.slice"
    say(groups, own="0::/system.slice")
    say(own, memory__max="8000000", memory__current="1000000", memory__stat="anon 1000000")
    assert free_memory() == 3_000 * 1024
    say(own, memory__current="6000000")
    assert free_memory() == 2_000_000
    say(own, memory__stat="anon 1\ninactive_file 700000\nslab 2")
    assert free_memory() == 2_700_000, "which the system takes back when asked for room"
    say(own, memory__current="9000000")
    assert free_memory() == 0
    say(own, memory__max="max")
    assert free_memory() == 3_000 * 1024


def test_free_memory_of_the_first_version_of_control_groups(
    groups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine_share, "MEMORY_FACTS", groups / "nothing")
    say(groups, own="4:memory:/x")
    own = groups / "memory" / "x"
    say(own, memory__limit_in_bytes="5000", memory__usage_in_bytes="1000")
    say(own, memory__stat="inactive_file 10")
    assert free_memory() == 4_010


@pytest.mark.parametrize("said", ["", "MemAvailable: much kB"])
def test_where_no_free_memory_is_told_half_of_what_may_be_filled_counts(
    groups: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setattr(machine_share, "MEMORY_FACTS", groups / "meminfo")
    say(groups, own="0::/", memory__max="2000000", meminfo=said)
    assert free_memory() == 1_000_000
