"""Index folders on disk: written whole or not at all, and verified byte by byte when read."""

import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from index.manifest import Manifest

CURRENT = "current"
MANIFEST = "manifest.json"

_UNFINISHED = ".unfinished-"
_FINGERPRINT = r"[0-9a-f]{64}"
_ABANDONED_AFTER = 24 * 3600  # seconds: a killed build's folder, not one still being written

Writer = Callable[[Path], None]
Which = TypeVar("Which")
T = TypeVar("T")


class IndexFolderError(ValueError):
    """An index folder that is missing, torn or not ours, or tables in its place; names the command
    that mends it."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem}; run `onesheet index` to build the index again")


class TurnLostError(IndexFolderError):
    """Whoever was building alone may be so no more, and writes nothing."""


def write(root: Path, files: Mapping[str, Writer], describe: Callable[..., Manifest]) -> Path:
    """Writes root/<fingerprint>/ with `files` and their manifest, then points root/current at it.

    describe(files=SHA-256 by name) gives the manifest. Until the last step, readers see the old
    index; a build that fails leaves nothing behind.
    """
    root.mkdir(parents=True, exist_ok=True)
    _sweep(root)
    unfinished = root / f"{_UNFINISHED}{secrets.token_hex(8)}"
    unfinished.mkdir()
    try:
        for name, writer in files.items():
            writer(unfinished / name)
            _sync(unfinished / name)
        manifest = describe(files={name: _digest(unfinished / name) for name in files})
        (unfinished / MANIFEST).write_text(manifest.rendered(), encoding="utf-8", newline="\n")
        _sync(unfinished / MANIFEST)
        _sync(unfinished)
        folder = root / manifest.fingerprint
        _move(unfinished, folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    _point(root, folder.name)
    return folder


def _move(unfinished: Path, folder: Path) -> None:
    """Moves a finished folder into place, or drops it where the same content stands unharmed."""
    if folder.exists():
        try:
            verified(folder)
        except IndexFolderError:
            aside = folder.with_name(f"{_UNFINISHED}{secrets.token_hex(8)}")
            folder.replace(aside)
            unfinished.replace(folder)
            shutil.rmtree(aside, ignore_errors=True)
        else:
            shutil.rmtree(unfinished)
    else:
        unfinished.replace(folder)
    _sync(folder.parent)


def _point(root: Path, name: str) -> None:
    pending = root / f"{_UNFINISHED}{secrets.token_hex(8)}"
    pending.write_text(name + "\n", encoding="ascii", newline="\n")
    _sync(pending)
    pending.replace(root / CURRENT)
    _sync(root)


def _sweep(root: Path) -> None:
    """Removes what killed builds left behind."""
    for left in root.glob(f"{_UNFINISHED}*"):
        if time.time() - left.stat().st_mtime > _ABANDONED_AFTER:
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink()


def current_folder(root: Path) -> Path:
    """The folder that root/current names; IndexFolderError where it names none."""
    while True:
        name = _named(root)
        if (root / name).is_dir():
            return root / name
        if _named(root) == name:
            raise IndexFolderError(f"{root / CURRENT} names the folder {name}, which is missing")
        # Another one took its place meanwhile, and this one was removed.


def settled(current: Callable[[], Which], use: Callable[[Which], T]) -> T:
    """What `use` makes of the index that is `current`; of the next one where another took its place
    meanwhile and it failed, since it may have been removed."""
    while True:
        place = current()
        try:
            return use(place)
        except (IndexFolderError, OSError):
            if current() == place:
                raise


def _named(root: Path) -> str:
    try:
        text = (root / CURRENT).read_text(encoding="ascii")
    except FileNotFoundError:
        raise IndexFolderError(f"there is no index in {root}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexFolderError(f"{root / CURRENT} cannot be read ({error})") from error
    if not re.fullmatch(rf"{_FINGERPRINT}\n", text):
        raise IndexFolderError(f"{root / CURRENT} does not name an index folder")
    return text.strip()


def prune(root: Path) -> None:
    """Removes all index folders but the one that root/current names.

    Whoever has one of them open keeps it: a mapped file lives until it is closed. Where the system
    forbids to remove such a file, as Windows does, it goes at a later call.
    """
    keep = current_folder(root)
    for folder in root.iterdir():
        if re.fullmatch(_FINGERPRINT, folder.name) and folder != keep:
            shutil.rmtree(folder, ignore_errors=True)


def described(folder: Path) -> Manifest:
    """The folder's manifest, its files not looked at; IndexFolderError where it is damaged."""
    path = folder / MANIFEST
    try:
        # As bytes: reading as text would translate line ends and hide a changed one.
        manifest = Manifest.parse(path.read_bytes().decode())
    except FileNotFoundError:
        raise IndexFolderError(f"{path} is missing") from None
    except (OSError, ValueError) as error:
        raise IndexFolderError(f"{path} cannot be used: {error}") from error
    if manifest.fingerprint != folder.name:
        raise IndexFolderError(f"{path} belongs to another index, {manifest.fingerprint}")
    return manifest


def verified(folder: Path) -> Manifest:
    """The folder's manifest, once every file matches it; IndexFolderError at the first mismatch."""
    manifest = described(folder)
    for name, expected in manifest.files.items():
        try:
            found = _digest(folder / name)
        except OSError as error:
            raise IndexFolderError(f"{folder / name} cannot be read ({error.strerror})") from error
        if found != expected:
            raise IndexFolderError(f"{folder / name} is damaged: its SHA-256 does not match")
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Flushes a file, or a folder's entries, to the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders; its rename is journalled
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
