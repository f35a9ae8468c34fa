from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embedder.evaluation import LeakError
from embedder.training.data import Example
from onesheet.evaluation.poster_readings import Readings
from onesheet.evaluation.trial import Trial, overlap, sequel_ranks

NAMES = ("Drama", "Comedy", "Horror")


def readings(seed: int = 0, *, leak: bool = False) -> Readings:
    """Posters whose embeddings are their genres, but for a little noise: a perfect model."""
    rng = np.random.default_rng(seed)
    truth = rng.random((120, 3)) < 0.4
    truth[~truth.any(1), 0] = True
    examples = [
        Example(
            film=f"film {row}",
            title=f"film {row}",
            path=Path("unread.webp"),
            genres=tuple(name for name, has in zip(NAMES, truth[row], strict=True) if has),
            year=1950 + row,
            rating=None if row % 5 == 0 else float(row % 10),
            split="train" if row < 80 else "test",
            # A hash of its own for each film, far from all others.
            perceptual_hash=int(rng.integers(0, 2**63)) if not (leak and row == 100) else 0,
        )
        for row in range(120)
    ]
    if leak:
        examples[3] = Example(**(vars(examples[3]) | {"perceptual_hash": 0}))
    scores = np.full((120, 5), 0.2, np.float32)
    noise = rng.normal(0, 0.01, (120, 3))
    return Readings(
        examples, NAMES, (truth + noise).astype(np.float32), truth.astype(np.float32), scores
    )


def test_a_perfect_model_gets_perfect_figures() -> None:
    trial = Trial(readings(), "test", near_duplicate=4)
    retrieval = trial.retrieval(trial.neighbours("cosine", 10))
    assert retrieval["P@5"].value == 1
    assert retrieval["Jaccard@5"].value > 0.95
    assert retrieval["recall@1"].value > 0.95
    reading = trial.reading([0.5, 0.5, 0.5])
    assert reading["mAP"].value == reading["macro AUC"].value == reading["all match"].value == 1
    assert reading["Hamming loss"].value == 0


def test_figures_lie_within_their_intervals() -> None:
    trial = Trial(readings(), "test", near_duplicate=4)
    rng = np.random.default_rng(0)
    figures = trial.retrieval(rng.integers(0, 80, (40, 10)))
    assert all(f.low <= f.value <= f.high for f in figures.values())
    assert figures["P@1"].low < figures["P@1"].high


def test_training_duplicates_of_queries_are_left_out_of_the_gallery() -> None:
    trial = Trial(readings(leak=True), "test", near_duplicate=4)
    assert 3 not in trial.gallery
    assert len(trial.gallery) == 79


def test_a_film_in_two_splits_is_refused() -> None:
    given = readings()
    given.examples[0] = Example(**(vars(given.examples[0]) | {"film": "film 110"}))  # type: ignore[index]
    with pytest.raises(LeakError, match="film 110"):
        Trial(given, "test", near_duplicate=4)


def test_a_model_that_says_the_same_of_all_is_no_better_than_the_constant() -> None:
    score = Trial(readings(), "test", near_duplicate=4).score()
    # Equal shares of the five bins mean an expected score of 5 for every film.
    ratings = [e.rating for e in readings().examples if e.split == "test" and e.rating is not None]
    assert score["RMSE"].value == pytest.approx(np.sqrt(np.mean((5 - np.array(ratings)) ** 2)))


def test_only_films_with_one_of_the_named_genres_count() -> None:
    given = readings()
    given.genres[:, 0] = 1 - given.genres[:, 0]
    neither = np.logical_not(given.truth[:, 1:].any(axis=1))
    assert neither[given.rows("test")].any()
    given.genres[neither, 1:] = 1
    trial = Trial(given, "test", near_duplicate=4)
    named = trial.reading([0.5, 0.5, 0.5], ["Horror", "Comedy"])
    assert named["all match"].value == 1


def changed(given: Readings, rows: Iterable[int], **fields: Any) -> Readings:
    """The readings, something else said of the films of some rows."""
    examples = list(given.examples)
    for row in rows:
        examples[row] = replace(examples[row], **fields)
    return replace(given, examples=examples)


@pytest.mark.parametrize("rows", [range(80), range(80, 120)])
def test_where_nobody_rated_the_films_there_is_no_score_to_measure(rows: range) -> None:
    given = changed(readings(), rows, rating=None)
    assert Trial(given, "test", near_duplicate=4).score() == {}


def test_a_constant_that_is_never_wrong_cannot_be_gained_on() -> None:
    given = changed(readings(), range(120), rating=6.0)
    score = Trial(given, "test", near_duplicate=4).score()
    assert score["RMSE of the constant"].value == 0
    assert "RMSE below the constant" not in score


def test_a_constant_that_a_few_ratings_deviate_from_is_gained_on_where_they_are_drawn() -> None:
    given = changed(changed(readings(), range(120), rating=6.0), [118, 119], rating=9.0)
    gained = Trial(given, "test", near_duplicate=4).score()["RMSE below the constant"]
    assert np.isfinite([gained.value, gained.low, gained.high]).all()


def test_films_without_known_genres_are_no_queries() -> None:
    trial = Trial(changed(readings(), range(80, 90), genres=()), "test", near_duplicate=4)
    near = trial.neighbours("cosine", 10)
    assert trial.retrieval(near) == trial.retrieval(near, np.arange(10, 40))
    assert trial.retrieval(near, np.arange(10)) == {}
    strange = Trial(changed(readings(), range(80, 120), genres=("Noir",)), "test", near_duplicate=4)
    assert strange.reading([0.5, 0.5, 0.5]) == {}


@pytest.mark.parametrize("count", range(1, 7))
def test_a_handful_of_queries_has_figures_where_they_exist(count: int) -> None:
    every, rows = readings(), [*range(80), *range(81, 81 + count)]
    given = Readings(
        [every.examples[row] for row in rows],
        NAMES,
        *(table[rows] for table in (every.embeddings, every.genres, every.scores)),
    )
    trial = Trial(given, "test", near_duplicate=4)
    figures = trial.reading([0.5, 0.5, 0.5]) | trial.score()
    for figure in figures.values():
        assert np.isfinite([figure.value, figure.low, figure.high]).all()
    assert ("macro AUC" in figures) == (count > 1)


def test_a_gallery_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing is left to find"):
        Trial(changed(readings(), range(120), perceptual_hash=0), "test", near_duplicate=4)


def test_sequels_are_ranked_among_all_other_posters() -> None:
    given = readings()
    given.embeddings[7] = given.embeddings[90]
    assert sequel_ranks(given, {"film 90": ["film 7", "unknown"]}, "euclidean") == [1]
    assert sequel_ranks(given, {"unknown": ["film 7"], "film 3": ["unknown"]}, "euclidean") == []


def test_no_poster_of_a_film_is_in_the_way_of_its_sequels() -> None:
    given = changed(readings(), [5, 90], film="film 90")
    given = changed(given, [7, 40], film="film 7")
    given.embeddings[[5, 90]] = 9.0, 9.0, 9.0
    given.embeddings[7] = 8.9, 9.0, 9.0
    assert sequel_ranks(given, {"film 90": ["film 7"]}, "euclidean") == [1]


def test_overlap_by_hand() -> None:
    found = {"cosine": np.array([[1, 2, 3, 4, 5]]), "euclidean": np.array([[1, 2, 3, 8, 9]])}
    assert overlap(found) == {"cosine-euclidean": pytest.approx(0.6)}
