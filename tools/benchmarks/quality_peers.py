"""The frame scores of stickdance and of its peers, side by side, and how far they differ."""

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import lpips
import numpy as np
import piq
import pytorch_msssim
import torch
from kornia.metrics import ssim as kornia_ssim
from numpy.typing import NDArray
from scipy.signal.windows import gaussian
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity
from torchmetrics.functional import image
from torchvision.models import alexnet

from stickdance.synth.quality.lpips import Lpips, lpips_network
from stickdance.synth.quality.psnr import mse, psnr_of_mse
from stickdance.synth.quality.ssim import similarities

Pair = tuple[Any, Any]
Score = Callable[[Any, Any], Any]
Implementation = tuple[str, Score, Sequence[Pair]]
"""A name, a function of a pair, and the pairs in its kind of number."""

_GAUSSIAN: dict[str, Any] = {
    "channel_axis": 2, "gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False,
}  # fmt: skip
_PEAK: dict[str, Any] = {"data_range": 255.0}


def example_pairs(size: int, count: int) -> list[Pair]:
    """Return pairs of pictures with shapes, texture and noise, the second of each degraded."""
    random = np.random.default_rng(0)
    pairs = []
    for _ in range(count):
        coarse = random.integers(0, 256, (size // 16, size // 16, 3), np.uint8)
        a = cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC).astype(np.float32)
        a = np.clip(a + random.normal(0, 8, a.shape), 0, 255)
        b = np.clip(cv2.GaussianBlur(a, (0, 0), 1.2) + random.normal(0, 4, a.shape), 0, 255)
        pairs.append((a.astype(np.uint8), b.astype(np.uint8)))
    return pairs


def implementations(pairs: Sequence[Pair]) -> dict[str, list[Implementation]]:
    """Return those of each score."""
    psnr, ssim = image.peak_signal_noise_ratio, image.structural_similarity_index_measure
    ms_ssim = image.multiscale_structural_similarity_index_measure

    def ours(*names: str) -> Score:
        return lambda a, b: similarities(a, b, names)

    def our_psnr(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
        return psnr_of_mse(mse(a, b))

    whole, scaled = tensors(pairs, 1.0), tensors(pairs, 1 / 255)
    all_three = ours("ssim_gaussian", "ms_ssim")
    return {
        "psnr": [
            ("stickdance", our_psnr, pairs),
            ("cv2", cv2.PSNR, pairs),
            ("scikit-image", peak_signal_noise_ratio, pairs),
            ("piq", lambda a, b: piq.psnr(a, b, **_PEAK), whole),
            ("torchmetrics", lambda a, b: psnr(a, b, **_PEAK), whole),
        ],
        "ssim": [
            ("stickdance", ours("ssim_gaussian"), pairs),
            ("scikit-image", lambda a, b: structural_similarity(a, b, **_GAUSSIAN), pairs),
            ("kornia", lambda a, b: kornia_ssim(a, b, 11, padding="valid").mean(), scaled),
            ("piq", lambda a, b: piq.ssim(a, b, downsample=False, **_PEAK), whole),
            ("pytorch-msssim", pytorch_msssim.ssim, whole),
            ("torchmetrics", lambda a, b: ssim(a, b, **_PEAK), whole),
        ],
        "ms_ssim": [
            ("stickdance", ours("ms_ssim"), pairs),
            ("piq", lambda a, b: piq.multi_scale_ssim(a, b, **_PEAK), whole),
            ("pytorch-msssim", pytorch_msssim.ms_ssim, whole),
            ("torchmetrics", lambda a, b: ms_ssim(a, b, **_PEAK), whole),
        ],
        "psnr + ssim + ms_ssim": [
            ("stickdance", lambda a, b: (our_psnr(a, b), all_three(a, b)), pairs)
        ],
    }


def lpips_implementations(pairs: Sequence[Pair]) -> list[Implementation]:
    """Return those of LPIPS; the time does not depend on the weights, so any will do."""
    features = alexnet(weights=None).features
    plain, last = (lpips.LPIPS(net="alex", pnet_rand=True, verbose=False).eval() for _ in range(2))
    last = last.to(memory_format=torch.channels_last)
    ready = [tuple(x / 127.5 - 1 for x in pair) for pair in tensors(pairs, 1.0)]
    rearranged = [
        tuple(x.contiguous(memory_format=torch.channels_last) for x in pair) for pair in ready
    ]
    ours = Lpips(lpips_network(features)).distance
    many = [(pairs[0][0], b) for _, b in pairs]
    return [
        ("stickdance", ours, pairs),
        ("stickdance, bfloat16", Lpips(lpips_network(features), bfloat16=True).distance, pairs),
        ("stickdance, many candidates of one reference", ours, many),
        ("lpips", plain, ready),
        ("lpips, channels_last", last, rearranged),
    ]


def tensors(pairs: Sequence[Pair], scale: float) -> list[Any]:
    """Return pairs of float tensors (1, 3, h, w), the values times `scale`."""
    return [
        tuple(torch.from_numpy(x).permute(2, 0, 1)[None].float().contiguous() * scale for x in pair)
        for pair in pairs
    ]


def agreement(pairs: Sequence[Pair]) -> dict[str, float]:
    """Return the largest difference of each score to its independent implementation."""
    weights = gaussian(11, 1.5)
    window = torch.from_numpy(weights / weights.sum()).repeat(3, 1, 1, 1)
    found: dict[str, float] = {}
    for a, b in pairs:
        ours = similarities(a, b)
        x, y = (tensor.double() for tensor in tensors([(a, b)], 1.0)[0])
        theirs = {
            "mse, scikit-image": (mse(a, b), mean_squared_error(a, b)),
            "ssim_gaussian, scikit-image": (
                ours.ssim_gaussian,
                structural_similarity(a, b, **_GAUSSIAN),
            ),
            "ssim_skimage, scikit-image": (
                ours.ssim_skimage,
                structural_similarity(a, b, channel_axis=2),
            ),
            "ms_ssim, pytorch-msssim in float64": (
                ours.ms_ssim,
                float(pytorch_msssim.ms_ssim(x, y, win=window)),
            ),
        }
        for name, (one, other) in theirs.items():
            if one is not None:
                found[name] = max(found.get(name, 0.0), abs(one - other))
    return found
