"""What a poster says: its genres, the score and the decade it suggests, and whether it says
what it is meant to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from catalog.catalog import PosterCard
from embedder import ModelCard, PosterReading
from embedder.gains import SCORE_CENTRES
from genres.thresholds import above

BIN_EDGES = np.array([0.0, 2.0, 4.0, 6.0, 8.0, 10.0])
ROUNDING = 0.001
"""What a probability may have lost on its way into the record."""
COVER = 0.8
"""Probability that the score's interval holds the rating."""


@dataclass(frozen=True)
class Reading:
    """One poster's reading; probabilities are rounded as the record keeps them."""

    genres: dict[str, float]
    """Genre: calibrated probability, likeliest first; independent of each other."""
    predicted: list[str]
    """Genres above their thresholds (chosen on val), likeliest first."""
    scores: list[float]
    """Probabilities of a rating out of ten in 0-2, 2-4, 4-6, 6-8 and 8-10."""
    decades: dict[str, float]
    """First year: probability, earliest first; empty where a record was made without."""
    score_told: bool = True
    """Whether the score beat its floor on held-out posters; where not, it is not shown."""
    decades_told: bool = True
    """The same of the decades."""

    @classmethod
    def of(cls, card: ModelCard, read: PosterReading, row: int = 0) -> Reading:
        """The reading of one of the posters read with the model of `card`."""
        probabilities = read.genres[row].astype(np.float64)
        chosen = above(probabilities[None], card.thresholds)[0]
        order = np.argsort(-probabilities, kind="stable")
        return cls(
            genres={card.genres[i]: _rounded(probabilities[i]) for i in order},
            predicted=[card.genres[i] for i in order if chosen[i]],
            scores=[_rounded(share) for share in read.scores[row]],
            decades={
                decade: _rounded(share)
                for decade, share in zip(card.decades, read.decades[row], strict=True)
            },
            score_told=beats_floor(card, "score_gain"),
            decades_told=beats_floor(card, "decade_gain"),
        )

    @property
    def decade(self) -> str | None:
        """The first year of the likeliest decade; None where that is not told."""
        told = self.decades if self.decades_told else {}
        return max(told, key=told.__getitem__, default=None)

    @property
    def score(self) -> float:
        """The expected rating: the mean of the bins' centres 1, 3, 5, 7, 9 by their shares."""
        shares = np.array(self.scores)
        return round(float(shares @ SCORE_CENTRES / shares.sum()), 2)

    @property
    def score_interval(self) -> tuple[float, float]:
        """The middle `COVER` of the ratings it suggests; see `interval`."""
        low, high = interval(self.scores)
        return round(low, 2), round(high, 2)


@dataclass(frozen=True)
class Intent:
    """A reading beside the genres that the film is meant to promise."""

    promises: dict[str, float]
    """Intended genre: probability, in the order given."""
    kept: list[str]
    """Intended and predicted."""
    missing: list[str]
    """Intended, not predicted."""
    instead: list[str]
    """Predicted, not intended, likeliest first."""
    rival: str | None
    """The likeliest genre not intended, predicted or not; None where every genre is intended."""
    examples: list[PosterCard] = field(default_factory=list)
    """Of the posters nearest to this one those that promise the intended genres most."""

    @classmethod
    def of(cls, reading: Reading, names: Sequence[str], examples: list[PosterCard]) -> Intent:
        """`names` are genres of the reading, each once."""
        return cls(
            promises={name: reading.genres[name] for name in names},
            kept=[name for name in names if name in reading.predicted],
            missing=[name for name in names if name not in reading.predicted],
            instead=[name for name in reading.predicted if name not in names],
            rival=next((name for name in reading.genres if name not in names), None),
            examples=examples,
        )


def promised_from(reading: Reading, card: ModelCard) -> dict[str, float]:
    """From which probability each genre counts as promised, by the model of `card`; empty where the
    reading was another model's, whose limits are not known any more."""
    limits = dict(zip(card.genres, card.thresholds, strict=True))
    same = limits.keys() == reading.genres.keys() and all(
        (share > limits[name]) == (name in reading.predicted)
        or abs(share - limits[name]) < ROUNDING
        for name, share in reading.genres.items()
    )
    return limits if same else {}


def interval(scores: Sequence[float], cover: float = COVER) -> tuple[float, float]:
    """The central interval that holds the rating with probability `cover`.

    The five shares p_j are spread evenly within their bins [2j, 2j + 2], so the distribution
    function F is piecewise linear, with F(2j + 2) = p_0 + … + p_j. The ends are F's quantiles of
    (1 - cover) / 2 and 1 minus that; the quantile of q is 2j + 2 (q - F(2j)) / p_j in the first
    bin j with F(2j + 2) >= q.

    >>> interval([0, 0, 1, 0, 0]), interval([0.2] * 5)
    ((4.2, 5.8), (1.0, 9.0))
    """
    shares = np.asarray(scores, dtype=np.float64)
    reached = np.cumsum(shares / shares.sum())

    def quantile(q: float) -> float:
        place = int(np.argmax(reached >= q - 1e-12))
        before = reached[place - 1] if place else 0.0
        within = (q - before) / (reached[place] - before)
        return round(float(BIN_EDGES[place] + 2 * within), 9)

    return quantile((1 - cover) / 2), quantile((1 + cover) / 2)


def beats_floor(card: ModelCard, gain: str) -> bool:
    """Whether the model's card leaves a prediction worth showing.

    `training["held_out"]` has the gains `score_gain` and `decade_gain` on a guess that never
    looks at the poster (embedder.gains); 0 or less is no better than that floor. A card without
    the figure says nothing against the prediction.
    """
    held_out = card.training.get("held_out")
    gained = held_out.get(gain) if isinstance(held_out, Mapping) else None
    return not isinstance(gained, int | float) or gained > 0


def _rounded(value: float) -> float:
    return round(float(value), 4)
