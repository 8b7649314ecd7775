"""Scores as plain functions: arrays or tensors in, a float out.

    from stickdance.synth.quality.functional import lpips, ms_ssim, psnr, ssim

    ssim(real, rendered)                          # uint8 arrays (h, w, 3)
    ssim(real, rendered, definition="skimage")    # scikit-image's default
    psnr(batch_a, batch_b)                        # tensors (n, 3, h, w) in 0..1: the mean of pairs

Conventions
    Arrays hold their channels last: (h, w), (h, w, c) or (n, h, w, c); tensors before the rows:
    (h, w), (c, h, w) or (n, c, h, w). The type of the numbers decides: whole ones of any width are
    0..255, floats 0..1, or 0..`data_range` where that is given; uint16, which may be either 8 bits
    or 16, needs it, and truth values are no pictures. Many pairs give the mean of their scores.
    Tensors on a GPU are scored there, in one batch; all others by the compiled kernels, one pair
    after another.
"""

from collections.abc import Iterator
from statistics import fmean
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stickdance.checkpoints.errors import BadInput, WeightsAbsent
from stickdance.synth.compute.array_types import Levels
from stickdance.synth.quality import psnr as decibels
from stickdance.synth.quality.batches import batch_mse, batch_similarities
from stickdance.synth.quality.depths import eight_bits
from stickdance.synth.quality.lpips import load_lpips
from stickdance.synth.quality.ssim import ms_ssim as ms_ssim_of_pair
from stickdance.synth.quality.ssim import ssim_gaussian, ssim_luma, ssim_skimage

Pictures = NDArray[Any] | Tensor
_DEFINITIONS = {"gaussian": ssim_gaussian, "skimage": ssim_skimage, "luma": ssim_luma}
_LEAST = {"gaussian": 11, "skimage": 7, "luma": 11, "ms_ssim": 161}


def mse(a: Pictures, b: Pictures, data_range: float | None = None) -> float:
    """Return the mean squared error on the scale of 0..255, 0..65025.

    Args:
        a: pictures; see the module.
        b: pictures of the same kind and shape.
        data_range: the peak of the values, if not 1 for floats and 255 for whole numbers.

    Raises:
        BadInput: kinds, shapes or values do not fit.
    """
    return fmean(_errors(a, b, data_range))


def psnr(a: Pictures, b: Pictures, data_range: float | None = None) -> float:
    """Return the peak signal-to-noise ratio in dB, the mean over pairs, each at most 100.

    Args and errors are those of `mse`.
    """
    return fmean(decibels.psnr_of_mse(error) for error in _errors(a, b, data_range))


def ssim(
    a: Pictures, b: Pictures, definition: str = "gaussian", data_range: float | None = None
) -> float:
    """Return the structural similarity, -1..1.

    Args:
        a: pictures; see the module.
        b: pictures of the same kind and shape.
        definition: "gaussian" (Wang et al., 2004), "skimage" (the default of scikit-image) or
            "luma" (the Gaussian one on the luma of RGB); see `ssim`.
        data_range: the peak of the values, if not 1 for floats and 255 for whole numbers.

    Raises:
        BadInput: kinds, shapes or values do not fit, or a side is too small.
    """
    if definition not in _DEFINITIONS:
        raise BadInput(f"definition: {definition!r} is unknown; known: {', '.join(_DEFINITIONS)}")
    if definition != "luma" and _on_accelerator(a, b):
        found = batch_similarities(*_batch(a, b, data_range), (f"ssim_{definition}",))
        return _mean([getattr(one, f"ssim_{definition}") for one in found], a, _LEAST[definition])
    score = _DEFINITIONS[definition]
    pairs = _pairs(a, b, data_range)
    if definition == "luma":
        return fmean(score(eight_bits(x), eight_bits(y)) for x, y in pairs)
    return fmean(score(x, y) for x, y in pairs)


def ms_ssim(a: Pictures, b: Pictures, data_range: float | None = None) -> float:
    """Return the multi-scale structural similarity, 0..1 (Wang et al., 2003).

    Args and errors are those of `ssim`; the smallest side is 161 pixels.
    """
    if _on_accelerator(a, b):
        found = batch_similarities(*_batch(a, b, data_range), ("ms_ssim",))
        return _mean([one.ms_ssim for one in found], a, _LEAST["ms_ssim"])
    return fmean(ms_ssim_of_pair(x, y) for x, y in _pairs(a, b, data_range))


