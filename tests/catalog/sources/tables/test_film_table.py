from catalog.sources.detection import source_at
from catalog.sources.source import SourceNotes
from tests.catalog.sources.conftest import PICTURE, Lay, tell

TABLE = "title,year,director,imdb_id\nHeat,1995,Mann,tt0113277\nRonin,x,F,tt0122690,,\nM,1931\n"


def test_rows_with_their_lines(lay_files: Lay) -> None:
    told = tell(lay_files({"films.csv": TABLE}) / "films.csv")
    assert [record.title for record in told.records] == ["Heat", "Ronin"]
    assert told.notes.skipped == [
        "line 4: it does not have as many cells as there are columns",
    ]
    assert told.notes.warnings == [
        "line 3: year 'x' is not a year within 1870-2100; left empty",
    ]


def test_what_is_read_and_what_not_is_told(lay_files: Lay) -> None:
    lines = source_at(lay_files({"films.csv": TABLE}) / "films.csv").description()
    text = "\n".join(lines)
    assert "3 rows, commas, UTF-8" in text
    assert "title from title" in text
    assert "Not read: director." in text
    assert "no pictures" in text


def test_genres_that_are_unknown_are_counted(lay_files: Lay) -> None:
    table = 'title,genres\nA,"Heist, Drama"\nB,Heist\n'
    told = tell(lay_files({"films.csv": table}) / "films.csv")
    assert told.notes.unknown_genres == {"Heist": 2}


def test_a_picture_that_is_meant_and_missing_costs_the_film(lay_files: Lay) -> None:
    source = source_at(lay_files({"films.csv": "title,poster\nHeat,h.jpg\n"}) / "films.csv")
    notes = SourceNotes()
    assert list(source.films(notes)) == []
    assert notes.skipped == ["line 2: there is no picture h.jpg"]


def test_pictures_that_no_row_names_are_told_of(lay_files: Lay) -> None:
    table = "title,poster\nHeat,x/h.jpg\nRonin,\nM,gone.jpg\n"
    beside = dict.fromkeys(("x/h.jpg", "Ronin.png", "Ronin.webp", "b.jpg", "c.jpg"), PICTURE)
    told = tell(lay_files({"films.csv": table, **beside}))
    assert len(told.pictures) == 2
    assert told.notes.warnings == [
        "pictures left out, since no row that is used names them: 2 of the 4 beside the table "
        "(b.jpg, c.jpg); where that is not about them, import the folder without it"
    ]


def test_a_title_that_no_database_takes_costs_only_its_film(lay_files: Lay) -> None:
    table = '{"title": "Heat"}\n{"title": "Ron\\udc80in"}\n{"title": "M"}\n'
    told = tell(lay_files({"films.jsonl": table}) / "films.jsonl")
    assert [record.title for record in told.records] == ["Heat", "M"]
    assert told.notes.skipped == ["line 2: title and genres must be text in UTF-8, without NUL"]
