"""Where a process trains: on which device, how precisely, and beside which others."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import Tensor, distributed, nn

DEVICES = ("auto", "cpu", "cuda")
_LONGEST_WAIT = timedelta(hours=12)  # others wait while the first decodes, evaluates and reports


@dataclass(frozen=True)
class TrainingPlace:
    """One process of a training run.

    Attributes:
        device: what it computes on.
        bf16: whether that device multiplies bfloat16 in hardware; if not, float32 is faster.
        rank, ranks: this process among all that train together.
    """

    device: torch.device
    bf16: bool
    rank: int = 0
    ranks: int = 1

    @property
    def first(self) -> bool:
        """Whether this process is the one that evaluates and writes files."""
        return self.rank == 0

    def autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16)

    def parallel(self, module: nn.Module) -> nn.Module:
        """The module with its gradients averaged over all processes in every backward pass.

        Buffers are left alone: `average_` brings batch statistics together once an epoch.
        """
        if self.ranks == 1:
            return module
        ids = [self.device] if self.device.type == "cuda" else None
        return nn.parallel.DistributedDataParallel(module, device_ids=ids, broadcast_buffers=False)

    @contextmanager
    def first_alone(self) -> Iterator[None]:
        """The first process runs the body before the others do, who find what it wrote."""
        if self.ranks > 1 and not self.first:
            distributed.barrier()
        yield
        if self.ranks > 1 and self.first:
            distributed.barrier()

    def average_(self, tensors: Iterable[Tensor]) -> None:
        """Set each floating-point tensor to its mean over all processes."""
        if self.ranks > 1:
            for tensor in tensors:
                if tensor.is_floating_point():
                    distributed.all_reduce(tensor)
                    tensor /= self.ranks

    def agreed(self, value: bool) -> bool:
        """The first process's value, everywhere."""
        if self.ranks == 1:
            return value
        shared = torch.tensor(int(value), device=self.device)
        distributed.broadcast(shared, src=0)
        return bool(shared)


@contextmanager
def training_place(device: str = "auto") -> Iterator[TrainingPlace]:
    """Take this process's place: alone, or among those that torchrun started with it.

    Args:
        device: "cpu", "cuda" or "auto", which is a GPU where one is found.

    Raises:
        ValueError: another device, or a GPU where there is none.
    """
    chosen = _device(device)
    bf16 = torch.cuda.is_bf16_supported() if chosen.type == "cuda" else _cpu_has_bf16()
    if not distributed.is_torchelastic_launched():
        yield TrainingPlace(chosen, bf16)
        return
    backend = "nccl" if chosen.type == "cuda" else "gloo"
    distributed.init_process_group(backend, timeout=_LONGEST_WAIT)
    try:
        yield TrainingPlace(chosen, bf16, distributed.get_rank(), distributed.get_world_size())
    finally:
        distributed.destroy_process_group()


def cpu_autocast() -> torch.autocast:
    """Lower precision within, where this machine's CPU multiplies bfloat16 in hardware."""
    return TrainingPlace(torch.device("cpu"), _cpu_has_bf16()).autocast()


def is_first() -> bool:
    """Whether this process is alone or the first of those that torchrun started."""
    return os.environ.get("RANK", "0") == "0"


def without_exchange(module: nn.Module) -> AbstractContextManager[None]:
    """Backward passes within keep their gradients to this process, to be averaged later."""
    if isinstance(module, nn.parallel.DistributedDataParallel):
        return module.no_sync()
    return nullcontext()


def _device(name: str) -> torch.device:
    if name not in DEVICES:
        raise ValueError(f"unknown device {name!r}; choose from {', '.join(DEVICES)}")
    if name == "cpu" or (name == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    if not torch.cuda.is_available():
        raise ValueError("torch finds no GPU here; train with the device cpu")
    chosen = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    torch.cuda.set_device(chosen)
    return chosen


def _cpu_has_bf16() -> bool:
    """Older torch cannot tell; it then trains in float32, which is slower but never wrong. So does
    a processor with AMX: torch 2.15 trains to NaN there (docs/processors.md)."""
    capabilities: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    if capabilities.get("amx_bf16"):
        return False
    return any(capabilities.get(name) for name in ("avx512_bf16", "bf16"))
