"""The frame scores of stickdance and of its peers, side by side, and how far they differ."""

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np

Pair = tuple[Any, Any]
Score = Callable[[Any, Any], Any]
_GAUSSIAN: dict[str, Any] = {
    "gaussian_weights": True,
    "sigma": 1.5,
    "use_sample_covariance": False,
}


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


def implementations(pairs: Sequence[Pair]) -> dict[str, list[tuple[str, Score, Sequence[Pair]]]]:
    """Return by score: (name, function of a pair, the pairs in its kind of number)."""
    import kornia
    import piq
    import pytorch_msssim
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity
    from torchmetrics.functional import image

    from stickdance.synth.quality.psnr import mse, psnr_of_mse
    from stickdance.synth.quality.ssim import similarities

    def ours(a: np.ndarray, b: np.ndarray) -> Any:
        return psnr_of_mse(mse(a, b)), similarities(a, b, ("ssim_gaussian", "ms_ssim"))

    whole, scaled = tensors(pairs, 1.0), tensors(pairs, 1 / 255)
    peak: dict[str, Any] = {"data_range": 255.0}
    return {
        "psnr": [
            ("stickdance", lambda a, b: psnr_of_mse(mse(a, b)), pairs),
            ("cv2", cv2.PSNR, pairs),
            ("scikit-image", peak_signal_noise_ratio, pairs),
            ("piq", lambda a, b: piq.psnr(a, b, **peak), whole),
            ("torchmetrics", lambda a, b: image.peak_signal_noise_ratio(a, b, **peak), whole),
        ],
        "ssim": [
            ("stickdance", lambda a, b: similarities(a, b, ("ssim_gaussian",)), pairs),
            (
                "scikit-image",
                lambda a, b: structural_similarity(a, b, channel_axis=2, **_GAUSSIAN),
                pairs,
            ),
            ("kornia", lambda a, b: kornia.metrics.ssim(a, b, 11, padding="valid").mean(), scaled),
            ("piq", lambda a, b: piq.ssim(a, b, downsample=False, **peak), whole),
            ("pytorch-msssim", pytorch_msssim.ssim, whole),
            (
                "torchmetrics",
                lambda a, b: image.structural_similarity_index_measure(a, b, **peak),
                whole,
            ),
        ],
        "ms_ssim": [
            ("stickdance", lambda a, b: similarities(a, b, ("ms_ssim",)), pairs),
            ("piq", lambda a, b: piq.multi_scale_ssim(a, b, **peak), whole),
            ("pytorch-msssim", pytorch_msssim.ms_ssim, whole),
            (
                "torchmetrics",
                lambda a, b: image.multiscale_structural_similarity_index_measure(a, b, **peak),
                whole,
            ),
        ],
        "psnr + ssim + ms_ssim": [("stickdance", ours, pairs)],
    }


def tensors(pairs: Sequence[Pair], scale: float) -> list[Pair]:
    """Return pairs of float tensors (1, 3, h, w), the values times `scale`."""
    import torch

    def tensor(picture: np.ndarray) -> Any:
        return torch.from_numpy(picture).permute(2, 0, 1)[None].float().contiguous() * scale

    return [(tensor(a), tensor(b)) for a, b in pairs]


def agreement(pairs: Sequence[Pair]) -> dict[str, float]:
    """Return the largest difference of each score to its independent implementation."""
    import pytorch_msssim
    import torch
    from scipy.signal.windows import gaussian as window_of
    from skimage.metrics import mean_squared_error, structural_similarity

    from stickdance.synth.quality.psnr import mse
    from stickdance.synth.quality.ssim import similarities

    found: dict[str, list[float]] = {}
    for a, b in pairs:
        ours = similarities(a, b)
        x, y = (tensor.double() for tensor in tensors([(a, b)], 1.0)[0])
        weights = window_of(11, 1.5)
        window = torch.from_numpy(weights / weights.sum()).repeat(3, 1, 1, 1)
        theirs = {
            "mse, scikit-image": (mse(a, b), mean_squared_error(a, b)),
            "ssim_gaussian, scikit-image": (
                ours.ssim_gaussian,
                structural_similarity(a, b, channel_axis=2, **_GAUSSIAN),
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
                found.setdefault(name, []).append(abs(one - other))
    return {name: max(values) for name, values in found.items()}
