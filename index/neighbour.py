"""What a search finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Neighbour:
    """A poster found.

    distance: in the metric searched, smaller is closer. closeness: 0 to 100, the percentage of
    the index's posters whose own nearest neighbour is farther than this distance.
    """

    poster_id: int
    distance: float
    closeness: float


@dataclass(frozen=True)
class Gap:
    """How far two embeddings are apart; distance and closeness as those of a Neighbour."""

    distance: float
    closeness: float
