import numpy as np
import pytest

from index import IndexFolderError, Options
from index.contents import contents
from index.pgvector.guides import guide_files, guides_over
from index.pgvector.table import Lend
from index.pgvector.vector_place import OneTable
from tests.index.conftest import clustered

VECTORS = clustered(60, 8, seed=62)
IDS = np.arange(60)


@pytest.mark.parametrize("options", [Options(), Options(exact_up_to=0)], ids=["exact", "graphs"])
def test_what_was_written_is_found_whole_and_goes_when_dropped(
    lend: Lend, options: Options
) -> None:
    place = OneTable(lend)
    made = contents(IDS, VECTORS, "m", False, None)
    arrays = {name: array() for name, array in made.arrays.items()}
    if options.exact_up_to == 0:
        arrays |= guide_files(guides_over(made.vectors))
    with place.written(arrays, made.vectors, options) as written:
        name, graph = written.name, written.graph
    with lend() as connection:
        manifest = made.describe(files={}, graph=graph)
        assert (graph is None) == (options.exact_up_to > 0)
        gallery = place.gallery(connection, name, manifest, arrays)
        np.testing.assert_array_equal(gallery.vectors(IDS), VECTORS)
        with pytest.raises(IndexFolderError, match="has not all of its vectors"):
            place.gallery(connection, name, manifest, arrays | {"ids.npy": np.arange(61)})
        place.drop(connection, name)
        place.drop(connection, name)
        connection.commit()
        asked = "SELECT count(*) FROM pg_tables WHERE tablename = %s"
        assert connection.execute(asked, [name]).fetchone() == (0,)
