import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from embedder.networks.losses import ProxyAnchorLoss, look_loss


def paper_loss(
    embeddings: Tensor, proxies: Tensor, classes: list[int], alpha: float, margin: float
) -> Tensor:
    """Equation 4 of Kim et al. 2020 with its sums written out, for one class a sample."""

    def cosine(x: Tensor, p: Tensor) -> Tensor:
        cosine: Tensor = (x @ p) / (x.norm() * p.norm())
        return cosine

    with_positives = sorted(set(classes))
    positive = torch.zeros((), dtype=embeddings.dtype)
    for p in with_positives:
        inner = sum(
            (
                torch.exp(-alpha * (cosine(x, proxies[p]) - margin))
                for x, c in zip(embeddings, classes, strict=True)
                if c == p
            ),
            torch.zeros((), dtype=embeddings.dtype),
        )
        positive = positive + torch.log(1 + inner) / len(with_positives)
    negative = torch.zeros((), dtype=embeddings.dtype)
    for p in range(len(proxies)):
        inner = sum(
            (
                torch.exp(alpha * (cosine(x, proxies[p]) + margin))
                for x, c in zip(embeddings, classes, strict=True)
                if c != p
            ),
            torch.zeros((), dtype=embeddings.dtype),
        )
        negative = negative + torch.log(1 + inner) / len(proxies)
    return positive + negative


def made(classes: int, dimensions: int, seed: int = 0, **options: float) -> ProxyAnchorLoss:
    generator = torch.Generator().manual_seed(seed)
    return ProxyAnchorLoss(classes, dimensions, generator=generator, **options).double()


@pytest.mark.parametrize("alpha", [1.0, 8.0, 32.0])
@pytest.mark.parametrize("seed", range(4))
def test_one_hot_labels_give_the_papers_loss_and_gradients(alpha: float, seed: int) -> None:
    loss = made(6, 5, seed, alpha=alpha, margin=0.1)
    generator = torch.Generator().manual_seed(seed + 100)
    embeddings = torch.randn(9, 5, generator=generator, dtype=torch.float64, requires_grad=True)
    classes = torch.randint(0, 4, (9,), generator=generator)  # classes 4 and 5 have no positive
    ours = loss(embeddings, torch.nn.functional.one_hot(classes, 6))
    theirs = paper_loss(embeddings, loss.proxies, classes.tolist(), alpha, 0.1)
    torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)
    inputs = [embeddings, loss.proxies]
    for own, other in zip(
        torch.autograd.grad(ours, inputs), torch.autograd.grad(theirs, inputs), strict=True
    ):
        torch.testing.assert_close(own, other, rtol=1e-9, atol=1e-11)


def test_every_label_of_a_film_is_a_positive_proxy() -> None:
    loss = made(3, 2, alpha=4.0, margin=0.0)
    loss.proxies.data = torch.tensor([[1.0, 0], [0, 1], [-1, 0]], dtype=torch.float64)
    embedding = torch.tensor([[1.0, 1]], dtype=torch.float64)
    both = loss(embedding, torch.tensor([[1, 1, 0]]))
    c = math.cos(math.pi / 4)
    expected = math.log(1 + math.exp(-4 * c)) + math.log(1 + math.exp(-4 * c)) / 3
    assert both.item() == pytest.approx(expected, rel=1e-12)


def test_a_label_that_is_unknown_neither_pulls_nor_pushes() -> None:
    loss = made(3, 4)
    embeddings = torch.randn(2, 4, dtype=torch.float64, requires_grad=True)
    labels = torch.tensor([[1.0, 0, 0], [0, 0, 0]])
    all_known = loss(embeddings, labels, torch.ones(2, 3))
    torch.testing.assert_close(all_known, loss(embeddings, labels))
    first_alone = loss(embeddings, labels, torch.tensor([[1.0], [0]]).expand(2, 3))
    torch.testing.assert_close(first_alone, loss(embeddings[:1], labels[:1]))
    (gradient,) = torch.autograd.grad(first_alone, embeddings)
    assert not gradient[1].any()


