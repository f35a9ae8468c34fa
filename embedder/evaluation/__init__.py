"""How good an embedding is, measured on posters it never saw.

Queries are held-out posters, the gallery is what they are searched in.
"""

from embedder.evaluation.agreement import (
    jaccard,
    majority_at,
    map_at_r,
    primary_genres,
    recall_at,
    shared_genre_precision,
)
from embedder.evaluation.alterations import Alteration, alterations
from embedder.evaluation.leaks import LeakError, check_gallery
from embedder.evaluation.ranking import nearest, rank_of

__all__ = [
    "Alteration",
    "LeakError",
    "alterations",
    "check_gallery",
    "jaccard",
    "majority_at",
    "map_at_r",
    "nearest",
    "primary_genres",
    "rank_of",
    "recall_at",
    "shared_genre_precision",
]
