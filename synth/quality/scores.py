"""All scores of a pair of frames in one pass, and their means over many.

A score that a frame cannot have (too small a picture, no weights, an empty matte) is None and does
not count in the mean; `Scorer.reason` tells why.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from stickdance.synth.compute.array_types import Bools, Floats
from stickdance.synth.faults.kinds import KINDS
from stickdance.synth.quality import flicker
from stickdance.synth.quality.frame_pair import FramePair, FrameScore, Scores
from stickdance.synth.quality.keypoints import keypoint_errors
from stickdance.synth.quality.luma import luma_scores, rgb_luma_scores
from stickdance.synth.quality.maps import BORDERS, squared_error_map, ssim_map
from stickdance.synth.quality.metrics import (
    CSIM,
    LPIPS,
    LPIPS_SIDES,
    METRICS,
    STORED_LUMA,
    metric_of,
)
from stickdance.synth.quality.psnr import (
    PEAK,
    mean_absolute_error,
    mse,
    psnr_of_mean_mse,
    psnr_of_mse,
)
from stickdance.synth.quality.regions import region_masks
from stickdance.synth.quality.sharpness import sharpness
from stickdance.synth.quality.ssim import SIMILARITIES, SMALLEST_SIDE, similarities, ssim_luma

if TYPE_CHECKING:
    from stickdance.synth.quality.lpips import Lpips


@dataclass(frozen=True)
class Scorer:
    """Takes the scores that are wanted of pairs of frames; fit for use from many threads."""

    metrics: tuple[str, ...]
    """Keys of `METRICS`."""
    networks: Mapping[str, FrameScore] = field(default_factory=dict)
    """Scores that networks take, by key, for each that is wanted: LPIPS, identity."""
    regions: tuple[str, ...] = ()
    """Some of `metrics.REGIONS`."""
    inside: tuple[str, ...] | None = None
    """Which of `metrics` are taken inside regions; None: all that can be."""

    @property
    def lpips(self) -> "dict[str, Lpips]":
        """Return those of `networks` that take batches on a GPU."""
        return {
            key: cast("Lpips", one) for key, one in self.networks.items() if key in LPIPS.values()
        }

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the keys of all scores of a frame, whole frame first, then by region."""
        inside = [name for name in self.metrics if self._is_inside(name)]
        return (*self.metrics, *(f"{region}.{name}" for region in self.regions for name in inside))

    def score(self, pair: FramePair, before: FramePair | None = None) -> Scores:
        """Return the scores of one pair, a value or None for each of `columns`.

        Args:
            pair: the frames.
            before: the pair before it in time, where there is one.

        Raises:
            BadInput: the shapes differ.
        """
        found: Scores = dict.fromkeys(self.columns)
        found |= self._of_frame(pair)
        maps = self._maps(pair, before)
        for key in ("flicker", "flicker_real"):
            if key in maps:
                everywhere = np.ones(maps[key].values.shape, bool)
                found[key] = maps[key].mean(everywhere)
        if self.regions:
            found |= self._of_regions(pair, maps)
        return found

    def _is_inside(self, name: str) -> bool:
        return METRICS[name].in_regions and (self.inside is None or name in self.inside)

    def reason(self, key: str, size: tuple[int, int] | None = None) -> str:
        """Return why a frame may lack the score of that key.

        Args:
            key: one of `columns`.
            size: (width, height) of the smallest frame, where known: sides too small are named.
        """
        region, _, name = key.rpartition(".")
        if region and not name.startswith("flicker"):
            return f"needs frames in which the {region} is known and not at the very edge"
        if name in self.networks:
            return self.networks[name].absent or _reason_of_network(name, size)
        if name in _LEAST_SIDES:
            return _too_small(_LEAST_SIDES[name], size)
        return _REASONS.get(name, "")

    def _of_frame(self, pair: FramePair) -> Scores:
        real, rendered = pair.real, pair.rendered
        found: Scores = {**pair.known, **luma_scores(pair.stored_luma, self.metrics)}
        if real.ndim == 2:
            return found
        found |= rgb_luma_scores(real, rendered, self.metrics)
        if "l1" in self.metrics:
            found["l1"] = mean_absolute_error(real, rendered) / PEAK
        if "mse" in self.metrics or "psnr" in self.metrics:
            error = found.get("mse")
            error = mse(real, rendered) if error is None else error
            found |= {"mse": error, "psnr": psnr_of_mse(error)}
        wanted = [name for name in SIMILARITIES if name in self.metrics and name not in found]
        if wanted:
            alike = similarities(real, rendered, wanted)
            found |= {name: getattr(alike, name) for name in wanted}
        if "ssim_luma" in self.metrics and min(real.shape[:2]) > 2 * BORDERS["ssim_luma"]:
            found["ssim_luma"] = ssim_luma(real, rendered)
        for name, network in self.networks.items():
            if name not in found:
                found[name] = network.of(pair)
        if "sharpness" in self.metrics and pair.guide.matte is not None:
            found["sharpness"] = sharpness(real, rendered, pair.guide.matte)
        found |= keypoint_errors(pair.real_person, pair.rendered_person)
        return {name: value for name, value in found.items() if name in self.metrics}

    def _maps(self, pair: FramePair, before: FramePair | None) -> dict[str, "_Map"]:
        """Return what regions average: key -> map of the values."""
        maps: dict[str, _Map] = {}
        if self.regions:
            if "mse" in self.metrics and self._is_inside("mse"):
                maps["mse"] = _Map(squared_error_map(pair.real, pair.rendered))
            for name in filter(self._is_inside, BORDERS.keys() & set(self.metrics)):
                values = ssim_map(pair.real, pair.rendered, name)
                if values is not None:
                    maps[name] = _Map(values, BORDERS[name])
        if before is not None and "flicker" in self.metrics:
            motion = flicker.motion_between(before.real, pair.real)
            if motion is not None:
                for key, side in (("flicker", "rendered"), ("flicker_real", "real")):
                    frames = getattr(before, side), getattr(pair, side)
                    values = flicker.warping_error_map(motion, *frames)
                    maps[key] = _Map(values, known=motion.known)
        return maps

    def _of_regions(self, pair: FramePair, maps: Mapping[str, "_Map"]) -> Scores:
        found: Scores = {}
        size = (pair.real.shape[1], pair.real.shape[0])
        for region, mask in region_masks(pair.guide, size).items():
            scores: Scores = {name: one.mean(mask) for name, one in maps.items()}
            error = scores.get("mse")
            scores["psnr"] = None if error is None else psnr_of_mse(error)
            if "sharpness" in self.metrics:
                inside = mask.astype(np.uint8) * np.uint8(255)
                scores["sharpness"] = sharpness(pair.real, pair.rendered, inside)
            found |= {f"{region}.{name}": value for name, value in scores.items()}
        return {key: value for key, value in found.items() if key in self.columns}


