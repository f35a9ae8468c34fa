import io
from collections.abc import Callable

from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from onesheet.collections.contact_sheet import ContactSheet, SheetPoster
from onesheet.collections.slides import as_slides


def test_the_slides_have_posters_as_stored_and_all_words(hung: Callable[..., SheetPoster]) -> None:
    long = "A note of many words. " * 12
    films = [hung(2, "七人の侍"), hung(3, "\x08Bell", note="Red title"), hung(4, note=long)]
    films += [hung(n) for n in range(5, 20)]
    sheet = ContactSheet(
        "Noir references", "For Anna", (hung(1, searched=True),), tuple(films), ("One is gone.",)
    )
    deck = Presentation(io.BytesIO(as_slides(sheet)))
    assert deck.core_properties.title == "Noir references"
    first, second = deck.slides
    for slide, count in ((first, 11), (second, 8)):
        pictures = [each for each in slide.shapes if each.shape_type == MSO_SHAPE_TYPE.PICTURE]
        assert len(pictures) == count
        assert {each.image.size for each in pictures} == {(200, 300)}
        for each in slide.shapes:
            assert each.left >= 0
            assert each.left + each.width <= deck.slide_width
            assert each.top + each.height <= deck.slide_height
    words = [
        [each.text_frame.text for each in s.shapes if each.has_text_frame] for s in deck.slides
    ]
    assert words[0][0] == "Noir references\nFor Anna"
    assert words[0][1].startswith("Film No. 1\n")
    assert words[0][2].startswith("七人の侍\n1958 · rated 8.3")
    assert words[0][3].endswith("\nRed title")
    assert words[0][4].endswith("…")
    assert words[1][-1] == "One is gone."
    assert long.strip() in first.notes_slide.notes_text_frame.text
    assert not second.has_notes_slide
