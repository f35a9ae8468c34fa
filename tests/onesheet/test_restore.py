"""What no instance is made of, and where none is made."""

import errno
import hashlib
import io
import os
import random
import re
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask

from catalog.flushing import UnwritableError
from onesheet import restore
from onesheet.backup import BACKUP_FORMAT, CONTENTS, BackupError, Contents, PackedFile, back_up
from onesheet.instance import Instance
from onesheet.restore import unpack
from onesheet.storage import schema


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


def test_a_folder_that_is_there_is_filled_as_a_mounted_disk_must_be(
    app: Flask, instance: Instance, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    left = there / ".onesheet-restore-left"  # by one that was killed
    left.mkdir(parents=True)
    (left / "onesheet.db").write_bytes(b"half of one")
    for each in (left / "onesheet.db", left):
        os.utime(each, (0, 0))
    back_up(instance.home, tmp_path / "all.tar")
    before = there.stat().st_ino
    manifest = unpack(tmp_path / "all.tar", there)
    assert there.stat().st_ino == before
    files = {path.relative_to(there).as_posix() for path in there.rglob("*") if path.is_file()}
    assert files == set(manifest.files)


def test_of_what_cannot_be_moved_there_nothing_is_left(
    app: Flask, instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(instance.home, tmp_path / "all.tar")
    there, moved = tmp_path / "there", Path.replace
    there.mkdir()
    found: list[str] = []

    def fails_at_the_database(path: Path, target: Path) -> Path:
        if target == there / "onesheet.db":
            found.extend(each.name for each in there.iterdir())
            raise OSError(errno.ENOSPC, "full")
        return moved(path, target)

    monkeypatch.setattr(Path, "replace", fails_at_the_database)
    with pytest.raises(UnwritableError, match=re.escape(str(there))):
        unpack(tmp_path / "all.tar", there)
    assert {"posters", "secret"} < set(found), "the database comes last"
    assert list(there.iterdir()) == []


def test_what_came_into_the_folder_meanwhile_stays(
    app: Flask, instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(instance.home, tmp_path / "all.tar")
    there, unpacked = tmp_path / "there", restore._unpacked
    there.mkdir()

    def while_a_server_starts(source: Path, folder: Path) -> Contents:
        (there / "onesheet.db").write_bytes(b"another instance")
        return unpacked(source, folder)

    monkeypatch.setattr(restore, "_unpacked", while_a_server_starts)
    with pytest.raises(BackupError, match="by now"):
        unpack(tmp_path / "all.tar", there)
    assert [path.name for path in there.iterdir()] == ["onesheet.db"]
    assert (there / "onesheet.db").read_bytes() == b"another instance"


def small_backup(file: Path) -> Path:
    """A backup of two empty files."""
    names = ("posters/one.png", "onesheet.db")
    files = {name: PackedFile(hashlib.sha256(b"").hexdigest(), 0) for name in names}
    contents = msgspec.json.encode(Contents(BACKUP_FORMAT, "", schema.HEAD, files))
    with tarfile.open(file, "w") as tar:
        for name, data in (*((name, b"") for name in names), (CONTENTS, contents)):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return file


def test_what_another_restore_is_unpacking_stays_and_keeps_others_out(tmp_path: Path) -> None:
    made = tmp_path / "there" / ".onesheet-restore-made" / "posters"
    made.mkdir(parents=True)
    (made / "one.png").write_bytes(b"")
    for each in (made, made.parent):
        os.utime(each, (0, 0))  # only a file is written to
    with pytest.raises(BackupError, match=r"Another restore .* remove .*-made"):
        unpack(small_backup(tmp_path / "all.tar"), tmp_path / "there")
    assert [path.name for path in (tmp_path / "there").iterdir()] == [".onesheet-restore-made"]
    assert (made / "one.png").exists()


def test_a_restore_whose_files_are_removed_meanwhile_installs_no_rest_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, write = tmp_path / "there", restore._unpacked_file
    there.mkdir()

    def removed_after_the_first(file: Any, path: Path, size: int) -> PackedFile:
        written = write(file, path, size)
        if path.name == "one.png":
            shutil.rmtree(path.parents[1])
        return written

    monkeypatch.setattr(restore, "_unpacked_file", removed_after_the_first)
    with pytest.raises(UnwritableError):
        unpack(small_backup(tmp_path / "all.tar"), there)
    assert list(there.iterdir()) == []


def test_a_new_disk_can_be_restored_to(tmp_path: Path) -> None:
    there = tmp_path / "there"
    (there / "lost+found").mkdir(parents=True)
    unpack(small_backup(tmp_path / "all.tar"), there)
    names = ["lost+found", "onesheet.db", "posters"]
    assert sorted(path.name for path in there.iterdir()) == names


def test_what_killed_restores_left_beside_a_new_folder_is_removed(tmp_path: Path) -> None:
    left, made = (tmp_path / f".onesheet-restore-{name}" for name in ("left", "made"))
    for folder in (left, made):
        folder.mkdir()
    os.utime(left, (0, 0))
    unpack(small_backup(tmp_path / "all.tar"), tmp_path / "there")
    assert [path.name for path in tmp_path.glob(".*")] == [made.name]
