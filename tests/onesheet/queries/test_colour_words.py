"""What names colours, and what is a title for all that."""

import pytest

from onesheet.queries.colour_words import colours_named
from onesheet.queries.meaning import Kind, meaning


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("#c0392b", ("#c0392b",)),
        ("#FFF", ("#ffffff",)),
        ("c0392b", ("#c0392b",)),
        ("Red and Black", ("red", "black")),
        ("teal, orange", ("teal", "orange")),
        ("dark blue + gold", ("dark blue", "gold")),
        ("colour: red", ("red",)),
        ("red and red", ("red",)),
    ],
)
def test_colours_are_read_as_people_write_them(text: str, names: tuple[str, ...]) -> None:
    found = colours_named(text)
    assert found
    assert found.names == names


@pytest.mark.parametrize(
    "text", ["", "The Red Shoes", "red shoes", "#12", "1234567", "and", "x" * 200, "red," * 9]
)
def test_what_says_more_is_no_colour(text: str) -> None:
    assert colours_named(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [("#c0392b", Kind.COLOURS), ("red and black", Kind.COLOURS), ("Red", Kind.TITLE)],
)
def test_one_bare_name_stays_a_title(text: str, kind: Kind) -> None:
    found = meaning(text)
    assert found
    assert found.kind is kind
