"""A finished model that tutors another: its readings soften the labels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from embedder.model import Embedder
from embedder.training.config import TrainingConfig
from embedder.training.data import Labels
from embedder.training.starting import genre_columns, model_folder

_AT_ONCE = 256


def tutored(
    labels: Labels,
    posters: NDArray[np.uint8],
    rows: NDArray[np.int64],
    config: TrainingConfig,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> NDArray[np.float32]:
    """Labels softened by a finished model's calibrated probabilities.

    Catalogued genres are a matter of taste: a film that might as well be called a thriller teaches
    more as such than as none (Furlanello et al. 2018, born-again networks; the tutor has read
    these posters too, but hardly knows them by heart).

    Args:
        labels, posters: of N posters, uint8 [N, H, W, 3].
        rows: int64 [M], the posters asked for.
        config: its `tutor` and `tutor_share`.

    Returns:
        float32 [M, C] in [0, 1].

    Raises:
        ModelError: a model folder that is missing or torn.
        ValueError: a tutor of other genres or another input size.
    """
    folder = model_folder(config.tutor)
    if folder is None:
        raise ValueError(f"the tutor must be a model's folder: {config.tutor}")
    model = Embedder.load(folder)
    columns = genre_columns(model.card, labels.genre_names)
    if columns is None:
        raise ValueError("the tutor reads other genres than those to be learned")
    read = np.empty((len(rows), len(columns)), np.float32)
    for start in range(0, len(rows), _AT_ONCE):
        chunk = slice(start, start + _AT_ONCE)
        read[chunk] = model.read_arrays(posters[rows[chunk]]).genres[:, columns]
        progress(min(start + _AT_ONCE, len(rows)), len(rows))
    share = np.float32(config.tutor_share)
    return (1 - share) * labels.genres[rows] + share * read
