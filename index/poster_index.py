"""PosterIndex: one set of raw embeddings, searched under three distances."""

import copy
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index import folder as folders
from index import map as maps
from index.additions import Additions, Segment
from index.building import CALIBRATION, DUPLICATES, IDS, MAP, build_folder, check_ids
from index.calibration import closeness
from index.kinds import DEFAULTS, Options, mapped, opened
from index.manifest import Manifest
from index.metric import Metric, check_vectors, distances
from index.rows import Ids, Rows, as_array


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


@dataclass(frozen=True)
class _Filter:
    """What may be found: of the folder's rows bool[N], and of those added bool[M]; None for all."""

    folder: NDArray[np.bool_] | None
    added: NDArray[np.bool_] | None


class PosterIndex:
    """Nearest neighbours among posters under each Metric; immutable, safe to share.

    Exact up to `Options.exact_up_to` posters. Beyond, graphs propose candidates, whose distances
    and order are exact; the manifest tells how many of the true five nearest they held.

    The folder stays as it was written. `having` and `without` give an index that shares it and
    searches what was added exactly beside it.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        """Opens a folder already verified; `load` and `build` give one."""
        self.manifest = manifest
        kind = opened(folder, manifest)
        self._vectors, self._searches = kind.vectors, kind.searches
        self._rows = Rows(mapped(folder / IDS))
        nearest = mapped(folder / CALIBRATION)
        self._nearest = {Metric(m): nearest[i] for i, m in enumerate(manifest.metrics)}
        self._map = mapped(folder / MAP) if MAP in manifest.files else None
        self._duplicates = mapped(folder / DUPLICATES) if DUPLICATES in manifest.files else None
        self._added = Additions(manifest.d)

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
    ) -> "PosterIndex":
        """Writes root/<fingerprint>/, points root/current at it, and opens it.

        poster_ids: int64[N], unique. embeddings: float32[N, D], raw: as long as the network made
        them. model: fingerprint of that network. with_map: also project the map, which takes
        about half a minute for 30,000. seed: of the sample measured and of the map. duplicates:
        int64[P, 2], pairs of ids that show one picture, to be kept as they are. options: exact or
        by graphs, which equal input joins differently from run to run. ValueError for
        arrays that do not fit, and where two metrics rank 100 posters or more identically, as
        they do on vectors of unit length (for fewer, a warning).
        """
        folder = build_folder(
            root,
            poster_ids,
            embeddings,
            model=model,
            with_map=with_map,
            seed=seed,
            duplicates=duplicates,
            options=options,
        )
        return cls(folder, folders.verified(folder))

    @classmethod
    def load(cls, root: Path, *, model: str | None = None) -> "PosterIndex":
        """Opens the folder that root/current names, every byte checked against its manifest.

        model: the fingerprint that the index must have been made with, where that matters.
        IndexFolderError where it is missing, damaged, or of another model or version.
        """

        def load_from(folder: Path) -> PosterIndex:
            manifest = folders.verified(folder)
            if model is not None and manifest.model != model:
                raise folders.IndexFolderError(
                    f"the index in {folder} was made with another model, {manifest.model[:12]}"
                )
            return cls(folder, manifest)

        return folders.settled(root, load_from)

    def having(self, poster_ids: NDArray[np.int64], embeddings: NDArray[np.float32]) -> Self:
        """This index with posters added, or with new embeddings for those it holds.

        poster_ids: int64[M], unique; embeddings: float32[M, D], raw. ValueError for arrays that
        do not fit.
        """
        check_ids(poster_ids)
        check_vectors(embeddings, "embeddings")
        if embeddings.shape != (len(poster_ids), self.manifest.d):
            raise ValueError(
                f"embeddings must be float32[{len(poster_ids)}, {self.manifest.d}], "
                f"not {embeddings.shape}"
            )
        ids = poster_ids.astype(np.int64, copy=False)
        return self._changed(self._added.having(ids, embeddings), ids)

    def without(self, poster_ids: Ids) -> Self:
        """This index less `poster_ids`; those it does not hold are ignored."""
        ids = as_array(poster_ids)
        return self._changed(self._added.without(ids), ids)

    def _changed(self, added: Additions, gone: NDArray[np.int64]) -> Self:
        """With other additions, and the folder's rows of `gone` no longer searched."""
        changed = copy.copy(self)
        changed._added, changed._rows = added, self._rows.without(gone)
        return changed

    def __len__(self) -> int:
        return self.manifest.n - self._rows.gone + len(self._added)

    @property
    def gone(self) -> int:
        """How many of the folder's posters were removed since it was written."""
        return self._rows.gone

    @property
    def changed_share(self) -> float:
        """Posters added and removed since the folder was written, as a share of the folder's."""
        return (len(self._added) + self._rows.gone) / self.manifest.n

    @property
    def poster_ids(self) -> NDArray[np.int64]:
        """The ids of all posters that a search may find, int64[N], ascending."""
        if not len(self._added):
            return self._rows.held
        return np.sort(np.concatenate([self._rows.held, self._added.ids]))

    @property
    def folder_ids(self) -> NDArray[np.int64]:
        """The ids of the folder's posters, int64[M], ascending: without those added since, and
        with those removed."""
        return self._rows.ids

    def holds(self, poster_ids: Ids) -> NDArray[np.bool_]:
        """Which of `poster_ids` a search may find, bool[M]."""
        wanted = as_array(poster_ids)
        return (self._rows.find(wanted) >= 0) | np.isin(wanted, self._added.ids)

    @property
    def map(self) -> NDArray[np.float32] | None:
        """float32[M, 2] in the order of `folder_ids`; None where the index was built without."""
        return self._map

    @property
    def duplicates(self) -> NDArray[np.int64] | None:
        """Pairs of poster ids that showed one picture when the folder was written, int64[P, 2];
        None where that was not looked at."""
        return self._duplicates

    def embeddings(self, poster_ids: Ids) -> NDArray[np.float32]:
        """The raw embeddings float32[M, D] of `poster_ids`, in their order; KeyError if unknown."""
        wanted = as_array(poster_ids)
        added = np.isin(wanted, self._added.ids)
        vectors = np.empty((len(wanted), self.manifest.d), np.float32)
        vectors[added] = self._added.vectors(wanted[added])
        vectors[~added] = self._vectors[self._rows.known(wanted[~added])]
        return vectors

    def place(self, neighbours: Sequence[Neighbour]) -> tuple[float, float] | None:
        """A query's place on the map, from its neighbours; None where the index has no map, or
        where all of them were added after it was drawn.

        ValueError without neighbours, KeyError where one is not of this index.
        """
        added = set(self._added.ids.tolist())
        drawn = [n for n in neighbours if n.poster_id not in added]
        if self._map is None or (neighbours and not drawn):
            return None
        rows = self._rows.known([n.poster_id for n in drawn])
        return maps.place(self._map[rows], np.array([n.distance for n in drawn]))

    def search(
        self,
        query: NDArray[np.float32],
        metric: Metric,
        k: int,
        *,
        within: Ids | None = None,
        exclude: Ids = (),
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
        within: Ids | None = None,
        exclude: Ids = (),
    ) -> list[list[Neighbour]]:
        """`search` for each of `queries` float32[B, D], under one filter."""
        self._check(queries, [k])
        return self._searched(queries, Metric(metric), k, self._filter(within, exclude))

    def search_each(
        self,
        query: NDArray[np.float32],
        counts: Mapping[Metric, int],
        *,
        within: Ids | None = None,
        exclude: Ids = (),
        aside: Executor | None = None,
    ) -> dict[Metric, list[Neighbour]]:
        """`search` under several metrics, for as many posters as `counts` says of each: the filter
        is worked out once. The last one is searched in a thread of `aside`, where that is given:
        Manhattan distance takes as long as the other two."""
        self._check(query[None], counts.values())
        passing = self._filter(within, exclude)

        def found(metric: Metric) -> list[Neighbour]:
            return self._searched(query[None], metric, counts[metric], passing)[0]

        *here, last = counts
        there = aside.submit(found, last) if aside and here else None
        nearest = {metric: found(metric) for metric in here}
        return nearest | {last: there.result() if there else found(last)}

    def _check(self, queries: NDArray[np.float32], counts: Collection[int]) -> None:
        check_vectors(queries, "queries")
        if queries.shape[1] != self.manifest.d:
            raise ValueError(f"a query must be float32[{self.manifest.d}], not {queries.shape[1:]}")
        if min(counts, default=1) < 1:
            raise ValueError(f"k must be at least 1, not {min(counts)}")

    def _searched(
        self, queries: NDArray[np.float32], metric: Metric, k: int, passing: _Filter
    ) -> list[list[Neighbour]]:
        if passing.folder is None or passing.folder.any():
            found = self._searches[metric].candidates(queries, k, passing.folder)
        else:
            found = iter(np.empty((len(queries), 0), np.int64))
        added = self._added.candidates(queries, metric, k, passing.added)
        return [
            self._ranked(query, rows, beside, metric, k)
            for query, rows, beside in zip(queries, found, added, strict=True)
        ]

    def gap(self, one: NDArray[np.float32], other: NDArray[np.float32], metric: Metric) -> Gap:
        """How far apart `one` and `other`, float32[D] each, are; neither needs to be indexed.

        ValueError for what `search` would refuse as a query.
        """
        pair = np.stack([one, other])
        check_vectors(pair, "embeddings")
        if pair.shape[1] != self.manifest.d:
            raise ValueError(f"an embedding must be float32[{self.manifest.d}]")
        metric = Metric(metric)
        apart = distances(one, pair[1:], metric)
        (close,) = closeness(apart, self._nearest[metric]).tolist()
        return Gap(float(apart[0]), close)

    def _ranked(
        self,
        query: NDArray[np.float32],
        rows: NDArray[np.int64],
        beside: Segment,
        metric: Metric,
        k: int,
    ) -> list[Neighbour]:
        """The k nearest of the folder's `rows` and of what was added `beside`, by the distances'
        definition and then by id."""
        exact = distances(query, np.concatenate([self._vectors[rows], beside.vectors]), metric)
        ids = np.concatenate([self._rows.ids[rows], beside.ids])
        order = np.lexsort((ids, exact))[:k]
        near, ids = exact[order], ids[order]
        close = closeness(near, self._nearest[metric])
        return [
            Neighbour(*each)
            for each in zip(ids.tolist(), near.tolist(), close.tolist(), strict=True)
        ]

    def _filter(self, within: Ids | None, exclude: Ids) -> _Filter:
        return _Filter(self._rows.passing(within, exclude), self._added.passing(within, exclude))
