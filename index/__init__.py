"""The nearest posters under three distances over one set of raw embeddings, and their folder."""

from index.folder import IndexFolderError, TurnLostError, current_folder, prune, settled
from index.folder_store import FolderStore
from index.manifest import Manifest
from index.metric import Metric
from index.neighbour import Gap, Neighbour
from index.poster_index import PosterIndex
from index.search.kinds import Options, Storage
from index.shares import Shares, shares
from index.store import IndexStore, copies_of

__all__ = [
    "FolderStore",
    "Gap",
    "IndexFolderError",
    "IndexStore",
    "Manifest",
    "Metric",
    "Neighbour",
    "Options",
    "PosterIndex",
    "Shares",
    "Storage",
    "TurnLostError",
    "copies_of",
    "current_folder",
    "prune",
    "settled",
    "shares",
]
