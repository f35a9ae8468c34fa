"""Which clock is believed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalog.file_store import FolderFiles, UnreachableError
from onesheet.uploads.clock_watch import ClockWatch

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def watch_in(folder: Path) -> ClockWatch:
    return ClockWatch(FolderFiles(folder))


def test_a_clock_that_goes_on_as_clocks_do_is_believed(tmp_path: Path) -> None:
    watch = watch_in(tmp_path)
    assert all(watch.believed(NOW + HOUR * number, []) for number in range(50))
    assert watch.believed(NOW - DAY * 400, []), "one that was set back removes nothing anyway"


def test_a_clock_that_leapt_is_doubted_for_a_day(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ahead = NOW + DAY * 60
    assert watch_in(tmp_path).believed(NOW, [])
    for hour in range(24):
        assert not watch_in(tmp_path).believed(ahead + HOUR * hour, []), (
            "whoever asks, and starts anew"
        )
    assert "said 2026-03-01T12:00+00:00 when last looked at" in caplog.text
    assert watch_in(tmp_path).believed(ahead + DAY, [])
    assert watch_in(tmp_path).believed(ahead + DAY + HOUR, [])


def test_a_clock_that_is_set_right_again_is_believed_and_doubted_anew(tmp_path: Path) -> None:
    watch = watch_in(tmp_path)
    assert watch.believed(NOW, [])
    assert not watch.believed(NOW + DAY * 60, [])
    assert watch.believed(NOW + HOUR, [])
    assert not watch.believed(NOW + DAY * 60, [])


def test_where_nothing_is_noted_the_newest_file_tells_when_it_was_right(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    written = [NOW - DAY * 90, NOW - DAY * 40]
    assert not watch_in(tmp_path / "first").believed(NOW, written)
    assert "the last upload is of 2026-01-20T12:00+00:00" in caplog.text
    assert watch_in(tmp_path / "second").believed(NOW - DAY * 40 + HOUR, written)
    (tmp_path / "third").mkdir()
    (tmp_path / "third" / "clock").write_text("torn")
    assert not watch_in(tmp_path / "third").believed(NOW, written)


def test_a_look_that_cannot_be_noted_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"?")
    assert not watch_in(tmp_path / "file").believed(NOW, [])


def test_a_note_that_is_away_is_not_taken_for_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = watch_in(tmp_path)
    assert watch.believed(NOW, [])
    note = (tmp_path / "clock").read_bytes()

    def away(*_: object) -> bytes:
        raise UnreachableError("away")

    with monkeypatch.context() as patch:
        patch.setattr(FolderFiles, "read", away)
        assert not watch.believed(NOW + HOUR, [])
    assert (tmp_path / "clock").read_bytes() == note
