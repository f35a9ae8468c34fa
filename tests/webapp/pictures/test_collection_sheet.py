import io

import pytest
from flask.testing import FlaskClient
from pptx import Presentation
from pypdf import PdfReader

from onesheet.collections.sheet_process import SheetError, SheetKind
from webapp.pictures import collection_sheet


@pytest.mark.parametrize("kind", ["pdf", "pptx"])
def test_a_contact_sheet_is_in_the_visitors_words(client: FlaskClient, kind: str) -> None:
    found = client.post("/recommendations", data={"sample": "3"}).location.rpartition("/")[2]
    said = {
        "name": "Noir: <b>references",
        "film": ["5.0 =Red title", "4", "9999 gone"],
        "search": [found, "nobody"],
    }
    answer = client.post("/collections/export", data={**said, "format": kind})
    assert f'filename="Noir- -b-references.{kind}"' in answer.headers["Content-Disposition"]
    if kind == "pdf":
        text = PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    else:
        shapes = Presentation(io.BytesIO(answer.data)).slides[0].shapes
        text = " ".join(each.text_frame.text for each in shapes if each.has_text_frame)
    for word in ("Noir: <b>references", "Searched for", "· rated", "=Red title"):
        assert word in text, word
    assert "1 film is no longer in this catalogue." in text
    assert "A poster searched for is no longer shown." in text
    assert text.index("Film No. 3") < text.index("Film No. 5") < text.index("Film No. 4")


@pytest.mark.parametrize("kind", ["pdf", "pptx"])
def test_no_note_fails(client: FlaskClient, kind: str) -> None:
    """Neither a thousand letters of no direction, nor of several scripts."""
    neutral, mixed = ". (👩" * 2000, "a\u6f22\u0628\u0301" * 2000
    said = {"name": mixed, "note": neutral, "film": [f"4 {neutral}", f"5 {mixed}"]}
    answer = client.post("/collections/export", data={**said, "format": kind})
    assert answer.status_code == 200


def test_whoever_comes_while_another_sheet_is_made_is_told_to_wait(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection_sheet, "TURN_SECONDS", 0.01)
    said = {"film": "4", "format": "pdf"}
    with collection_sheet._ONE_AT_A_TIME:
        answer = client.post("/collections/export", data=said)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "try again" in answer.text
    assert client.post("/collections/export", data=said).status_code == 200


def test_what_takes_too_long_is_not_called_an_unreadable_poster(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_long(kind: SheetKind, *_: object) -> bytes:
        raise SheetError(kind)

    monkeypatch.setattr(collection_sheet, "laid_out", too_long)
    answer = client.post("/collections/export", data={"film": "4", "format": "pptx"})
    assert answer.status_code == 413
    assert "<h1>That is too large</h1>" in answer.text
    assert "takes too long to lay out" in answer.text
