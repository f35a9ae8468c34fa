from pathlib import Path

import numpy as np

from embedder import Embedder
from embedder.training.data import Example
from onesheet.evaluation.poster_readings import Readings
from tests.conftest import drawn_bytes
from tests.tiny_model import GENRES


def test_readings_are_the_models_in_the_order_of_the_films(
    tiny_model: Path, tmp_path: Path
) -> None:
    examples = []
    for number in range(5):
        path = tmp_path / f"{number}.webp"
        path.write_bytes(drawn_bytes(number))
        split = "test" if number % 2 else "train"
        genres = (GENRES[number], "Unheard of")
        examples.append(Example(f"{number}", "", path, genres, None, None, split, number))
    told: list[tuple[int, int]] = []
    readings = Readings.of(Embedder.load(tiny_model), examples, lambda *at: told.append(at))
    assert readings.genre_names == GENRES
    assert readings.genres.shape == (5, len(GENRES))
    assert readings.truth.tolist() == np.eye(5, len(GENRES), dtype=bool).tolist()
    assert readings.hashes.tolist() == [0, 1, 2, 3, 4]
    assert readings.rows("test").tolist() == [1, 3]
    assert told[-1] == (5, 5)
