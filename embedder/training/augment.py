"""Augmentation that respects posters: what printing, photographing and cropping do to them."""

from __future__ import annotations

import math

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional


def augment(posters: Tensor, height: int, width: int, generator: torch.Generator) -> Tensor:
    """A random crop, tilt, mirror image, exposure, tint and patch for each poster.

    Args:
        posters: uint8 [B, 3, H, W], RGB, on any device.
        height, width: of the result.
        generator: of the CPU, so that every device sees the same posters.

    Returns:
        float32 [B, 3, height, width] in 0..255, on the posters' device.
    """
    images = _warp(posters.float(), height, width, generator)
    images = _recolour(images, generator)
    return _erase(images, generator)


def slightly_changed(images: Tensor, generator: torch.Generator) -> Tensor:
    """Images, float [B, 3, H, W], cut to 94-100% of each side and lighter or darker by up to 8%:
    what stands at a position of a network's last map stays there."""
    count = len(images)
    size = 1 - 0.06 * torch.rand(count, 2, generator=generator)
    shift = (1 - size) * (2 * torch.rand(count, 2, generator=generator) - 1)
    theta = torch.cat([torch.diag_embed(size), shift[:, :, None]], 2)
    grid = functional.affine_grid(theta, list(images.shape), align_corners=False)
    cut = functional.grid_sample(images, grid, padding_mode="border", align_corners=False)
    return (cut * _uniform(count, 0.92, 1.08, generator).view(-1, 1, 1, 1)).clamp(0, 255)


def _uniform(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(count, generator=generator) * (high - low) + low


def _warp(images: Tensor, height: int, width: int, generator: torch.Generator) -> Tensor:
    """Crop 45-100% of the area at a slightly changed shape, tilt up to 4 degrees, mirror half.

    A fifth are zoomed out instead, as a poster photographed with a border is.
    """
    count = len(images)
    area = _uniform(count, 0.45, 1.0, generator)
    shape = torch.exp(_uniform(count, -0.15, 0.15, generator))
    scale_x = (area * shape).sqrt().clamp(max=1.0)
    scale_y = (area / shape).sqrt().clamp(max=1.0)
    zoomed_out = torch.rand(count, generator=generator) < 0.2
    zoom = _uniform(count, 1.0, 1.15, generator)
    scale_x = torch.where(zoomed_out, zoom, scale_x)
    scale_y = torch.where(zoomed_out, zoom, scale_y)
    shift_x = _uniform(count, -1, 1, generator) * (1 - scale_x).abs()
    shift_y = _uniform(count, -1, 1, generator) * (1 - scale_y).abs()
    mirror = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0)
    tilt = _uniform(count, -4, 4, generator) * (math.pi / 180)
    ratio = images.shape[2] / images.shape[3]
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0] = mirror * scale_x * tilt.cos()
    theta[:, 0, 1] = -scale_y * tilt.sin() * ratio
    theta[:, 1, 0] = mirror * scale_x * tilt.sin() / ratio
    theta[:, 1, 1] = scale_y * tilt.cos()
    theta[:, 0, 2] = shift_x
    theta[:, 1, 2] = shift_y
    grid = functional.affine_grid(
        theta.to(images.device), [count, 3, height, width], align_corners=False
    )
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def _recolour(images: Tensor, generator: torch.Generator) -> Tensor:
    """Exposure, contrast, saturation and a slight tint, each applied to most posters."""
    count = len(images)
    per_image = (count, 1, 1, 1)
    device = images.device
    exposure = _uniform(count, 0.6, 1.25, generator).view(per_image).to(device)
    contrast = _uniform(count, 0.75, 1.25, generator).view(per_image).to(device)
    saturation = _uniform(count, 0.6, 1.3, generator).view(per_image).to(device)
    tint = ((torch.rand(count, 3, 1, 1, generator=generator) - 0.5) * 0.1 + 1).to(device)
    apply = (torch.rand(count, generator=generator) < 0.8).view(per_image).to(device)
    grey = images.mean(1, keepdim=True)
    coloured = (images - grey) * saturation + grey
    middle = coloured.mean((1, 2, 3), keepdim=True)
    coloured = ((coloured - middle) * contrast + middle) * exposure * tint
    return torch.where(apply, coloured.clamp(0, 255), images)


def _erase(images: Tensor, generator: torch.Generator) -> Tensor:
    """A rectangle of up to a fifth of a quarter of the posters becomes one flat colour."""
    height, width = images.shape[2:]
    for row in torch.nonzero(torch.rand(len(images), generator=generator) < 0.25).flatten():
        area = float(_uniform(1, 0.03, 0.2, generator)) * height * width
        shape = math.exp(float(_uniform(1, -1, 1, generator)))
        tall = min(int((area * shape) ** 0.5), height - 1)
        wide = min(int((area / shape) ** 0.5), width - 1)
        top = int(torch.randint(height - tall, (1,), generator=generator))
        left = int(torch.randint(width - wide, (1,), generator=generator))
        colour = (torch.rand(3, 1, 1, generator=generator) * 255).to(images.device)
        images[row, :, top : top + tall, left : left + wide] = colour
    return images


def mixed_pairs(images: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Blend (mixup, Zhang et al. 2018) or patch (CutMix, Yun et al. 2019) each poster with another.

    Args:
        images: float [B, 3, H, W].

    Returns:
        The mixed images; int64 [B], each one's partner; float32 [B], the share that is its own;
        all on the images' device.
    """
    count, _, height, width = images.shape
    partner = torch.randperm(count, generator=generator).to(images.device)
    if torch.rand((), generator=generator) < 0.5:
        mostly = torch.rand(count, generator=generator) ** 2  # most keep most of themselves
        share = (1 - 0.5 * mostly).to(images.device)
        weight = share.view(-1, 1, 1, 1)
        return images * weight + images[partner] * (1 - weight), partner, share
    kept = float(_uniform(1, 0.5, 1.0, generator))
    tall, wide = int(height * (1 - kept) ** 0.5), int(width * (1 - kept) ** 0.5)
    top = int(torch.randint(height - tall + 1, (1,), generator=generator))
    left = int(torch.randint(width - wide + 1, (1,), generator=generator))
    mixed = images.clone()
    window = (slice(None), slice(None), slice(top, top + tall), slice(left, left + wide))
    mixed[window] = images[partner][window]
    own_share = 1 - tall * wide / (height * width)
    return mixed, partner, torch.full((count,), own_share, device=images.device)


def contact_sheet(
    posters: Tensor, height: int, width: int, generator: torch.Generator
) -> Image.Image:
    """What training sees of a few posters, to be looked at before a long run.

    Args:
        posters: uint8 [B, 3, H, W], RGB.

    Returns:
        A row a poster: as it is, five times augmented, and three times mixed with others.
    """
    columns = [functional.interpolate(posters.float(), (height, width), mode="area")]
    columns += [augment(posters, height, width, generator) for _ in range(5)]
    columns += [
        mixed_pairs(augment(posters, height, width, generator), generator)[0] for _ in range(3)
    ]
    rows = torch.stack(columns, 1).permute(0, 3, 1, 4, 2)  # [B, height, columns, width, 3]
    pixels = rows.reshape(len(posters) * height, len(columns) * width, 3).byte()
    return Image.fromarray(pixels.numpy())
