import csv
import json
import sqlite3
from pathlib import Path

import pytest

from cli.evaluate import read_sequels, rendered
from cli.framework import Mistake
from onesheet.evaluation.trial import Figure
from tests.cli.conftest import Run, one_line


def test_a_figure_is_told_with_its_interval() -> None:
    assert rendered(0.25) == "0.250"
    assert rendered(Figure(0.5, 0.4, 0.6)) == "0.500  (0.400 to 0.600)"


def test_sequels_are_read_by_their_columns(tmp_path: Path) -> None:
    path = tmp_path / "sequels.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["sequels", "imdb_id"], ["tt2|tt3", "tt1"]])
    assert read_sequels(path) == {"tt1": ["tt2", "tt3"]}
    path.write_text("imdb_id,sequels\n tt1, tt2 | tt3 \n")
    assert read_sequels(path) == {"tt1": ["tt2", "tt3"]}, "blanks are no part of an id"
    path.write_text("film,others\n")
    with pytest.raises(Mistake, match="imdb_id and sequels"):
        read_sequels(path)


def test_sequels_that_excel_wrote_are_read_and_missing_cells_are_none(tmp_path: Path) -> None:
    path = tmp_path / "sequels.csv"
    path.write_text("\ufeffimdb_id,sequels\ntt1,tt2|tt3\ntt4\n", encoding="utf-8")
    assert read_sequels(path) == {"tt1": ["tt2", "tt3"], "tt4": [""]}
    path.write_bytes("imdb_id,sequels\ntt1,Ä\n".encode("latin-1"))
    with pytest.raises(Mistake, match=r"sequels\.csv is no CSV in UTF-8"):
        read_sequels(path)


def test_a_catalogue_without_the_split_is_refused(run: Run) -> None:
    assert "no posters of the splits train and val" in one_line(
        run("evaluate", "--split", "val", status=2)
    )


def test_evaluate_measures_one_split_against_train(run: Run) -> None:
    with sqlite3.connect(run.home / "onesheet.db") as database:
        database.execute("UPDATE movie SET split = 'val' WHERE id % 4 = 0")
    database.close()
    told = json.loads(run("evaluate", "--split", "val", "--no-altered", "--json").stdout)
    assert told["split"] == "val"
    assert 0 <= told["neighbours, cosine"]["P@5"]["value"] <= 1
    assert "neighbours, cosine" in run("evaluate", "--split", "val", "--no-altered").output


def test_one_held_out_film_that_nobody_rated_is_measured_without_its_score(run: Run) -> None:
    with sqlite3.connect(run.home / "onesheet.db") as database:
        database.execute("UPDATE movie SET split = 'test' WHERE imdb_id = 'tt0000002'")
        database.execute("UPDATE movie SET rating = NULL")
    database.close()
    told = run("evaluate", "--no-altered").output
    assert "neighbours, cosine" in told
    assert "RMSE" not in told


def test_posters_that_are_all_alike_are_refused_in_one_line(run: Run) -> None:
    with sqlite3.connect(run.home / "onesheet.db") as database:
        database.execute("UPDATE movie SET split = 'test' WHERE imdb_id = 'tt0000002'")
        database.execute("UPDATE poster SET perceptual_hash = 0")
    database.close()
    assert "every poster of train is nearly one of test" in one_line(
        run("evaluate", "--no-altered", status=2)
    )
