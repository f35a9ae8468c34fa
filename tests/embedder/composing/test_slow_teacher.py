"""Several opinions of what is alike, each learned from grades."""

import numpy as np
import torch

from embedder.composing.graded import GradedLists
from embedder.composing.slow_teacher import TeacherFit, opinions

FITS = (TeacherFit(0.001, 30, 1.0), TeacherFit(0.0005, 20, 0.8))


def tasteful() -> tuple[torch.Tensor, GradedLists, torch.Tensor]:
    """Depths of 120 posters, loud and quiet ones, and lists graded by the quiet ones alone."""
    generator = torch.Generator().manual_seed(0)
    depths = torch.randn(120, 10, generator=generator) * torch.linspace(2, 0.5, 10)
    taste = torch.nn.functional.normalize(depths[:, 7:])
    candidates = np.stack([np.random.default_rng(q).permutation(120)[:10] for q in range(100)])
    near = torch.einsum("qd,qkd->qk", taste[:100], taste[torch.from_numpy(candidates)])
    grades = np.where(near.numpy() > 0.6, 2.0, 0.0).astype(np.float32)
    some = grades.max(1) > 0
    return depths, GradedLists(np.arange(100)[some], candidates[some], grades[some]), taste


def test_each_opinion_is_of_length_one_and_its_own() -> None:
    depths, graded, _ = tasteful()
    one, two = opinions(depths, graded, FITS, directions=10)
    assert one.shape == two.shape == (120, 10)
    assert torch.allclose(one.norm(dim=1), torch.ones(120), atol=1e-5)
    assert not torch.allclose(one @ one.T, two @ two.T, atol=1e-3)


def test_opinions_follow_the_grades() -> None:
    depths, graded, taste = tasteful()
    wanted = taste @ taste.T
    plain = torch.nn.functional.normalize(depths)

    def agreement(vectors: torch.Tensor) -> float:
        return float(
            torch.corrcoef(torch.stack([(vectors @ vectors.T).ravel(), wanted.ravel()]))[0, 1]
        )

    for opinion in opinions(depths, graded, FITS, directions=10):
        assert agreement(opinion) > agreement(plain)


def test_the_same_seed_gives_the_same_opinions() -> None:
    depths, graded, _ = tasteful()
    first, again = (opinions(depths, graded, FITS, directions=10, seed=3) for _ in range(2))
    other = opinions(depths, graded, FITS, directions=10, seed=4)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[1], other[1])
