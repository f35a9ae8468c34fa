"""The nearest posters under three distances over one set of raw embeddings, and their folder."""

from index.folder import IndexFolderError, current_folder, described, prune, settled
from index.manifest import Manifest
from index.metric import Metric
from index.neighbour import Gap, Neighbour
from index.poster_index import PosterIndex
from index.search.kinds import DEFAULTS, Options, Storage
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
    "current_folder",
    "described",
    "prune",
    "settled",
    "shares",
]
