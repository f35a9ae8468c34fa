import io

import pytest
from flask.testing import FlaskClient
from pptx import Presentation
from pypdf import PdfReader


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
    assert "A poster searched for is no longer kept." in text
    assert text.index("Film No. 3") < text.index("Film No. 5") < text.index("Film No. 4")
