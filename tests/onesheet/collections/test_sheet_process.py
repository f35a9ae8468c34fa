"""Contact sheets that another process lays out."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from pptx import Presentation
from pypdf import PdfReader

from catalog.images.surroundings.part import Part
from onesheet.collections.contact_sheet import ContactSheet, SheetPoster
from onesheet.collections.sheet_process import SCRIPTS, SheetError, SheetKind, laid_out

UNDRAWN = f"Not drawn: {SCRIPTS}."


def test_a_sheet_is_as_one_laid_out_here(hung: Callable[..., SheetPoster]) -> None:
    one = hung(1, "ქ Georgia", "A note")
    cut = SheetPoster(one.path, "Part", "", part=Part.rectangle(0, 0, 0.5, 1), veiled=True)
    sheet = ContactSheet("Noir <b>", "For Anna", (cut,), (one,), ("One is gone.",))
    (page,) = PdfReader(io.BytesIO(laid_out("pdf", sheet, UNDRAWN))).pages
    text = page.extract_text()
    for word in ("Noir <b>", "For Anna", "A note", "One is gone.", "Not drawn: Georgian."):
        assert word in text, word
    assert len(page.images) == 2
    shapes = Presentation(io.BytesIO(laid_out("pptx", sheet, UNDRAWN))).slides[0].shapes
    said = " ".join(each.text_frame.text for each in shapes if each.has_text_frame)
    assert "Noir <b>" in said


@pytest.mark.skipif(os.name != "posix", reason="the system ends it by a POSIX limit")
def test_what_takes_too_long_is_ended(hung: Callable[..., SheetPoster]) -> None:
    """A hundred notes in Arabic letters take twenty seconds."""
    films = tuple(hung(1, note="\u0645\u0631\u062d\u0628\u0627 " * 46) for _ in range(100))
    with pytest.raises(SheetError, match="shorten") as caught:
        laid_out("pdf", ContactSheet("Sheet", "", (), films), UNDRAWN, seconds=1)
    assert isinstance(caught.value.__cause__, subprocess.CalledProcessError)
    assert -caught.value.__cause__.returncode in (signal.SIGKILL, signal.SIGXCPU)


def test_a_process_that_fails_is_not_said_to_take_too_long(
    hung: Callable[..., SheetPoster], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = (sys.executable, "-c", "raise ModuleNotFoundError('no pptx here')")
    monkeypatch.setattr("onesheet.collections.sheet_process.SHEET_COMMAND", broken)
    with pytest.raises(subprocess.CalledProcessError) as caught:
        laid_out("pdf", ContactSheet("Sheet", "", (), (hung(1),)), UNDRAWN)
    assert "no pptx here" in caught.value.__notes__[0]


@pytest.mark.skipif(os.name != "posix", reason="the system ends it by a POSIX limit")
@pytest.mark.parametrize(
    ("kind", "instead"), [("pdf", "or take it as slides or CSV."), ("pptx", "or take it as CSV.")]
)
def test_what_took_too_long_is_not_offered_in_its_place(
    hung: Callable[..., SheetPoster],
    monkeypatch: pytest.MonkeyPatch,
    kind: SheetKind,
    instead: str,
) -> None:
    ended = (sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    monkeypatch.setattr("onesheet.collections.sheet_process.SHEET_COMMAND", ended)
    with pytest.raises(SheetError) as caught:
        laid_out(kind, ContactSheet("Sheet", "", (), (hung(1),)), UNDRAWN)
    assert str(caught.value).endswith(instead)