def lpips(
    a: Pictures, b: Pictures, backbone: str = "alex", data_range: float | None = None
) -> float:
    """Return LPIPS v0.1 (Zhang et al., 2018), 0 = alike; floats are rounded to 8 bits.

    Args:
        a: RGB pictures; see the module.
        b: pictures of the same kind and shape.
        backbone: "alex", "vgg" or "squeeze".
        data_range: the peak of the values, if not 1 for floats and 255 for whole numbers.

    Raises:
        BadInput: kinds, shapes or values do not fit, or a side is too small.
        WeightsAbsent: the backbone's weights are not on this computer.
    """
    found = load_lpips(backbone)
    if found.absent:
        raise WeightsAbsent(f"LPIPS cannot be had: {found.absent}")
    distances = [found.distance(eight_bits(x), eight_bits(y)) for x, y in _pairs(a, b, data_range)]
    return _mean(distances, a, found.smallest_side)


def _errors(a: Pictures, b: Pictures, data_range: float | None) -> list[float]:
    if _on_accelerator(a, b):
        return batch_mse(*_batch(a, b, data_range))
    return [decibels.mse(x, y) for x, y in _pairs(a, b, data_range)]


def _on_accelerator(a: Pictures, b: Pictures) -> bool:
    return all(isinstance(x, Tensor) and x.device.type != "cpu" for x in (a, b))


def _mean(scores: list[float | None], pictures: Pictures, least: int) -> float:
    known = [score for score in scores if score is not None]
    if len(known) < len(scores):
        raise BadInput(f"pictures: {tuple(pictures.shape)}, expected sides of {least} px or more")
    return fmean(known)


def _batch(a: Pictures, b: Pictures, data_range: float | None) -> tuple[Tensor, Tensor]:
    """Return two batches (n, c, h, w) in 0..255 on their device."""
    _check(a, b)
    out = []
    for pictures in (a, b):
        assert isinstance(pictures, Tensor)
        scaled = pictures.detach().float() * _scale(pictures, data_range)
        if scaled.ndim == 2:
            scaled = scaled[None]
        out.append(scaled[None] if scaled.ndim == 3 else scaled)
    return out[0], out[1]


def _pairs(a: Pictures, b: Pictures, data_range: float | None) -> Iterator[tuple[Levels, Levels]]:
    """Yield pairs of arrays (h, w) or (h, w, c), uint8 or float32 in 0..255."""
    _check(a, b)
    return zip(_arrays(a, data_range), _arrays(b, data_range), strict=True)


def _check(a: Pictures, b: Pictures) -> None:
    if isinstance(a, Tensor) is not isinstance(b, Tensor):
        raise BadInput("pictures: one is an array, the other a tensor; expected the same kind")
    if a.shape != b.shape:
        raise BadInput(f"pictures: shapes {tuple(a.shape)} and {tuple(b.shape)}, expected the same")
    if not 2 <= a.ndim <= 4 or 0 in a.shape:
        raise BadInput(f"pictures: expected 2 to 4 dimensions, found {tuple(a.shape)}")


def _arrays(pictures: Pictures, data_range: float | None) -> list[Levels]:
    scale = _scale(pictures, data_range)
    if isinstance(pictures, Tensor):
        array = pictures.detach().cpu()
        array = array if _is_whole(array) else array.float()
        values = np.moveaxis(array.numpy(), -3, -1) if array.ndim > 2 else array.numpy()
    else:
        values = pictures
    if scale == 1 and _is_whole(pictures):
        values = values.astype(np.uint8, copy=False)
    else:
        values = values.astype(np.float32) * np.float32(scale)
    return list(values) if values.ndim == 4 else [values]


def _scale(pictures: Pictures, data_range: float | None) -> float:
    """Return what values are multiplied with to lie in 0..255."""
    peak = _peak(pictures, data_range)
    if isinstance(pictures, Tensor) and pictures.dtype == torch.uint16:
        pictures = pictures.int()  # torch has no extremes of the other
    low, high = float(pictures.min()), float(pictures.max())
    if not (low >= 0 and high <= peak):  # NaN fails too
        raise BadInput(
            f"pictures: {pictures.dtype} values from {low:g} to {high:g}, expected 0 to {peak:g}; "
            "data_range tells another peak"
        )
    return 255.0 / peak


def _peak(pictures: Pictures, data_range: float | None) -> float:
    kind = str(pictures.dtype).removeprefix("torch.")
    if not kind.startswith(("float", "bfloat", "uint", "int")):
        raise BadInput(f"pictures: hold {kind} values, expected whole numbers or floats")
    if kind == "uint8":
        return 255.0
    if data_range is not None:
        if not 0 < data_range < float("inf"):
            raise BadInput(f"data_range: {data_range:g}, expected a positive number")
        return float(data_range)
    if kind == "uint16":
        raise BadInput("pictures: uint16 may mean 0..255 or 0..65535; data_range tells the peak")
    return 255.0 if _is_whole(pictures) else 1.0


def _is_whole(pictures: Pictures) -> bool:
    return str(pictures.dtype).removeprefix("torch.").startswith(("uint", "int"))
