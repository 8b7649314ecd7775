"""All scores of a pair of frames in one pass, and their means over many.

A score that a frame cannot have (too small a picture, no weights, an empty matte) is None and does
not count in the mean; `MeanScores.summary` tells why.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from synth.quality.lpips import Lpips
from synth.quality.psnr import mse, psnr_of_mean_mse, psnr_of_mse
from synth.quality.sharpness import sharpness
from synth.quality.ssim import SMALLEST_SIDE, similarities

_WORKERS = 2


@dataclass(frozen=True)
class FramePair:
    """A real frame, a rendered one of the same size, and the person's matte if it is known."""

    real: np.ndarray
    """uint8 (h, w, 3)."""
    rendered: np.ndarray
    """uint8 (h, w, 3)."""
    matte: np.ndarray | None = None
    """uint8 (h, w)."""


@dataclass(frozen=True)
class FrameScores:
    """The scores of one pair."""

    mse: float
    psnr: float
    ssim_gaussian: float | None
    ssim_skimage: float | None
    ms_ssim: float | None
    lpips: float | None
    sharpness: float | None


def score(pair: FramePair, lpips: Lpips) -> FrameScores:
    """Return the scores of one pair.

    Raises:
        BadInput: the shapes differ.
    """
    error = mse(pair.real, pair.rendered)
    similar = similarities(pair.real, pair.rendered)
    sharp = None if pair.matte is None else sharpness(pair.real, pair.rendered, pair.matte)
    return FrameScores(
        error,
        psnr_of_mse(error),
        similar.ssim_gaussian,
        similar.ssim_skimage,
        similar.ms_ssim,
        lpips.distance(pair.real, pair.rendered),
        sharp,
    )


def score_all(pairs: Iterable[FramePair], lpips: Lpips) -> Iterator[FrameScores]:
    """Yield the scores of pairs in their order, one pair a thread, a few pairs ahead."""
    waiting: deque[Future[FrameScores]] = deque()
    with ThreadPoolExecutor(_WORKERS) as pool:
        for pair in pairs:
            waiting.append(pool.submit(score, pair, lpips))
            if len(waiting) > 2 * _WORKERS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class MeanScores:
    """Means over frames, for which no frame's scores are kept."""

    def __init__(self, lpips: Lpips) -> None:
        """Begin with no frames; `lpips` tells why its score is absent, if it is."""
        self.frames = 0
        self._lpips = lpips
        self._sums: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()

    def add(self, scores: FrameScores) -> None:
        """Count one frame."""
        self.frames += 1
        for field in fields(scores):
            value = getattr(scores, field.name)
            if value is not None:
                self._sums[field.name] += value
                self._counts[field.name] += 1

    def summary(self) -> dict[str, Any]:
        """Return `frames`, each score's mean or None, `psnr_of_mean_mse`, and `reasons`.

        `psnr` is the mean of the frames' dB, `reasons` maps each score that some frames lack to the
        reason.
        """
        means: dict[str, Any] = {"frames": self.frames}
        for field in fields(FrameScores):
            count = self._counts[field.name]
            means[field.name] = self._sums[field.name] / count if count else None
        error = means["mse"]
        means["psnr_of_mean_mse"] = None if error is None else psnr_of_mean_mse(np.array([error]))
        means["reasons"] = self._reasons()
        return means

    def _reasons(self) -> dict[str, str]:
        why = {
            "ssim_gaussian": "needs sides of at least 11 px",
            "ssim_skimage": "needs sides of at least 7 px",
            "ms_ssim": f"needs sides of at least {SMALLEST_SIDE} px",
            "lpips": self._lpips.absent or "needs sides of at least 32 px",
            "sharpness": "needs a matte with a person in it",
        }
        reasons = {}
        for name, reason in why.items():
            lacking = self.frames - self._counts[name]
            if lacking:
                part = "" if lacking == self.frames else f" ({lacking} of {self.frames} frames)"
                reasons[name] = reason + part
        return reasons