def test_only_the_direction_of_an_embedding_matters() -> None:
    loss = made(4, 8)
    embeddings = torch.randn(5, 8, dtype=torch.float64)
    labels = torch.eye(4)[torch.tensor([0, 1, 2, 3, 0])]
    torch.testing.assert_close(loss(embeddings, labels), loss(embeddings * 1000, labels))


def test_alpha_32_in_float32_stays_finite_at_the_extremes() -> None:
    loss = ProxyAnchorLoss(2, 2, alpha=32.0, margin=1.0)
    loss.proxies.data = torch.tensor([[1.0, 0], [-1.0, 0]])
    embeddings = torch.tensor([[-1e4, 0.0]] * 512, requires_grad=True)
    value = loss(embeddings, torch.tensor([[1.0, 0.0]]).repeat(512, 1))
    value.backward()
    assert torch.isfinite(value)
    assert embeddings.grad is not None
    assert torch.isfinite(embeddings.grad).all()


def test_gradients_are_finite_for_hard_labels() -> None:
    loss = made(3, 4)
    embeddings = torch.randn(2, 4, dtype=torch.float64, requires_grad=True)
    loss(embeddings, torch.tensor([[1.0, 0, 0], [0, 1.0, 1.0]])).backward()
    assert embeddings.grad is not None
    assert torch.isfinite(embeddings.grad).all()
    assert loss.proxies.grad is not None
    assert torch.isfinite(loss.proxies.grad).all()


def test_an_empty_batch_costs_nothing() -> None:
    assert made(3, 4)(torch.zeros(0, 4, dtype=torch.float64), torch.zeros(0, 3)).item() == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classes": 0, "dimensions": 4}, "positive"),
        ({"classes": 3, "dimensions": 4, "alpha": 0.0}, "alpha"),
        ({"classes": 3, "dimensions": 4, "margin": 1.5}, "margin"),
    ],
)
def test_impossible_losses_are_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ProxyAnchorLoss(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("embeddings", "labels", "message"),
    [
        ((2, 5), (2, 3), "embeddings must be"),
        ((2, 4), (3, 3), "labels must be"),
        ((2, 4), (2, 4), "labels must be"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(
    embeddings: tuple[int, int], labels: tuple[int, int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        ProxyAnchorLoss(3, 4)(torch.zeros(embeddings), torch.zeros(labels))


def test_labels_outside_zero_and_one_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        ProxyAnchorLoss(1, 2)(torch.ones(1, 2), torch.tensor([[2.0]]))


@given(st.integers(1, 6), st.integers(0, 10_000))
def test_permuting_the_batch_changes_nothing(count: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    loss = made(4, 3)
    embeddings = torch.randn(count, 3, generator=generator, dtype=torch.float64)
    labels = torch.rand(count, 4, generator=generator, dtype=torch.float64)
    order = torch.randperm(count, generator=generator)
    torch.testing.assert_close(loss(embeddings, labels), loss(embeddings[order], labels[order]))


def test_a_look_at_its_target_and_far_from_all_others_costs_least() -> None:
    gallery = torch.eye(4)
    positives = torch.eye(4)[:1]
    right = look_loss(gallery[:1] * 5, gallery[:1], gallery, positives, temperature=0.1)
    wrong = look_loss(gallery[1:2], gallery[:1], gallery, positives, temperature=0.1)
    expected = -math.log(math.exp(10) / (math.exp(10) + 3))
    assert right.item() == pytest.approx(expected, abs=1e-6)
    assert wrong > right + 1


@pytest.mark.parametrize("temperature", [0.0, -1.0])
def test_a_look_loss_without_temperature_is_refused(temperature: float) -> None:
    with pytest.raises(ValueError, match="temperature"):
        look_loss(torch.eye(2), torch.eye(2), torch.eye(2), torch.eye(2), temperature=temperature)


def test_looks_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        look_loss(torch.eye(2), torch.eye(3), torch.eye(2), torch.eye(2), temperature=1)
    with pytest.raises(ValueError, match="positives"):
        look_loss(torch.eye(2), torch.eye(2), torch.eye(2), torch.eye(3), temperature=1)
