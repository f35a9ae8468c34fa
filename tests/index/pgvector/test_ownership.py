import pytest

from index import IndexFolderError
from index.pgvector.ownership import (
    drop_parts,
    forget_name,
    leave_mark,
    note_name,
    own_mark,
    unused_names,
)
from index.pgvector.table import Lend

NAME = "vectors_0123456789abcdef_on_2"


def test_a_server_keeps_the_first_mark_that_was_left_there(lend: Lend) -> None:
    with lend() as connection:
        leave_mark(connection, "mine", "of server 1")
        leave_mark(connection, "mine", "of server 1")
        with pytest.raises(IndexFolderError, match="database of server 3 has the vectors"):
            leave_mark(connection, "theirs", "of server 3")


def test_names_are_unused_that_were_noted_and_that_no_row_has(lend: Lend) -> None:
    with lend() as connection:
        assert unused_names(connection) == [], "before anything is there"
        connection.execute("CREATE TABLE vector_index (vectors text)")
        connection.execute("INSERT INTO vector_index VALUES ('vectors_1_on_3'), ('vectors_2')")
        assert own_mark(connection) == own_mark(connection) != ""
        note_name(connection, NAME)
        assert unused_names(connection) == [NAME]
        connection.execute("DELETE FROM vector_index")
        assert {*unused_names(connection)} == {NAME, "vectors_1_on_3"}, "a row notes it as well"
        forget_name(connection, NAME)
        assert unused_names(connection) == ["vectors_1_on_3"]


def test_all_parts_of_a_name_go_and_nothing_else(lend: Lend) -> None:
    asked = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
    with lend() as connection:
        for table in (f"{NAME}_1", f"{NAME}_2", "vectors_0123456789abcdee_on_2_1"):
            connection.execute(f"CREATE TABLE {table} ()".encode())
        drop_parts(connection, NAME, 2)
        left = [row[0] for row in connection.execute(asked)]
    assert left == ["vectors_0123456789abcdee_on_2_1", f"{NAME}_2"]
