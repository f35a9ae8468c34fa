import subprocess
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FRESH = """
import sys, pathlib
import numpy as np
from index import Metric, PosterIndex
index = PosterIndex.load(pathlib.Path(sys.argv[1]))
assert index.search(np.ones(16, np.float32), Metric.COSINE, 5)
heavy = {"umap", "numba", "torch", "sklearn", "scipy", "pynndescent", "PIL", "flask", "sqlalchemy"}
print(sorted(heavy & set(sys.modules)))
"""


def test_loading_and_searching_import_nothing_heavy(
    tmp_path: Path, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    from index import PosterIndex

    PosterIndex.build(tmp_path, poster_ids, vectors, model="m")
    command = [sys.executable, "-W", "error", "-c", FRESH, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.strip() == "[]"
