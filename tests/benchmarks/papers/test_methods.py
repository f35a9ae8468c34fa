from pathlib import Path

import numpy as np

from benchmarks.papers.methods import OUR_EMBEDDING, PaperPosters
from embedder.training.data import Example
from onesheet.evaluation.poster_readings import Readings


def readings(*hashes: tuple[str, int]) -> Readings:
    examples = [
        Example(f"film {row}", "Film", Path("x"), ("Drama",), None, None, split, bits)
        for row, (split, bits) in enumerate(hashes)
    ]
    embeddings, genres, scores = (np.zeros((len(hashes), width), np.float32) for width in (2, 1, 5))
    return Readings(examples, ("Drama",), embeddings, genres, scores)


def test_nothing_is_learned_from_a_near_duplicate_of_a_poster_held_out(tmp_path: Path) -> None:
    found = readings(("train", 0b1), ("train", 2**40 - 1), ("val", 2**64 - 1), ("test", 0b0))
    assert PaperPosters(found, tmp_path, "model", None).train.tolist() == [1]


def test_what_other_training_posters_taught_is_not_taken_for_what_these_teach(
    tmp_path: Path,
) -> None:
    held_out, near, far = (("val", 0b0), ("test", 0b0)), ("train", 0b1), ("train", 2**40 - 1)
    one, other = (
        PaperPosters(readings(*train, *held_out), tmp_path, "model", None)
        for train in ((near, far), (far, near))
    )
    assert len(one.train) == len(other.train)
    for name in ("ML-KNN, 64x64 pixels", OUR_EMBEDDING):
        assert one.folder(name) != other.folder(name)
