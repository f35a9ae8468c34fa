"""Contact sheets set in a process of their own, which can be ended.

Titles and notes are anybody's, and setting them takes Python's lock for as long as it lasts: a
hundred notes in Arabic letters took twenty seconds of the processor. So it is done beside the
server, after what others ask for, and ended where it takes too long.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from onesheet.base.refusals import RefusalError
from onesheet.base.texts import marked
from onesheet.collections.contact_sheet import ContactSheet

SheetKind = Literal["pdf", "pptx"]

SHEET_COMMAND: Final = (
    *(sys.executable, "-B", "-W", "ignore"),
    *("-m", "onesheet.collections.sheet_process"),
)
SETTING_SECONDS: Final = 60
"""Of the processor, for one sheet."""
WAITING_SECONDS: Final = 300
"""On a machine with other work, to which it gives way."""
SCRIPTS: Final = "{scripts}"
"""Stands for the scripts that no typeface has, in the sentence that tells of them."""
TOO_LONG: Final[dict[SheetKind, str]] = {
    "pdf": marked(
        "This collection takes too long to lay out; shorten its notes, or take it as slides or CSV."
    ),
    "pptx": marked(
        "This collection takes too long to lay out; shorten its notes, or take it as CSV."
    ),
}
_NICE: Final = 5
_LIMIT_REACHED: Final = (signal.SIGKILL, signal.SIGXCPU) if sys.platform != "win32" else ()
"""What ends a process whose time is over."""
_NOTE_LENGTH: Final = 4000
"""Characters of what a process that failed said last."""


class SheetError(RefusalError):
    """A contact sheet that cannot be laid out in time."""

    def __init__(self, kind: SheetKind) -> None:
        super().__init__(TOO_LONG[kind])


class SheetJob(msgspec.Struct):
    """What the process is told; `undrawn` has `SCRIPTS` in the place of scripts."""

    kind: SheetKind
    sheet: ContactSheet
    undrawn: str
    seconds: int


def laid_out(
    kind: SheetKind, sheet: ContactSheet, undrawn: str, seconds: int = SETTING_SECONDS
) -> bytes:
    """The sheet as PDF or slides. Raises SheetError where that takes more than so many seconds of
    the processor, and CalledProcessError where it fails, with what the process said in its notes.
    """
    job = msgspec.json.encode(SheetJob(kind, sheet, undrawn, seconds), enc_hook=str)
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            SHEET_COMMAND,
            input=job,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            timeout=WAITING_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise SheetError(kind) from error
    except subprocess.CalledProcessError as error:
        if -error.returncode in _LIMIT_REACHED:
            raise SheetError(kind) from error
        error.add_note(error.stderr.decode("utf-8", "replace")[-_NOTE_LENGTH:])
        raise
    return done.stdout


def main() -> None:
    """Lay out the one sheet that standard input tells of."""
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=SheetJob, dec_hook=_path)
    _limit(job.seconds)
    if job.kind == "pdf":
        from onesheet.collections.pdf_sheet import as_pdf

        made = as_pdf(job.sheet, lambda scripts: job.undrawn.replace(SCRIPTS, scripts))
    else:
        from onesheet.collections.slides import as_slides

        made = as_slides(job.sheet)
    sys.stdout.buffer.write(made)


def _path(kind: type, said: Any) -> Any:
    if kind is not Path:
        raise NotImplementedError(kind)  # msgspec's protocol: this hook knows no such type
    return Path(said)


def _limit(seconds: int) -> None:
    """Let the system end this process after so much of the processor, and let others go first."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICE)


if __name__ == "__main__":
    main()
