"""From a table's file to its text: packing and encoding found by content, never by name."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from charset_normalizer import from_bytes

from catalog.records import CatalogError

_GZIP: Final = b"\x1f\x8b"
_NO_TABLES: Final = {
    b"PK\x03\x04": "is a ZIP archive, or a spreadsheet; unpack it first, or save it as CSV",
    b"\xd0\xcf\x11\xe0": "is an old spreadsheet; save it as CSV",
    b"SQLite format 3": "is a database; export its films as CSV",
    b"%PDF": "is a PDF; save the list as CSV",
    **dict.fromkeys(
        (b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!"),
        "is packed otherwise than by gzip; unpack it first",
    ),
    **dict.fromkeys(
        (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*"),
        "is a picture; name the folder that it lies in",
    ),
}
"""How files begin that people take for tables, and what to do."""
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PART: Final = 1 << 20
_ASKED_OF: Final = 256 * 1024
"""Bytes from which an encoding is guessed, where a file says nothing of its own."""
_WESTERN: Final = "cp1252"
_OLD_ENCODINGS: Final = (
    *("cp1250", "cp1251", _WESTERN, "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("koi8_r", "mac_roman", "cp874", "cp932", "euc_jp", "cp949", "gb18030", "big5"),
)
"""What tables are written in that are no Unicode; others look alike and are hardly ever meant."""
_FEW: Final = 4
_MOSTLY_PLAIN: Final = 0.3
_MANY_LINES: Final = 50
_IN_WORDS: Final = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    _WESTERN: "Windows-1252",
}


@contextmanager
def opened_bytes(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked where it is gzip. Raises `CatalogError` for damaged gzip."""
    if not path.is_file():
        raise CatalogError(f"{path} is missing, or no ordinary file")
    with path.open("rb") as file:
        head = file.read(16)
        file.seek(0)
        for begin, says in _NO_TABLES.items():
            if head.startswith(begin) and (len(begin) > 2 or b"\0" in head):
                raise CatalogError(f"{path} {says}")
        try:
            yield cast(BinaryIO, gzip.GzipFile(fileobj=file)) if head[:2] == _GZIP else file
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise CatalogError(f"{path} is cut short or damaged; fetch it again") from error


@contextmanager
def opened_text(path: Path, encoding: str) -> Iterator[io.TextIOWrapper]:
    """The text of a file in an encoding, newlines as they are. Raises `CatalogError` where what is
    read of it is not text in that encoding."""
    try:
        with opened_bytes(path) as file, io.TextIOWrapper(file, encoding, newline="") as text:
            yield text
    except UnicodeError as error:
        raise CatalogError(
            f"{path} is not {encoding_in_words(encoding)} throughout; save it as UTF-8"
        ) from error


def encoding_of(path: Path) -> str:
    """Return the name of the encoding that a file is written in.

    A mark at its beginning decides; else UTF-8 where all of it is; else UTF-16 where every other
    byte is nothing; else what charset-normalizer finds likeliest, Windows-1252 among equals.
    """
    with opened_bytes(path) as file:
        head = file.read(_ASKED_OF)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        nothing = [head[place::2].count(0) for place in (0, 1)]
        if max(nothing) > len(head) / 8:
            return "utf-16-be" if nothing[0] > nothing[1] else "utf-16-le"
        if _is_utf_8(head, file):
            return "utf-8"
    return _guessed(head)


def encoding_in_words(encoding: str) -> str:
    """Return an encoding's name for people."""
    return _IN_WORDS.get(encoding, encoding)


def _is_utf_8(head: bytes, file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        part = head
        while part:
            decoder.decode(part)
            part = file.read(_PART)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _guessed(head: bytes) -> str:
    """The likeliest encoding of bytes that are no UTF-8, from the lines that are not plain.

    A few odd letters among plain ones are of a Western language, unless there are many lines of
    them to tell it by; charset-normalizer guesses wildly from less."""
    lines = [line for line in head.splitlines() if not line.isascii()]
    telling = b"\n".join(lines)
    odd = sum(byte > 127 for byte in telling)
    letters = odd + sum(chr(byte).isalpha() for byte in telling if byte < 128)
    if odd < _FEW or (odd < letters * _MOSTLY_PLAIN and len(lines) < _MANY_LINES):
        return _WESTERN
    found = from_bytes(telling, cp_isolation=list(_OLD_ENCODINGS))
    best = found.best()
    if best is None or any(_WESTERN in match.could_be_from_charset for match in list(found)[:2]):
        return _WESTERN
    return best.encoding
