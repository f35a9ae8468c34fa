from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from catalog.images import to_webp
from webapp.pictures.share_card import (
    COLUMN,
    EDGE,
    FIVE,
    QUERY,
    SIZE,
    WALL,
    ShareCard,
    _font,
    _lines,
    joined,
)


def poster(folder: Path, colour: str) -> Path:
    path = folder / f"{colour}.webp"
    path.write_bytes(to_webp(Image.new("RGB", (200, 300), colour)))
    return path


def drawn(card: ShareCard) -> Image.Image:
    return Image.open(BytesIO(card.jpeg())).convert("RGB")


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < 12


def test_the_query_stands_on_the_left_and_its_five_beside_it(tmp_path: Path) -> None:
    five = tuple(poster(tmp_path, colour) for colour in ("blue", "green", "black"))
    image = drawn(ShareCard((poster(tmp_path, "red"),), five, "Most like", "this one", "A · B · C"))
    assert image.size == SIZE
    middle = (EDGE + QUERY[0] // 2, EDGE + QUERY[1] // 2)
    assert near(image.getpixel(middle), (255, 0, 0))  # type: ignore[arg-type]
    assert near(image.getpixel((EDGE * 2 + QUERY[0] + FIVE[0] // 2, 360)), (0, 0, 255))  # type: ignore[arg-type]


def test_a_result_whose_file_is_gone_leaves_its_room_empty(tmp_path: Path) -> None:
    card = ShareCard((poster(tmp_path, "red"),), (tmp_path / "gone.webp",), "Like", "it", "A")
    wall = tuple(bytes.fromhex(WALL[1:]))
    assert near(drawn(card).getpixel((EDGE * 2 + QUERY[0] + FIVE[0] // 2, 360)), wall)  # type: ignore[arg-type]


def test_without_the_query_there_is_no_card(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        ShareCard((tmp_path / "gone.webp",), (), "Like", "it", "").jpeg()


def test_several_posters_asked_about_share_the_room_and_one_may_be_gone(tmp_path: Path) -> None:
    asked = (poster(tmp_path, "red"), tmp_path / "gone.webp", poster(tmp_path, "blue"))
    image = drawn(ShareCard(asked, (), "Most like", "A + B + C", ""))
    wall = tuple(bytes.fromhex(WALL[1:]))
    colours = {(0, 0): (255, 0, 0), (1, 0): wall, (0, 1): (0, 0, 255), (1, 1): wall}
    for (column, row), colour in colours.items():
        middle = (EDGE + QUERY[0] * (1 + 2 * column) // 4, EDGE + QUERY[1] * (1 + 2 * row) // 4)
        assert near(image.getpixel(middle), colour)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "lines"),
    [("Long words " * 40, 2), ("Longword" * 40, 1), (joined(["A"] * 90), 2)],
    ids=["words", "a word", "titles"],
)
def test_long_titles_are_cut_to_their_lines(text: str, lines: int) -> None:
    font = _font(1, 50)
    found = _lines(text, font, 2)
    assert len(found) == lines
    assert found[-1].endswith("…")
    assert max(map(font.getlength, found)) <= SIZE[0] - EDGE - COLUMN