@dataclass(frozen=True)
class _Map:
    """A value for each pixel, but for the border and where it is not known."""

    values: Floats
    border: int = 0
    known: Bools | None = None

    def mean(self, mask: Bools) -> float | None:
        height, width = mask.shape
        inside = mask[self.border : height - self.border, self.border : width - self.border]
        return flicker.mean_where(
            self.values, inside if self.known is None else inside & self.known
        )


_LEAST_SIDES = {
    **{name: 2 * border + 1 for name, border in BORDERS.items()},
    "ms_ssim": SMALLEST_SIDE,
    "ms_ssim_luma": SMALLEST_SIDE,
    "ssim_wang": 11,
}
"""Pixels, of scores that look through windows."""
_REASONS = {
    **dict.fromkeys(STORED_LUMA, "needs two videos, which store luma"),
    **dict.fromkeys(KINDS, "needs a pose in the frame, and --take to compare with its footage"),
    "faults": "needs a pose in the frame",
    "sharpness": "needs a matte with a person in it",
    "flicker": "needs the frame before, and sides of at least 32 px",
    "flicker_real": "needs the frame before, and sides of at least 32 px",
    "keypoint_mse": "needs a person found in both frames",
    "akd": "needs a person found in both frames",
    "keypoints_lost": "needs a person found in the reference",
}


def _reason_of_network(name: str, size: tuple[int, int] | None) -> str:
    if name == CSIM:
        return "needs a person found in both frames, and a face in both"
    network = name.removeprefix("lpips").strip("_") or "alex"
    return _too_small(LPIPS_SIDES[network], size)


def _too_small(least: int, size: tuple[int, int] | None) -> str:
    sides = zip(("width", "height"), size or (least, least), strict=True)
    small = [f"{name} {length}" for name, length in sides if length < least]
    found = f", found {' and '.join(small)}" if small else ""
    return f"needs sides of at least {least} px{found}"


class MeanScores:
    """Means over frames, for which no frame's scores are kept."""

    def __init__(self, scorer: Scorer) -> None:
        """Begin with no frames; `scorer` tells which scores there are and why one may be absent."""
        self.frames = 0
        self._scorer = scorer
        self._sums: defaultdict[str, float] = defaultdict(float)
        self._counts: Counter[str] = Counter()

    def add(self, scores: Scores) -> None:
        """Count one frame."""
        self.frames += 1
        for key, value in scores.items():
            if value is not None:
                self._sums[key] += value
                self._counts[key] += 1

    def summary(self) -> dict[str, Any]:
        """Return `frames`, each score's mean or None, `psnr_of_mean_mse`, and `reasons`.

        `psnr` is the mean of the frames' dB, `reasons` maps each score that some frames lack to the
        reason.
        """
        means: dict[str, Any] = {"frames": self.frames}
        for key in self._scorer.columns:
            count = self._counts[key]
            means[key] = self._sums[key] / count if count else None
        error = means["mse"]
        means["psnr_of_mean_mse"] = None if error is None else psnr_of_mean_mse(np.array([error]))
        means["reasons"] = reasons(self._scorer, self.frames, self._counts)
        return means


def reasons(
    scorer: Scorer,
    frames: int,
    counts: Mapping[str, int],
    smallest: tuple[int, int] | None = None,
) -> dict[str, str]:
    """Return, for each score that some of the frames lack, why.

    Args:
        scorer: whose scores they are.
        frames: how many there are.
        counts: how many have each score.
        smallest: (width, height) of the smallest of them, where known.
    """
    found = {}
    for key in scorer.columns:
        lacking = frames - counts.get(key, 0)
        first_frame = metric_of(key).name.startswith("flicker") and lacking == 1 < frames
        sampled = key in (*KINDS, "faults") and lacking < frames  # few frames are looked at
        if lacking and not first_frame and not sampled:
            part = "" if lacking == frames else f" ({lacking} of {frames} frames)"
            found[key] = scorer.reason(key, smallest) + part
    return found
