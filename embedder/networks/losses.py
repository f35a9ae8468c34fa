"""The losses a poster network is trained with."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class ProxyAnchorLoss(nn.Module):
    """Proxy-anchor loss (Kim et al., "Proxy Anchor Loss for Deep Metric Learning", CVPR 2020),
    generalised from one class a sample to any number of them.

    With s(x, p) the cosine of embedding x and proxy p, y in [0, 1] saying how much x belongs to
    p's class, P+ the proxies with a positive in the batch and P all proxies:

        1/|P+| sum_{p in P+} log(1 + sum_x y_xp       exp(-alpha (s(x, p) - margin)))
      + 1/|P|  sum_{p in P}  log(1 + sum_x (1 - y_xp) exp( alpha (s(x, p) + margin)))

    For one-hot y this is the paper's equation 4. Every label of a film is a positive proxy, and
    fractional y, as mixed images have them, weigh the exponentials. Where only a share of a label
    is known, that share takes the place of 1 in the second line: of what is unknown a poster is
    pushed away no more than it is pulled to it.

    Args:
        classes: number of proxies C, at least 1.
        dimensions: length D of an embedding, at least 1.
        alpha: scale of the exponent, > 0.
        margin: the paper's delta, in [0, 1].
        generator: draws the proxies (normal, He's fan-out scale as in the paper's code).

    Raises:
        ValueError: an argument out of its range.
    """

    def __init__(
        self,
        classes: int,
        dimensions: int,
        *,
        alpha: float = 32.0,
        margin: float = 0.1,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        if classes < 1 or dimensions < 1:
            raise ValueError(f"classes and dimensions must be positive: {classes}, {dimensions}")
        if alpha <= 0:
            raise ValueError(f"alpha must be positive: {alpha}")
        if not 0 <= margin <= 1:
            raise ValueError(f"margin must be between 0 and 1: {margin}")
        self.alpha = alpha
        self.margin = margin
        scale = (2 / classes) ** 0.5
        self.proxies = nn.Parameter(
            torch.randn(classes, dimensions, generator=generator) * scale
        )  # [C, D]

    def forward(self, embeddings: Tensor, labels: Tensor, known: Tensor | None = None) -> Tensor:
        """The loss of a batch.

        Args:
            embeddings: float [B, D], raw: they are normalised here.
            labels: float or bool [B, C] in [0, 1].
            known: float [B, C] in [0, 1], at least the labels; None where all of them are.

        Returns:
            A scalar of the embeddings' dtype; 0 for an empty batch.

        Raises:
            ValueError: shapes that do not fit the proxies or each other, or labels out of range.
        """
        classes, dimensions = self.proxies.shape
        if embeddings.ndim != 2 or embeddings.shape[1] != dimensions:
            raise ValueError(f"embeddings must be [B, {dimensions}], not {list(embeddings.shape)}")
        if labels.shape != (len(embeddings), classes):
            raise ValueError(
                f"labels must be [{len(embeddings)}, {classes}], not {list(labels.shape)}"
            )
        if len(embeddings) == 0:
            return embeddings.sum()
        y = labels.to(embeddings.dtype)
        if bool(((y < 0) | (y > 1)).any()):
            raise ValueError("labels must lie between 0 and 1")
        cosines = functional.linear(
            functional.normalize(embeddings), functional.normalize(self.proxies)
        )  # [B, C]
        pull = -self.alpha * (cosines - self.margin) + y.log()  # log 0 = -inf: not a member
        others = 1 - y if known is None else (known.to(y.dtype) - y).clamp(min=0)
        push = self.alpha * (cosines + self.margin) + others.log()
        present = y.sum(0) > 0
        positive = _log_one_plus_sum_exp(pull)[present].sum() / present.sum().clamp(min=1)
        return positive + _log_one_plus_sum_exp(push).mean()


def _log_one_plus_sum_exp(x: Tensor) -> Tensor:
    """log(1 + sum_b exp(x_bc)) for every column c; exact where exp itself would overflow."""
    return torch.logsumexp(functional.pad(x, (0, 0, 1, 0)), dim=0)


def look_loss(
    looks: Tensor, targets: Tensor, gallery: Tensor, positives: Tensor, *, temperature: float
) -> Tensor:
    """Tells each poster from all others while staying near a teacher's geometry.

    The sum of two terms: 1 - cos(look, target), and the cross-entropy of a softmax over the
    cosines of a look to every training poster's teacher vector (InfoNCE, van den Oord et al.
    2018, with the whole training set as its negatives instead of a batch).

    Args:
        looks: float [B, L], raw, of augmented posters.
        targets: float [B, L], the unit teacher vectors wanted (of mixed images: mixed).
        gallery: float [N, L], unit teacher vectors of all clean training posters.
        positives: float [B, N], rows sum to 1: how much each gallery poster is the right answer.
        temperature: divides the cosines, > 0.

    Returns:
        A scalar.

    Raises:
        ValueError: shapes that do not fit, or a temperature that is not positive.
    """
    if looks.shape != targets.shape or looks.shape[1] != gallery.shape[1]:
        raise ValueError(
            f"looks {list(looks.shape)}, targets {list(targets.shape)} and gallery "
            f"{list(gallery.shape)} do not fit"
        )
    if positives.shape != (len(looks), len(gallery)):
        raise ValueError(f"positives must be [{len(looks)}, {len(gallery)}]")
    if temperature <= 0:
        raise ValueError(f"temperature must be positive: {temperature}")
    unit = functional.normalize(looks)
    near = (1 - (unit * functional.normalize(targets)).sum(1)).mean()
    told_apart = functional.cross_entropy(unit @ gallery.T / temperature, positives)
    return near + told_apart
