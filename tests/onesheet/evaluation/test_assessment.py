from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from catalog.images import decode
from embedder import Embedder
from embedder.training.data import Example
from index import Metric
from onesheet.evaluation.assessment import Section, _floors, _papers_protocol, assess
from onesheet.evaluation.poster_readings import Readings
from onesheet.evaluation.trial import Trial
from tests.conftest import drawn_bytes
from tests.tiny_model import GENRES

WHOSE = ("queries alone", "all films with any")


@pytest.fixture(scope="module")
def model(tiny_model: Path) -> Embedder:
    return Embedder.load(tiny_model)


@pytest.fixture(scope="module")
def readings(model: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Readings:
    folder, examples = tmp_path_factory.mktemp("assessed"), []
    rng = np.random.default_rng(0)
    for number in range(40):
        path = folder / f"{number}.webp"
        path.write_bytes(drawn_bytes(number))
        split = "val" if number % 4 == 0 else "train"
        genres = (GENRES[number % 6],) if number % 3 else (GENRES[number % 6], "Western")
        unlike = int(rng.integers(0, 2**63))
        film = f"film {number}"
        examples.append(Example(film, film, path, genres, 1950, number % 10, split, unlike))
    return Readings.of(model, examples)


def assessed(model: Embedder, readings: Readings) -> dict[str, Section]:
    return assess(
        model,
        readings,
        "val",
        near_duplicate=4,
        image=lambda example: decode(example.path.read_bytes()),
        sequels={"film 0": ["film 1", "film 4"]},
    )


def test_every_question_has_its_section(model: Embedder, readings: Readings) -> None:
    sections = assessed(model, readings)
    for metric in ("cosine", "euclidean", "manhattan"):
        assert "P@5" in sections[f"neighbours, {metric}"]
    assert {"genres", "genres, floors", "genres, the six", "score"} <= set(sections)
    assert any(name.startswith("sequels found") for name in sections)
    assert "altered copies whose original is the nearest" in sections


def test_what_is_not_asked_for_is_left_out(model: Embedder, readings: Readings) -> None:
    sections = assess(model, readings, "val", near_duplicate=4)
    assert not any(name.startswith(("sequels", "altered")) for name in sections)


def test_one_held_out_film_of_no_genre_and_no_rating_has_the_figures_it_can_have(
    model: Embedder, readings: Readings
) -> None:
    examples = [
        replace(each, split="val" if row == 0 else "train", genres=(), rating=None)
        for row, each in enumerate(readings.examples)
    ]
    assert set(assessed(model, replace(readings, examples=examples))) == {
        *(f"sequels found, {whose}, {metric.value}" for whose in WHOSE for metric in Metric),
        "overlap@5 of the arms",
        "altered copies whose original is the nearest",
    }


def test_train_posters_whose_genres_nobody_knows_leave_the_floors_as_they_are(
    readings: Readings,
) -> None:
    unknown = [replace(each, genres=()) for each in readings.examples if each.split == "train"]
    rows = np.concatenate([np.arange(len(readings.examples)), readings.rows("train")])
    more = Readings(
        [*readings.examples, *unknown],
        readings.genre_names,
        *(table[rows] for table in (readings.embeddings, readings.genres, readings.scores)),
    )
    floors = _floors(Trial(readings, "val", 4))
    assert floors["micro F1, random by the prior"] != 0
    assert _floors(Trial(more, "val", 4)) == floors


def test_the_papers_protocol_finds_no_other_poster_of_the_film_itself(readings: Readings) -> None:
    tables = (readings.embeddings, readings.genres, readings.scores)
    doubled = Readings(
        [*readings.examples, *readings.examples],
        readings.genre_names,
        *(np.concatenate([table, table]) for table in tables),
    )
    alone = _papers_protocol(readings)
    assert max(map(float, alone.values())) < 1  # type: ignore[arg-type]
    assert _papers_protocol(doubled) == pytest.approx(alone)
