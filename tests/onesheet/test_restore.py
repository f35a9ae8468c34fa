"""What no instance is made of, and where none is made."""

import io
import random
import re
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from onesheet.backup import CONTENTS, BackupError, back_up
from onesheet.instance import Instance
from onesheet.restore import unpack


def cut(data: bytearray, place: int) -> bytes:
    return bytes(data[:place])


def flipped(data: bytearray, place: int) -> bytes:
    data[place] ^= 1 << place % 8
    return bytes(data)


@pytest.mark.parametrize("damage", [cut, flipped])
def test_no_damaged_backup_is_restored(
    instance: Instance, tmp_path: Path, damage: Callable[[bytearray, int], bytes]
) -> None:
    file, bad, there = tmp_path / "all.tar", tmp_path / "bad.tar", tmp_path / "there"
    back_up(instance.home, file)
    data = file.read_bytes()
    with tarfile.open(file) as tar:
        infos = tar.getmembers()
    # Within what is read: not in the padding after a file, nor after the end.
    places = [
        info.offset_data + rng.randrange(info.size)
        for rng in [random.Random(7)]
        for info in rng.sample(infos, 10)
    ]
    for place in places:
        bad.write_bytes(damage(bytearray(data), place))
        with pytest.raises(BackupError):
            unpack(bad, there)
        assert not there.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.tar", "bad.tar", "instance"]


@pytest.mark.parametrize("name", ["../evil", "/evil", "posters/../../evil", "posters/.evil"])
def test_a_backup_that_reaches_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / "evil.tar"
    with tarfile.open(file, "w") as tar:
        for each in (name, CONTENTS):
            info = tarfile.TarInfo(each)
            info.size = 2
            tar.addfile(info, io.BytesIO(b"{}"))
    with pytest.raises(BackupError, match=re.escape(repr(name))):
        unpack(file, tmp_path / "there")
    assert [path.name for path in tmp_path.iterdir()] == ["evil.tar"]


def test_nothing_is_overwritten(app: Flask, instance: Instance, tmp_path: Path) -> None:
    file = tmp_path / "all.tar"
    back_up(instance.home, file)
    with pytest.raises(BackupError, match="already"):
        back_up(instance.home, file)
    with pytest.raises(BackupError, match="already"):
        unpack(file, instance.home.folder)
    with pytest.raises(BackupError, match="not there"):
        unpack(tmp_path / "none.tar", tmp_path / "there")


def test_a_backup_may_be_unpacked_where_one_stands(
    app: Flask, instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(instance.home, tmp_path / "all.tar")
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "there")
    unpack(tmp_path / "all.tar", Path())
    assert (tmp_path / "there" / "onesheet.db").is_file()
    with pytest.raises(BackupError, match=r"none\.tar is not there"):
        unpack(tmp_path / "none.tar", tmp_path / "new")
    with pytest.raises(BackupError, match="cannot be read"):
        unpack(tmp_path, tmp_path / "new")
    assert not (tmp_path / "new").exists()
