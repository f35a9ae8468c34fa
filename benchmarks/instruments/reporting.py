"""What every benchmark's document has: the machine's facts, and tables in Markdown."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

from embedder.card import packaged_fingerprint
from onesheet.base.machine_share import usable_cores

PACKAGES = ("numpy", "onnxruntime", "faiss-cpu", "pillow")
MET, MISSED = "met", "**not met**"
ANOTHER_MODEL = "Measured with another model than the packaged one."


def machine() -> str:
    """One paragraph: processor, cores, memory, system, Python, and the packages that set speeds."""
    facts = [
        f"{_processor()}, {usable_cores()} cores",
        *([f"{memory:.0f} GB memory"] if (memory := _gigabytes()) else []),
        f"{platform.system()} {platform.release().split('-')[0]}",
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in PACKAGES),
    ]
    return f"Machine: {', '.join(facts)}."


def busy() -> str | None:
    """A warning where other programs use a tenth of the cores or more.

    To be asked before the measuring itself makes the machine busy. Looks for a second, and where
    there is no /proc at the load of the last minute.
    """
    load = _load()
    if load is None or load < 0.1 * usable_cores():
        return None
    return (
        f"**The machine was busy when this began** (load {load:.1f} on {usable_cores()} cores): "
        "times are longer, and rates lower, than it would give on its own."
    )


def _load() -> float | None:
    """Cores in use now: what passes less what the cores idle."""
    try:
        before, start = _idle(), time.perf_counter()
        time.sleep(1)
        idle = (_idle() - before) / (time.perf_counter() - start)
    except OSError:
        return os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return max((os.cpu_count() or 1) - idle, 0.0)


def _idle() -> float:
    """Seconds that all cores together have been idle, or waiting for a disk, since the start."""
    fields = Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0].split()
    return (int(fields[4]) + int(fields[5])) / os.sysconf("SC_CLK_TCK")


def model_note(fingerprint: str) -> list[str]:
    """What a document says of the model it names: nothing of the packaged one."""
    return [] if fingerprint == packaged_fingerprint() else [ANOTHER_MODEL]


def met(yes: bool) -> str:
    """How a target's row ends."""
    return MET if yes else MISSED


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table. Raises ValueError where a row has another length than the header."""
    lines = [list(header), ["---"] * len(header)]
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"a row of {len(row)} cells under {len(header)} columns: {row}")
        lines.append([cell.replace("|", r"\|").replace("\n", " ") for cell in row])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def write_document(out: Path, parts: Iterable[str]) -> None:
    """Write paragraphs, headings and tables with a blank line between them, and show them."""
    text = "\n\n".join(part.strip("\n") for part in parts) + "\n"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8", newline="\n")
    print(text)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def _gigabytes() -> float | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, OSError, ValueError):
        return None
