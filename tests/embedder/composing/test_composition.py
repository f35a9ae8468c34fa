"""The composition part: positions by their own maps, and principal axes."""

import pytest
import torch
from torch.nn import functional

from embedder.composing.composition import Composition, Depth, principal_axes, start_reduction

DEPTHS = (Depth("coarse", 6, 3, 0.75), Depth("fine", 4, 2, 0.25))


def made(seed: int = 0) -> tuple[Composition, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    cells = torch.randn(40, 24, 10, generator=generator)
    composition = Composition(DEPTHS, 7)
    start_reduction(composition, cells)
    with torch.no_grad():
        composition.own.copy_(torch.randn(24, 5, 7, generator=generator))
    return composition, cells


def test_each_depth_of_a_position_has_length_one() -> None:
    composition, cells = made()
    words = composition.words(cells)
    assert words.shape == (40, 24, 5)
    for columns in (slice(0, 3), slice(3, 5)):
        assert torch.allclose(words[..., columns].norm(dim=-1), torch.ones(40, 24), atol=1e-5)


def test_a_loud_cell_counts_no_more_than_a_quiet_one() -> None:
    composition, cells = made()
    quiet = composition.reductions[0].weight.detach()
    mean = cells[..., :6].mean((0, 1))
    louder = cells.clone()
    louder[..., :6] = mean + 3 * (cells[..., :6] - mean)
    assert quiet.shape == (3, 6)
    assert torch.allclose(
        composition.words(louder)[..., :3], composition.words(cells)[..., :3], atol=1e-4
    )


def test_the_mean_of_the_positions_is_each_one_by_its_own_map() -> None:
    composition, cells = made()
    by_hand = torch.einsum("bpk,pkc->bc", composition.words(cells), composition.own)
    assert torch.allclose(composition(cells).mean(1), by_hand, atol=1e-4)


def test_principal_axes_are_orthonormal_and_strongest_first() -> None:
    rows = torch.randn(300, 20, generator=torch.Generator().manual_seed(2)) * torch.linspace(
        5, 1, 20
    )
    axes = principal_axes(rows, 6)
    assert torch.allclose(axes.T @ axes, torch.eye(6), atol=1e-4)
    strength = (rows @ axes).square().sum(0)
    assert strength.tolist() == sorted(strength.tolist(), reverse=True)
    exact = torch.linalg.svdvals(rows)[:6].square()
    assert torch.allclose(strength, exact, rtol=0.02)


@pytest.mark.parametrize("count", [3, 30])
def test_no_more_axes_than_there_are(count: int) -> None:
    assert principal_axes(torch.eye(4), count).shape == (4, min(count, 4))


def test_weights_are_shares_of_a_cosine() -> None:
    composition, cells = made()
    words = functional.normalize((composition.words(cells) * composition.scale).flatten(1))
    assert float((words[0] @ words[0]).detach()) == pytest.approx(1.0, rel=1e-5)
    assert composition.scale.square().tolist() == pytest.approx([0.75] * 3 + [0.25] * 2)


def test_own_maps_come_out_of_one_of_all_that_is_seen() -> None:
    composition, cells = made()
    whole = torch.randn(24 * 5, 7, generator=torch.Generator().manual_seed(3))
    composition.set_own(whole)
    assert torch.allclose(
        composition(cells).mean(1), composition.compared(cells) @ whole, atol=1e-4
    )
