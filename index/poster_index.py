"""PosterIndex: one set of raw embeddings, searched under three distances."""

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index import folder as folders
from index import map as maps
from index.arguments import check_embeddings, check_queries
from index.calibration import closeness
from index.contents import ARRAYS, CALIBRATION, DUPLICATES, IDS, MAP, build_folder, contents
from index.gallery import VectorGallery
from index.manifest import Manifest
from index.metric import Metric, distances
from index.neighbour import Gap, Neighbour
from index.search.additions import Segment
from index.search.kinds import DEFAULTS, Options, mapped, opened_gallery
from index.search.posters import IndexedPosters, PosterFilter
from index.search.rows import IdCollection, as_array


class PosterIndex:
    """Nearest neighbours among posters under each Metric; immutable, safe to share.

    Exact up to `Options.exact_up_to` posters. Beyond, graphs propose candidates, whose distances
    and order are exact; the manifest tells how many of the true five nearest they held.

    The folder stays as it was written. `having` and `without` give an index that shares it and
    searches what was added exactly beside it.

    Searching: `search`, `search_many`, `search_each`, `gap`. What it holds: `len`, `poster_ids`,
    `holds`, `embeddings`. Of its folder: `folder_ids`, `place`, `gone`, `changed_share`, and

    manifest: what the folder says of itself.
    map: float32[M, 2] in the order of `folder_ids`; None where the index was built without.
    duplicates: int64[P, 2], pairs of ids that showed one picture then; None where nobody looked.
    """

    def __init__(
        self, manifest: Manifest, gallery: VectorGallery, arrays: Mapping[str, NDArray[Any]]
    ) -> None:
        """Over what the manifest describes; arrays: those of index.contents.ARRAYS, read-only."""
        self.manifest = manifest
        self._posters = IndexedPosters(gallery, arrays[IDS])
        nearest = arrays[CALIBRATION]
        self._nearest = {Metric(m): nearest[i] for i, m in enumerate(manifest.metrics)}
        self.map = arrays.get(MAP)
        self.duplicates = arrays.get(DUPLICATES)

    @classmethod
    def of(cls, folder: Path, manifest: Manifest) -> "PosterIndex":
        """Opens a folder already verified."""
        arrays = {name: mapped(folder / name) for name in ARRAYS if name in manifest.files}
        return cls(manifest, opened_gallery(folder, manifest), arrays)

    @classmethod
    def build(
        cls,
        root: Path,
        poster_ids: NDArray[np.int64],
        embeddings: NDArray[np.float32],
        *,
        model: str,
        with_map: bool = False,
        seed: int = 0,
        duplicates: NDArray[np.int64] | None = None,
        options: Options = DEFAULTS,
        noted: Callable[[str], None] | None = None,
    ) -> "PosterIndex":
        """Writes root/<fingerprint>/, points root/current at it, and opens it.

        poster_ids: int64[N], unique. embeddings: float32[N, D], raw: as long as the network made
        them. model: fingerprint of that network. with_map: also project the map, half a minute's
        work for 30,000. seed: of the sample measured and of the map. duplicates: int64[P, 2], pairs
        of ids that show one picture. options: exact or by graphs. noted: is told the fingerprint
        before the index is current. ValueError for arrays that do not fit, and where two metrics
        rank 100 posters or more identically, as on vectors of unit length (for fewer, a warning).
        """
        made = contents(poster_ids, embeddings, model, with_map, duplicates, seed, noted)
        folder = build_folder(root, made, options)
        return cls.of(folder, folders.verified(folder))

    @classmethod
    def load(cls, root: Path, *, model: str | None = None) -> "PosterIndex":
        """Opens the folder that root/current names; see `opened`."""
        use = partial(cls.opened, model=model)
        return folders.settled(partial(folders.current_folder, root), use)

    @classmethod
    def opened(cls, folder: Path, *, model: str | None = None) -> "PosterIndex":
        """Opens a folder, every byte checked against its manifest.

        model: the fingerprint that the index must have been made with, where that matters.
        IndexFolderError where it is missing, damaged, or of another model or version.
        """
        manifest = folders.verified(folder)
        if model is not None and manifest.model != model:
            raise folders.IndexFolderError(
                f"the index in {folder} was made with another model, {manifest.model[:12]}"
            )
        return cls.of(folder, manifest)

    def having(self, poster_ids: NDArray[np.int64], embeddings: NDArray[np.float32]) -> Self:
        """This index with posters added, or with new embeddings for those it holds.

        poster_ids: int64[M], unique; embeddings: float32[M, D], raw. ValueError where they misfit.
        """
        check_embeddings(embeddings, poster_ids, self.manifest.d)
        ids = poster_ids.astype(np.int64, copy=False)
        return self._holding(self._posters.having(ids, embeddings))

    def without(self, poster_ids: IdCollection) -> Self:
        """This index less `poster_ids`; those it does not hold are ignored."""
        return self._holding(self._posters.without(as_array(poster_ids)))

    def _holding(self, posters: IndexedPosters) -> Self:
        changed = copy.copy(self)
        changed._posters = posters
        return changed

    def __len__(self) -> int:
        return len(self._posters)

    @property
    def gone(self) -> int:
        """How many of the folder's posters were removed since it was written."""
        return self._posters.folder_rows.gone

    @property
    def changed_share(self) -> float:
        """Posters added and removed since the folder was written, as a share of the folder's."""
        return (len(self._posters.added_ids) + self.gone) / self.manifest.n

    @property
    def poster_ids(self) -> NDArray[np.int64]:
        """The ids of all posters that a search may find, int64[N], ascending."""
        return self._posters.ids

    @property
    def folder_ids(self) -> NDArray[np.int64]:
        """The ids of the folder's posters as it was written, int64[M], ascending."""
        return self._posters.folder_rows.ids

    def holds(self, poster_ids: IdCollection) -> NDArray[np.bool_]:
        """Which of `poster_ids` a search may find, bool[M]."""
        return self._posters.holds(poster_ids)

    def embeddings(self, poster_ids: IdCollection) -> NDArray[np.float32]:
        """The raw embeddings float32[M, D] of `poster_ids`, in their order; KeyError if unknown."""
        return self._posters.vectors(poster_ids)

    def place(self, neighbours: Sequence[Neighbour]) -> tuple[float, float] | None:
        """A query's place on the map, from its neighbours; None where the index has no map, or
        where all of them were added after it was drawn.

        ValueError without neighbours, KeyError where one is not of this index.
        """
        added = set(self._posters.added_ids.tolist())
        drawn = [n for n in neighbours if n.poster_id not in added]
        if self.map is None or (neighbours and not drawn):
            return None
        rows = self._posters.folder_rows.known([n.poster_id for n in drawn])
        return maps.place(self.map[rows], np.array([n.distance for n in drawn]))

    def search(
        self,
        query: NDArray[np.float32],
        metric: Metric,
        k: int,
        *,
        within: IdCollection | None = None,
        exclude: IdCollection = (),
    ) -> list[Neighbour]:
        """The k posters nearest to `query` float32[D], nearest first, ties by poster id.

        within: only these posters; exclude: never these; ids that the index does not hold are
        ignored. Fewer than k where there are no more. ValueError for a query that is not a
        finite float32[D] of a usable length, or k below 1.
        """
        if not isinstance(query, np.ndarray) or query.ndim != 1:
            raise ValueError(f"a query must be float32[{self.manifest.d}]")
        return self.search_many(query[None], metric, k, within=within, exclude=exclude)[0]

    def search_many(
        self,
        queries: NDArray[np.float32],
        metric: Metric,
        k: int,
        *,
        within: IdCollection | None = None,
        exclude: IdCollection = (),
    ) -> list[list[Neighbour]]:
        """`search` for each of `queries` float32[B, D], under one filter."""
        check_queries(queries, self.manifest.d, [k])
        return self._searched(queries, Metric(metric), k, self._posters.passing(within, exclude))

    def search_each(
        self,
        query: NDArray[np.float32],
        counts: Mapping[Metric, int],
        *,
        within: IdCollection | None = None,
        exclude: IdCollection = (),
    ) -> dict[Metric, list[Neighbour]]:
        """`search` under several metrics, for as many posters as `counts` says of each."""
        check_queries(query[None], self.manifest.d, counts.values())
        passing = self._posters.passing(within, exclude)
        return {
            metric: self._searched(query[None], metric, count, passing)[0]
            for metric, count in counts.items()
        }

    def _searched(
        self, queries: NDArray[np.float32], metric: Metric, k: int, passing: PosterFilter
    ) -> list[list[Neighbour]]:
        found = self._posters.candidates(queries, metric, k, passing)
        return [
            self._ranked(query, candidates, metric, k)
            for query, candidates in zip(queries, found, strict=True)
        ]

    def gap(self, one: NDArray[np.float32], other: NDArray[np.float32], metric: Metric) -> Gap:
        """How far apart `one` and `other`, float32[D] each, are; neither needs to be indexed.

        ValueError for what `search` would refuse as a query.
        """
        check_queries(np.stack([one, other]), self.manifest.d)
        apart = distances(one, other[None], metric)
        (close,) = self.calibrated(apart, metric).tolist()
        return Gap(float(apart[0]), close)

    def calibrated(self, apart: NDArray[np.float64], metric: Metric) -> NDArray[np.float64]:
        """The closeness, 0-100, of distances float64[M] under a metric: float64[M]."""
        return closeness(apart, self._nearest[metric])

    def _ranked(
        self, query: NDArray[np.float32], candidates: Segment, metric: Metric, k: int
    ) -> list[Neighbour]:
        """The k nearest of `candidates`, by the distances' definition and then by id."""
        exact, ids = distances(query, candidates.vectors, metric), candidates.ids
        order = np.lexsort((ids, exact))[:k]
        near, ids = exact[order], ids[order]
        close = self.calibrated(near, metric)
        found = zip(ids.tolist(), near.tolist(), close.tolist(), strict=True)
        return [Neighbour(*each) for each in found]
