"""How much of the machine this process may use: cores and memory, as control groups leave them."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

OWN_GROUPS = Path("/proc/self/cgroup")
MOUNTED = Path("/sys/fs/cgroup")
"""Where Linux tells of control groups; nothing is there elsewhere."""
MEMORY_FACTS = Path("/proc/meminfo")


def usable_cores() -> int:
    """Cores this process may run on; of a part of one all of it."""
    found: list[float] = [_cores_allowed()]
    for quota, period in _limits("cpu", ("cpu.max",), ("cpu.cfs_quota_us", "cpu.cfs_period_us")):
        if quota.isdigit() and int(period):
            found.append(int(quota) / int(period))
    return max(1, math.ceil(min(found)))


def usable_memory() -> int | None:
    """Bytes this process may fill; None where the system does not say."""
    found = [
        int(most)
        for (most,) in _limits("memory", ("memory.max",), ("memory.limit_in_bytes",))
        if most.isdigit()
    ]
    with suppress(AttributeError, OSError, ValueError):  # Windows
        found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return min(found, default=None)


def free_memory() -> int | None:
    """Bytes that this process may fill and nobody uses for now: of the machine, and of each control
    group's limit, where pages of files count as free that nobody read lately. Half of what may be
    filled where the system tells of neither; None where it tells nothing."""
    found: list[int] = []
    with suppress(OSError, ValueError, StopIteration):
        lines = MEMORY_FACTS.read_text(encoding="ascii").splitlines()
        said = next(line for line in lines if line.startswith("MemAvailable:"))
        found.append(int(said.split()[1]) * 1024)
    second = ("memory.max", "memory.current", "memory.stat")
    first = ("memory.limit_in_bytes", "memory.usage_in_bytes", "memory.stat")
    for most, used, *facts in _limits("memory", second, first):
        pages = dict(zip(facts[::2], facts[1::2], strict=True))
        if most.isdigit():
            found.append(int(most) - int(used) + int(pages.get("inactive_file", 0)))
    if found:
        return max(0, min(found))
    usable = usable_memory()
    return None if usable is None else usable // 2


def _cores_allowed() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # pragma: no cover - macOS, Windows


def _limits(kind: str, second: tuple[str, ...], first: tuple[str, ...]) -> Iterator[list[str]]:
    """The words in a limit's files, of this process's group and of each above it; the files are
    named as the `second` version of control groups has them, and as the `first`.

    A container may see its own group as the root of the tree, or by a path that it cannot see;
    going up finds it in both."""
    with suppress(OSError, ValueError):
        for line in OWN_GROUPS.read_text(encoding="utf-8").splitlines():
            _, kinds, path = line.split(":", 2)
            if kinds and kind not in kinds.split(","):
                continue
            top, names = (MOUNTED / kind, first) if kinds else (MOUNTED, second)
            own = top / path.lstrip("/")
            for folder in (own, *own.parents):
                if not folder.is_relative_to(top):
                    break
                with suppress(OSError):
                    yield " ".join((folder / name).read_text() for name in names).split()
