import pytest

from onesheet.collections.typefaces import other_typefaces, page_typeface


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("Žižek & Amélie, 1958 · “…”", []),
        ("Иван Грозный, Ελλάδα", ["NotoSans["]),
        ("七人の侍 기생충 花樣年華", ["NotoSansCJK"]),
        ("ملك 1999", ["NotoSansArabic"]),
        ("שמונה וחצי", ["Heebo"]),
        ("शोले", ["NotoSans["]),
        ("ลุงบุญมี", ["NotoSansThai"]),
    ],
)
def test_a_title_gets_the_typefaces_that_it_needs(text: str, stems: list[str]) -> None:
    paths, missing = other_typefaces(text)
    assert missing == ""
    assert len(paths) == len(stems)
    assert all(path.stem.startswith(stem) for path, stem in zip(paths, stems, strict=True))


def test_letters_that_no_typeface_has_are_named() -> None:
    paths, missing = other_typefaces("ქართული და Hanken")
    assert missing == "Georgian"
    assert paths == []
    assert page_typeface("SemiBold").is_file()
