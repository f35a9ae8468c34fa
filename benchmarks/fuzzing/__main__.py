"""Pictures that a fuzzer makes: it changes those that reach new lines of the decode path.

    python -m benchmarks.fuzzing --seconds 600 --out docs/benchmarks/fuzzing.md

Needs atheris (the extra `bench`, Linux and macOS), which is libFuzzer for Python. Pillow's own C is
not instrumented: the fuzzer sees the lines of `catalog.images` alone.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import click

from benchmarks.attacks.hostile_uploads import every_format
from benchmarks.instruments.reporting import busy, machine, met, table, write_document

_MOST_SECONDS, _MOST_MB = 5, 500
"""Seconds and megabytes that a picture may take."""
OWN_MB = 250
"""Megabytes that the process itself may take beside."""
LAST_LINES = 12
"""Last lines of a fuzzer's words that are shown where it found something."""


@click.command()
@click.option("--seconds", default=600, show_default=True)
@click.option("--note", multiple=True, help="A paragraph on how it was run; may be repeated.")
@click.option("--out", type=click.Path(path_type=Path), required=True)
def main(seconds: int, note: tuple[str, ...], out: Path) -> None:
    """Let the fuzzer work so long and write down what it found."""
    if find_spec("atheris") is None:
        raise click.ClickException("atheris is not installed: `pip install 'onesheet[bench]'`.")
    warning = busy()
    with tempfile.TemporaryDirectory() as folder:
        row = _fuzzed(Path(folder), seconds)
    write_document(
        out,
        [
            "# What a fuzzer found in the decode path",
            "Made by `python -m benchmarks.fuzzing` (atheris, libFuzzer). It begins with a small "
            "picture in every format that Pillow writes, and goes on with what reaches new lines "
            "of `catalog.images`; the libraries' own C is not instrumented.",
            machine(),
            *([warning] if warning else []),
            *note,
            table(["time", "what came of it", "promised", ""], [row]),
        ],
    )


def _fuzzed(folder: Path, seconds: int) -> list[str]:
    seeds, found = folder / "seeds", folder / "found"
    seeds.mkdir()
    found.mkdir()
    for name, data in every_format(random.Random(20)).items():
        (seeds / re.sub(r"\W", "-", name)).write_bytes(data)
    command = [sys.executable, "-m", "benchmarks.fuzzing.target", str(found), str(seeds)]
    limits = [f"-timeout={_MOST_SECONDS}", f"-rss_limit_mb={_MOST_MB + OWN_MB}", "-seed=20"]
    own = [f"-max_total_time={seconds}", f"-artifact_prefix={folder}/", "-print_final_stats=1"]
    # A process's peak counts what its parent had: a shell between has next to nothing.
    apart = ["sh", "-c", '"$@"; exit "$?"', "sh"]
    done = subprocess.run([*apart, *command, *limits, *own], stderr=subprocess.PIPE, text=True)
    words = done.stderr
    if done.returncode:
        click.echo("\n".join(words.splitlines()[-LAST_LINES:]), err=True)
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", words)
    slowest = re.search(r"stat::slowest_unit_time_sec:\s*(\d+)", words)
    memory = re.search(r"stat::peak_rss_mb:\s*(\d+)", words)
    said = (
        f"{runs[1] if runs else '?'} pictures, {len(list(found.iterdir()))} of them kept for new "
        f"lines; {'nothing' if not done.returncode else 'something'} raised what nobody foresaw; "
        f"the longest took {slowest[1] if slowest else '?'} s, the process at most "
        f"{memory[1] if memory else '?'} MB"
    )
    promised = f"no crash, none over {_MOST_SECONDS} s or {_MOST_MB} MB"
    return [f"{seconds} s", said, promised, met(not done.returncode)]


if __name__ == "__main__":
    main()
