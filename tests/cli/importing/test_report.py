"""What an import says: not more lines than anybody reads."""

import pytest

from catalog.records import ImportReport
from cli.importing.report import LINES_WRITTEN, echo_report


def test_a_report_is_cut_short_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    skipped = [f"line {number}: odd" for number in range(LINES_WRITTEN + 7)]
    echo_report(ImportReport(added=2, skipped=skipped, unknown_genres={"Oddity": 3}))  # type: ignore[arg-type]
    said = capsys.readouterr()
    assert said.out == f"Added 2, updated 0, unchanged 0, skipped {LINES_WRITTEN + 7}.\n"
    assert said.err.count("skipped: line") == LINES_WRITTEN
    assert "skipped: 7 more like these" in said.err
    assert "Oddity (3)" in said.err
