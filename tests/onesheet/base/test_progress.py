"""Progress where nobody watches: lines, and few of them."""

import sys
from io import StringIO

import pytest

from onesheet.base.progress import LEAST_LINES, ProgressLines, bar, progress_of


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_file_gets_a_line_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    written = StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    with bar("Reading", 20_000) as shown:
        for _ in range(20_000):
            shown.update()
            shown.refresh()
    lines = written.getvalue().splitlines()
    assert len(lines) == LEAST_LINES + 1, "the start, each tenth and the end"
    assert "\r" not in "".join(lines)
    assert "20000/20000" in lines[-1]


def test_what_is_done_before_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    written = StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    with bar("Reading", 100, done=40):
        pass
    assert "40/100" in written.getvalue()


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with bar("Reading", 3) as shown:
        assert not isinstance(shown, ProgressLines)


def test_a_total_that_grows_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    written = StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    with progress_of("Importing", unit="line") as progress:
        for count in range(0, 1001, 100):
            progress(count, count)
    assert "1000/1000" in written.getvalue()
