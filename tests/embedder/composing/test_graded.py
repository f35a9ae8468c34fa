"""Graded pairs become lists of rows that may be learned from."""

from pathlib import Path

import numpy as np
import pytest

from embedder.composing.graded import graded_lists, read_grades, usable_grades


def written(folder: Path, text: str) -> Path:
    path = folder / "grades.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_grades_are_read_by_query(tmp_path: Path) -> None:
    path = written(tmp_path, "query,candidate,grade\na,b,2\na,c,0.5\nb,a,0\n")
    assert read_grades(path) == {"a": {"b": 2.0, "c": 0.5}, "b": {"a": 0.0}}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("query,candidate\na,b\n", 2),
        ("query,candidate,grade\na,b,1\na,c,good\n", 3),
        ("query,candidate,grade\na,b,2.5\n", 2),
        ("query,candidate,grade\na,b,nan\n", 2),
    ],
)
def test_what_is_no_grade_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(ValueError, match=f"line {line}"):
        read_grades(written(tmp_path, text))


def test_only_rows_that_may_be_learned_from_are_listed() -> None:
    grades = {
        "a": {"b": 2.0, "c": 0.0, "d": 1.0, "held out": 2.0, "gone": 1.0},
        "b": {"a": 0.0, "c": 0.0, "d": 0.0},
        "c": {"a": 2.0, "b": 2.0},
        "held out": {"a": 2.0, "b": 1.0, "c": 1.0},
    }
    films = ["a", "held out", "b", "c", "d"]
    lists = graded_lists(grades, films, np.array([0, 2, 3, 4]))
    assert lists.queries.tolist() == [0]
    assert lists.candidates.tolist() == [[2, 3, 4]]
    assert lists.grades.tolist() == [[2.0, 0.0, 1.0]]


def test_no_grades_are_no_lists() -> None:
    assert len(graded_lists({}, ["a", "b"], np.array([0, 1]))) == 0


def test_a_file_that_excel_wrote_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeffquery,candidate,grade\r\na,b,2\r\n")
    assert read_grades(path) == {"a": {"b": 2.0}}


def test_a_file_in_another_encoding_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    path.write_bytes("query,candidate,grade\nÄ,b,2\n".encode("latin-1"))
    with pytest.raises(ValueError, match=r"grades\.csv is no CSV in UTF-8"):
        read_grades(path)


def test_only_queries_that_teach_a_ranking_are_counted(tmp_path: Path) -> None:
    rows = "a,b,2\na,c,1\na,d,0\nb,a,2\nheld out,a,2\nheld out,b,1\nheld out,c,1\n"
    path = written(tmp_path, f"query,candidate,grade\n{rows}")
    grades, usable = usable_grades(path, ["a", "b", "c", "d"])
    assert (len(grades), usable) == (3, 1)
    with pytest.raises(ValueError, match=r"grades\.csv teaches nothing: none of its 3 queries"):
        usable_grades(path, ["a", "b", "c"])
