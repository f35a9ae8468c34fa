"""What the network's positions tell of a poster, and that they are the packaged model's own."""

import numpy as np
import pytest

from embedder import Embedder
from onesheet.explaining.probes import Probes, packaged_probes
from onesheet.explaining.traits import Trait

WEIGHTS = np.zeros((2, 3, 2), np.float32)
WEIGHTS[0, 0, 0] = WEIGHTS[1, 2, 0] = 1.0
PROBES = Probes("m", (Trait.TITLE_ABOVE, Trait.TITLE_BELOW), WEIGHTS, np.array([-0.5, -0.5]))


def positions(row: int, value: float) -> "np.ndarray":
    """A grid float32[3, 4, 2] with one row that has something."""
    found = np.zeros((3, 4, 2), np.float32)
    found[row, :, 0] = value
    return found


@pytest.mark.parametrize(
    ("row", "value", "said"),
    [
        (0, 1.0, {Trait.TITLE_ABOVE}),
        (2, 1.0, {Trait.TITLE_BELOW}),
        (2, 0.4, set()),
        (1, 9.0, set()),
    ],
)
def test_a_trait_is_said_where_its_rows_pass_the_limit(
    row: int, value: float, said: set[Trait]
) -> None:
    assert PROBES.traits_of(positions(row, value), "m") == said


def test_of_another_models_positions_nothing_is_said() -> None:
    assert PROBES.traits_of(positions(0, 1.0), "other") == frozenset()
    assert PROBES.traits_of(np.ones((4, 4, 2), np.float32), "m") == frozenset()
    assert PROBES.traits_of(np.ones((3, 4, 5), np.float32), "m") == frozenset()


def test_the_packaged_probes_read_the_packaged_model() -> None:
    """Whoever packages another model fits them anew: python -m benchmarks.traits."""
    embedder, probes = Embedder.load(), packaged_probes()
    assert probes.model == embedder.fingerprint
    assert probes.weights.shape[-1] == sum(embedder.card.parts.values())
    assert len(set(probes.traits)) == len(probes.traits) == len(probes.weights) == len(probes.bias)
    assert np.isfinite(probes.weights).all()
