"""The table of several posters as a file, and what its rows tell."""

import csv
import io

from flask import Flask

from onesheet.base.csv_cells import BYTE_ORDER_MARK
from onesheet.instance import Instance
from onesheet.queries.query import from_sample
from webapp.presenting.batch_table import BATCH_COLUMNS, BatchRow, recorded_row, table_csv


def test_a_row_holds_what_the_answer_says_and_no_cell_begins_a_formula(
    app: Flask, instance: Instance
) -> None:
    answer = instance.recommender.recommend(from_sample("3", instance.catalog))
    with app.test_request_context():
        rows = [recorded_row(answer.id, "=SUM(A1).png"), BatchRow("+1.png", trouble="@no")]
        lines = list(csv.DictReader(io.StringIO(table_csv(rows).removeprefix(BYTE_ORDER_MARK))))
    assert [len(line) for line in lines] == [len(BATCH_COLUMNS)] * 2
    first, second = lines
    assert first["file"] == "'=SUM(A1).png"
    assert first["genres"] == " | ".join(answer.reading.predicted)
    assert float(first["score"]) == answer.reading.score
    assert [first[f"like_{place}"].split(" (")[0] for place in range(1, 6)] == [
        each.card.title for each in answer.results
    ]
    assert first["page"].endswith(f"/r/{answer.id}")
    assert (second["file"], second["trouble"], second["page"]) == ("'+1.png", "'@no", "")


def test_what_is_gone_or_never_was_is_a_row_that_says_so(app: Flask, instance: Instance) -> None:
    with app.test_request_context():
        row = recorded_row("AAAAAAAAAAAAAAAA", "mine.png")
    assert row.answer is None
    assert "no such recommendation" in row.trouble
