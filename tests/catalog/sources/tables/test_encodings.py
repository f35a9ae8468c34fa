import gzip
import random
from pathlib import Path

import pytest

from catalog.records import CatalogError
from catalog.sources.tables.encodings import (
    encoding_in_words,
    encoding_of,
    opened_bytes,
    opened_text,
)

TEXTS = {
    "utf-8": "title\nAmélie\n",
    "utf-8-sig": "title\nAmélie\n",
    "utf-16": "title\n東京物語\n",
    "utf-16-le": "title,year\nAmélie,2001\n",
    "utf-16-be": "title,year\nAmélie,2001\n",
    "utf-32": "title\n東京物語\n",
    "cp1252": "title\nAmélie\n",
    "cp1251": "title,year\nИван Васильевич меняет профессию,1973\nСлужебный роман,1977\n",
    "shift_jis": "title,year\n東京物語,1953\n七人の侍,1954\nとなりのトトロ,1988\n",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_a_text_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "films.csv"
    path.write_bytes(TEXTS[encoding].encode(encoding))
    found = encoding_of(path)
    with opened_text(path, found) as text:
        assert text.read() == TEXTS[encoding]
    assert encoding_in_words(found)


@pytest.mark.parametrize("word", ["café", "naïve", "Señor", "Ödipussi", "“Heat”", "Gruß", "½"])
def test_one_odd_word_is_enough(tmp_path: Path, word: str) -> None:
    path = tmp_path / "films.csv"
    path.write_bytes(f"title\nHeat\n{word}\nRonin\n".encode("cp1252"))
    with opened_text(path, encoding_of(path)) as text:
        assert word in text.read()


def test_utf_8_that_ends_in_other_bytes_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_bytes("é".encode() * 300_000 + b"\xe9")
    assert encoding_of(path) != "utf-8"


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="is missing"):
        encoding_of(tmp_path / "films.csv")


@pytest.mark.parametrize("place", [12, 400, -6], ids=["beginning", "middle", "checksum"])
def test_gzip_that_is_damaged_is_said_to_be(tmp_path: Path, place: int) -> None:
    path = tmp_path / "films.csv.gz"
    data = bytearray(gzip.compress(random.Random(0).randbytes(2000)))
    data[place] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(CatalogError, match="damaged; fetch it again"), opened_bytes(path) as file:
        file.read()
