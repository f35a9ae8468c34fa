from pathlib import Path

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
    trial = Trial(readings(), "test", near_duplicate=4)
    named = trial.reading([0.5, 0.5, 0.5], ["Horror", "Comedy"])
    assert named["all match"].value == 1


def test_sequels_are_ranked_among_all_other_posters() -> None:
    given = readings()
    given.embeddings[7] = given.embeddings[90]
    assert sequel_ranks(given, {"film 90": ["film 7", "unknown"]}, "euclidean") == [1]
    assert sequel_ranks(given, {"unknown": ["film 7"], "film 3": ["unknown"]}, "euclidean") == []


def test_overlap_by_hand() -> None:
    found = {"cosine": np.array([[1, 2, 3, 4, 5]]), "euclidean": np.array([[1, 2, 3, 8, 9]])}
    assert overlap(found) == {"cosine-euclidean": pytest.approx(0.6)}
