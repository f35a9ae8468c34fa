import io
from collections.abc import Callable

from pypdf import PageObject, PdfReader

from onesheet.collections.contact_sheet import ContactSheet, SheetPoster
from onesheet.collections.pdf_sheet import as_pdf


def read(sheet: ContactSheet) -> PdfReader:
    return PdfReader(io.BytesIO(as_pdf(sheet, lambda letters: f"Not drawn: {letters}")))


def words(page: PageObject) -> str:
    return page.extract_text().replace("\0", "")


def test_the_pdf_has_posters_as_stored_and_all_words(hung: Callable[..., SheetPoster]) -> None:
    long = "A note of many words. " * 12
    films = [hung(2, "七人の侍"), hung(3, note="Red title"), hung(4, note=long)]
    films += [hung(n) for n in range(5, 20)]
    sheet = ContactSheet(
        "Noir references", "For Anna", (hung(1, searched=True),), tuple(films), ("One is gone.",)
    )
    found = read(sheet)
    first, second, notes = (words(page) for page in found.pages)
    assert found.metadata is not None
    assert found.metadata.title == "Noir references"
    assert [len(page.images) for page in found.pages] == [11, 8, 0]
    sizes = {each.image.size for page in found.pages for each in page.images if each.image}
    assert sizes == {(200, 300)}
    for word in (
        "Noir references",
        "For Anna",
        "Film No. 1",
        "七人の侍",
        "Red title",
        "1958 · rated 8.3",
    ):
        assert word in first, word
    assert first.index("Film No. 1") < first.index("七人の侍")
    assert "One is gone." not in first
    assert "One is gone." in second
    assert "2 / 2" in second
    assert "".join(long.split()) in "".join(notes.split())  # in the first page's place it was cut


def test_a_long_note_on_the_collection_stands_whole_at_the_end(
    hung: Callable[..., SheetPoster],
) -> None:
    long = "The brief, in many words. " * 38
    first, notes = map(words, read(ContactSheet("Noir", long, (), (hung(1),))).pages)
    assert first.count("The brief") < 38
    assert "".join(long.split()) in "".join(notes.split())
    assert "Film No. 1" not in notes


def test_what_cannot_be_drawn_is_said(hung: Callable[..., SheetPoster]) -> None:
    lost = hung(1, "ქ Georgia")
    lost.path.unlink()
    (page,) = read(ContactSheet("Sheet", "", (), (lost,))).pages
    assert len(page.images) == 0
    assert "eorgia" in words(page)
    assert "Not drawn: Georgian" in words(page)


def test_a_note_of_nothing_but_dots_is_cut(hung: Callable[..., SheetPoster]) -> None:
    (page,) = read(ContactSheet("." * 80, ". " * 500, (), (hung(1, note="." * 280),))).pages[:1]
    assert "…" in words(page)
