"""Names in a sentence: not more than anybody reads."""

from catalog.sources.source import names_listed


def test_the_first_of_many_names_are_listed() -> None:
    assert names_listed(["a", "", "b"]) == "a, b"
    assert names_listed([""]) == "no names"
    assert names_listed([f"n{number}" for number in range(14)]).endswith("n11 and 2 more")
    assert names_listed(["x" * 99]) == "x" * 40
