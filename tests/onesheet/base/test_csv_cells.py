import pytest

from onesheet.base.csv_cells import harmless


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=cmd|"/c"!A1'])
def test_what_would_begin_a_formula_is_a_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["Alien", "", "2-1", None, -1, 0.5, True])
def test_all_else_stays(cell: object) -> None:
    assert harmless(cell) is cell
