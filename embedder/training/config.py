"""What decides a training run."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.images.hashes import NEAR_DUPLICATE


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides a training run; saved in its checkpoints.

    `weights` is "imagenet", "none", the path of a state dict, "packaged" (the model that comes with
    Onesheet) or a model folder to go on from. `teacher` names the weights whose features teach the
    look part, where those are not the ones to start from. `tutor` names a finished model whose
    genre readings are `tutor_share` of the genres learned. `frozen` counts the backbone's
    first blocks that stay as they are. The first `early_epochs` use images of `early_scale` times
    the size: small details matter later. The `*_weight` fields multiply the losses.
    """

    backbone: str = "mobilenet_v2"
    weights: str = "imagenet"
    teacher: str = ""
    tutor: str = ""
    tutor_share: float = 0.5
    height: int = 192
    width: int = 128
    early_epochs: int = 6
    early_scale: float = 0.8
    promise: int = 128
    look: int = 160
    frozen: int = 4
    dropout: float = 0.4
    alpha: float = 32.0
    margin: float = 0.1
    epochs: int = 12
    batch: int = 64
    accumulate: int = 1
    lr: float = 4e-4
    head_lr: float = 1e-3
    proxy_lr: float = 1e-2
    weight_decay: float = 0.05
    warmup: float = 0.05  # share of all steps
    average: float = 0.998  # decay of the running average of the weights
    mixing: float = 0.5  # share of batches that are mixed
    promise_weight: float = 0.05
    look_weight: float = 0.5
    genre_weight: float = 2.0
    decade_weight: float = 0.4
    score_weight: float = 0.4
    temperature: float = 0.07
    family_share: float = 0.3  # how much of a look's right answer are its film's sequels
    patience: int = 4  # epochs without a better val figure before stopping
    near_duplicate: int = NEAR_DUPLICATE  # bits of a perceptual hash
    seed: int = 0
    threads: int = 0  # 0: torch's own choice

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.batch < 2 or self.accumulate < 1:
            raise ValueError("epochs and accumulate must be at least 1, batch at least 2")
        if self.promise < 1 or self.look < 1 or self.threads < 0:
            raise ValueError("promise and look must be at least 1, threads at least 0")
        if not 0 <= self.tutor_share <= 1:
            raise ValueError("tutor_share must be in [0, 1]")
        if not 0 < self.early_scale <= 1 or not 0 <= self.average < 1:
            raise ValueError("early_scale must be in (0, 1], average in [0, 1)")
