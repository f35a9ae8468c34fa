from pathlib import Path

import numpy as np

from benchmarks.papers.methods import PaperPosters
from embedder.training.data import Example
from onesheet.evaluation.poster_readings import Readings


def test_nothing_is_learned_from_a_near_duplicate_of_a_poster_held_out(tmp_path: Path) -> None:
    hashes = [("train", 0b1), ("train", 2**40 - 1), ("val", 2**64 - 1), ("test", 0b0)]
    examples = [
        Example(f"film {row}", "Film", Path("x"), ("Drama",), None, None, split, bits)
        for row, (split, bits) in enumerate(hashes)
    ]
    embeddings, genres, scores = (np.zeros((4, width), np.float32) for width in (2, 1, 5))
    readings = Readings(examples, ("Drama",), embeddings, genres, scores)
    assert PaperPosters(readings, tmp_path, "model", None).train.tolist() == [1]
