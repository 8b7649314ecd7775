"""SSIM, MS-SSIM and squared errors of many pairs at once, for a GPU; on a CPU `ssim` is faster.

The definitions, the filters on sum and difference and their shift are those of `ssim`.
"""

from collections.abc import Collection

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.kernels import C1, C2, GAUSSIAN_TAPS, HALF_WINDOW, PEAK, UNIFORM_TAPS
from stickdance.synth.quality.ssim import SIMILARITIES, SMALLEST_SIDE, WEIGHTS, Similarities


def batch_similarities(
    a: Tensor, b: Tensor, wanted: Collection[str] = SIMILARITIES
) -> list[Similarities]:
    """Return the wanted similarities of each pair of a batch.

    Args:
        a: (pairs, channels, h, w), uint8 or float in 0..255, on any device.
        b: like `a`, on the same device.
        wanted: some of `SIMILARITIES`.

    Raises:
        BadInput: the shapes differ.
    """
    check_batch(a, b)
    total, difference = a.float() + b.float() - PEAK, a.float() - b.float()
    side = min(a.shape[-2:])
    rows: dict[str, list[float]] = {}
    with torch.inference_mode():
        first = _gaussian(total, difference) if side >= GAUSSIAN_TAPS else None
        if first is not None and "ssim_gaussian" in wanted:
            rows["ssim_gaussian"] = first[0].mean(1).tolist()
        if "ssim_skimage" in wanted and side >= UNIFORM_TAPS:
            rows["ssim_skimage"] = _uniform(total, difference).mean(1).tolist()
        if first is not None and "ms_ssim" in wanted and side >= SMALLEST_SIDE:
            rows["ms_ssim"] = _multiscale(total, difference, first[1]).mean(1).tolist()
    return [
        Similarities(**{name: values[place] for name, values in rows.items()})
        for place in range(len(a))
    ]


def batch_mse(a: Tensor, b: Tensor) -> list[float]:
    """Return the mean squared error of each pair of a batch; arguments as in the other function."""
    check_batch(a, b)
    if a.dtype == b.dtype == torch.uint8:
        differences = a.int() - b.int()
        sums = (differences * differences).sum(dim=(1, 2, 3), dtype=torch.int64)
        return [total / a[0].numel() for total in sums.tolist()]
    return list((a.float() - b.float()).square().mean(dim=(1, 2, 3)).tolist())


def check_batch(a: Tensor, b: Tensor) -> None:
    """Refuse batches that cannot be compared.

    Raises:
        BadInput: the shapes differ or are not (pairs, channels, h, w).
    """
    if a.shape != b.shape:
        raise BadInput(f"pictures: shapes {tuple(a.shape)} and {tuple(b.shape)}, expected the same")
    if a.ndim != 4:
        raise BadInput(f"pictures: expected (pairs, channels, h, w), found {tuple(a.shape)}")


def _multiscale(total: Tensor, difference: Tensor, structure: Tensor) -> Tensor:
    product = structure.clamp(min=0) ** WEIGHTS[0]
    for weight in WEIGHTS[1:]:
        total, difference = _halved(total, -PEAK), _halved(difference, 0.0)
        full, structure = _gaussian(total, difference)
        term = full if weight == WEIGHTS[-1] else structure
        product = product * term.clamp(min=0) ** weight
    return product


def _halved(planes: Tensor, border: float) -> Tensor:
    height, width = planes.shape[-2:]
    if height % 2 or width % 2:
        planes = functional.pad(planes, (width % 2, 0, height % 2, 0), value=border)
    return functional.avg_pool2d(planes, 2)


def _gaussian(total: Tensor, difference: Tensor) -> tuple[Tensor, Tensor]:
    half = torch.from_numpy(np.asarray(HALF_WINDOW)).to(total)
    window = torch.cat([half.flip(0), half[1:]])
    stack = _stacked(total, difference)
    channels = stack.shape[1]
    down = window.reshape(1, 1, -1, 1).expand(channels, 1, -1, 1)
    across = window.reshape(1, 1, 1, -1).expand(channels, 1, 1, -1)
    smooth = functional.conv2d(stack, down, groups=channels)
    return _terms(functional.conv2d(smooth, across, groups=channels), 0.5)


def _uniform(total: Tensor, difference: Tensor) -> Tensor:
    count = UNIFORM_TAPS**2
    smooth = functional.avg_pool2d(_stacked(total, difference), UNIFORM_TAPS, stride=1)
    return _terms(smooth, 0.5 * count / (count - 1))[0]


def _stacked(total: Tensor, difference: Tensor) -> Tensor:
    return torch.cat([total, difference, total * total, difference * difference], dim=1)


def _terms(means: Tensor, correction: float) -> tuple[Tensor, Tensor]:
    """Return SSIM and its contrast-structure term, each (pairs, channels)."""
    s, d, square_s, square_d = means.chunk(4, dim=1)
    variance_s, variance_d = (square_s - s * s) * correction, (square_d - d * d) * correction
    structure = (variance_s - variance_d + C2) / (variance_s + variance_d + C2)
    level_s, level_d = (s + PEAK) ** 2 / 2, d * d / 2
    light = (level_s - level_d + C1) / (level_s + level_d + C1)
    return (light * structure).mean(dim=(2, 3)), structure.mean(dim=(2, 3))
