"""What the network's positions tell of a poster that its pixels do not: where the title stands,
whether it is painted, whether a face fills it.

Each is one affine map of the rows of a poster's positions (Alain and Bengio, "Understanding
intermediate layers using linear classifier probes", 2016), fitted on posters labelled by eye
(benchmarks.traits) for one model and of no use to another; to the packaged one they were carried
over from the one before it (benchmarks.traits.carried_over).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onesheet.explaining.traits import Trait

FILE: Final = "probes.npz"


@dataclass(frozen=True)
class Probes:
    """The fitted maps.

    Attributes:
        model: the fingerprint of the model whose positions they read.
        traits: T names.
        weights: float32[T, h, D]; bias: float64[T], so that what is above 0 is said.
    """

    model: str
    traits: tuple[Trait, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float64]

    def traits_of(self, positions: NDArray[np.float32], model: str) -> frozenset[Trait]:
        """What positions float32[h, w, D], read by the model of a fingerprint, tell of a poster:
        nothing where it is another model or another grid."""
        rows = positions.mean(axis=1)
        if model != self.model or rows.shape != self.weights.shape[1:]:
            return frozenset()
        values = np.einsum("thd,hd->t", self.weights, rows) + self.bias
        return frozenset(
            trait for trait, value in zip(self.traits, values, strict=True) if value > 0
        )


@cache
def packaged_probes() -> Probes:
    """The probes of the packaged model."""
    with as_file(files("onesheet.explaining") / FILE) as path, np.load(path) as kept:
        return Probes(
            str(kept["model"]),
            tuple(Trait(str(name)) for name in kept["traits"]),
            kept["weights"].astype(np.float32),
            kept["bias"].astype(np.float64),
        )
