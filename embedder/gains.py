"""What a prediction gains on a guess that never looks at the poster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from embedder.training.data import Labels

SCORE_CENTRES = np.array([1.0, 3.0, 5.0, 7.0, 9.0])
"""Of the bins of ratings, 0-2 to 8-10."""

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


def held_out(
    scores: Floats, decades: Floats, labels: Labels, train: Rows, held: Rows
) -> dict[str, float]:
    """The gains of the score and of the decade on held-out posters, as the card keeps them.

    score_gain: 1 - RMSE of the expected rating / RMSE of always saying the mean of train.
    decade_gain: 1 - mean log loss / that of always saying the shares of the decades in train, each
    counted once more than it occurs, so that none has no chance at all.

    0 or less is no better than the guess. Where no film of train has the fact, nothing was learned
    of it, and where none held out has it, nothing shows that it was: such a gain is 0.

    Args:
        scores: [H, 5], probabilities of the bins for the posters `held`.
        decades: [H, decades], probabilities.
        labels: of all posters; `train` and `held` are rows of it.
    """
    gains = {"score_gain": 0.0, "decade_gain": 0.0}
    ratings, known = labels.ratings[held].astype(np.float64), labels.ratings[train]
    rated = ~np.isnan(ratings)
    if rated.any() and not np.isnan(known).all():
        wrong = scores[rated] @ SCORE_CENTRES - ratings[rated]
        floor = float(np.nanmean(known)) - ratings[rated]
        gains["score_gain"] = _gain((wrong**2).mean() ** 0.5, (floor**2).mean() ** 0.5)
    dated = labels.decades[held].any(1)
    counts = labels.decades[train].sum(0, dtype=np.float64)
    if dated.any() and counts.any():
        which = labels.decades[held][dated].argmax(1)
        said = decades[dated, which]
        guessed = ((counts + 1) / (counts + 1).sum())[which]
        gains["decade_gain"] = _gain(_log_loss(said), _log_loss(guessed))
    return gains


def _gain(loss: float, floor: float) -> float:
    return round(float(1 - loss / floor), 4) if floor > 0 else 0.0


def _log_loss(probabilities: Floats) -> float:
    return float(-np.log(np.maximum(probabilities, 1e-12)).mean())
