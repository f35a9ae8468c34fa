"""What a teacher compares by: each depth centred, position by position, weighed."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from embedder.composing.depths import LiteDepths, TeacherDepth, compressed_depths
from embedder.training.progress import silent


class TwoMaps:
    """A network whose maps lie ready."""

    depths: tuple[TeacherDepth, ...] = (TeacherDepth(0.75, 24), TeacherDepth(0.25, 5))

    def __init__(self) -> None:
        generator = torch.Generator().manual_seed(0)
        self.maps = [
            torch.randn(40, 6, 4, generator=generator) + 1,
            torch.randn(40, 1, 5, generator=generator) * 3,
        ]

    def read_depths(
        self, posters: NDArray[np.uint8], rows: NDArray[np.int64]
    ) -> Iterator[list[Tensor]]:
        for at in range(0, len(rows), 16):
            yield [each[rows[at : at + 16]] for each in self.maps]


def test_products_are_the_weighed_mean_over_positions_of_cosines() -> None:
    reader = TwoMaps()
    found = compressed_depths(reader, np.zeros((40, 1, 1, 3), np.uint8), np.arange(40), silent)
    coarse, fine = (functional.normalize(each - each.mean((0, 1)), dim=-1) for each in reader.maps)
    by_hand = 0.75 * torch.einsum("apc,bpc->ab", coarse, coarse) / 6
    by_hand += 0.25 * torch.einsum("apc,bpc->ab", fine, fine)
    assert found.shape == (40, 29)
    assert torch.allclose(found @ found.T, by_hand, atol=1e-4)


def test_no_more_is_kept_than_was_said() -> None:
    reader = TwoMaps()
    reader.depths = (TeacherDepth(0.75, 3), TeacherDepth(0.25, 2))
    found = compressed_depths(reader, np.zeros((40, 1, 1, 3), np.uint8), np.arange(40), silent)
    assert found.shape == (40, 5)


def test_a_lite_shows_two_maps_by_position_and_pooled_features(lite_weights: Path) -> None:
    posters = np.random.default_rng(0).integers(0, 256, (3, 96, 64, 3), np.uint8)
    (shown,) = LiteDepths(lite_weights).read_depths(posters, np.array([2, 0]))
    assert [tuple(each.shape) for each in shown] == [(2, 24, 13), (2, 24, 11), (2, 1, 1280)]
    assert all(bool(each.isfinite().all()) for each in shown)


@pytest.mark.parametrize("content", [b"", b"no weights", b"\x80\x02}q\x00."])
def test_a_file_of_anything_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"EfficientNet-Lite|weights.pth holds no weights"):
        LiteDepths(path)


def test_a_network_of_another_kind_is_refused(tmp_path: Path) -> None:
    torch.save({"layer.weight": torch.zeros(2, 2)}, tmp_path / "other.pth")
    with pytest.raises(ValueError, match="EfficientNet-Lite has 7 stages"):
        LiteDepths(tmp_path / "other.pth")
