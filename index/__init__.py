"""The nearest posters under three distances over one set of raw embeddings, and their folder."""

from index.folder import IndexFolderError, current, described, prune, settled
from index.kinds import DEFAULTS, Options, Storage
from index.manifest import Manifest
from index.metric import Metric
from index.poster_index import Gap, Neighbour, PosterIndex
from index.shares import Shares, shares

__all__ = [
    "DEFAULTS",
    "Gap",
    "IndexFolderError",
    "Manifest",
    "Metric",
    "Neighbour",
    "Options",
    "PosterIndex",
    "Shares",
    "Storage",
    "current",
    "described",
    "prune",
    "settled",
    "shares",
]
