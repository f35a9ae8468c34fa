"""Which clock is believed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from onesheet.uploads.clock_watch import ClockWatch

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_a_clock_that_goes_on_as_clocks_do_is_believed(tmp_path: Path) -> None:
    watch = ClockWatch(tmp_path / "clock")
    assert all(watch.believed(NOW + HOUR * number, []) for number in range(50))
    assert watch.believed(NOW - DAY * 400, []), "one that was set back removes nothing anyway"


def test_a_clock_that_leapt_is_doubted_for_a_day(tmp_path: Path) -> None:
    path, ahead = tmp_path / "clock", NOW + DAY * 60
    assert ClockWatch(path).believed(NOW, [])
    for hour in range(24):
        assert not ClockWatch(path).believed(ahead + HOUR * hour, []), (
            "whoever asks, and starts anew"
        )
    assert ClockWatch(path).believed(ahead + DAY, [])
    assert ClockWatch(path).believed(ahead + DAY + HOUR, [])


def test_a_clock_that_is_set_right_again_is_believed_and_doubted_anew(tmp_path: Path) -> None:
    watch = ClockWatch(tmp_path / "clock")
    assert watch.believed(NOW, [])
    assert not watch.believed(NOW + DAY * 60, [])
    assert watch.believed(NOW + HOUR, [])
    assert not watch.believed(NOW + DAY * 60, [])


def test_where_nothing_is_noted_the_newest_file_tells_when_it_was_right(tmp_path: Path) -> None:
    written = [NOW - DAY * 90, NOW - DAY * 40]
    assert not ClockWatch(tmp_path / "first").believed(NOW, written)
    assert ClockWatch(tmp_path / "second").believed(NOW - DAY * 40 + HOUR, written)
    (tmp_path / "third").write_text("torn")
    assert not ClockWatch(tmp_path / "third").believed(NOW, written)


def test_a_look_that_cannot_be_noted_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"?")
    assert not ClockWatch(tmp_path / "file" / "clock").believed(NOW, [])
