"""Parts of a painted person that look like no filmed one: smeared, blended, of foreign pixels.

    1. each part (head, chest, hips, hands, elbows, knees) is cut out, turned along its bone, over
       nothing, and made small: its colours and its matte
    2. what it differs by is the distance to the nearest filmed part of the same name
    3. in units of what filmed parts differ by from those of other moments

A small picture forgives what a person does not see, and a filmed part in almost the same pose is
near. What is torn, or of a sleeve's colour where there should be a hand, has no neighbour.

Source: a memory of good patches and the distance to it, as in PatchCore (Roth et al., "Towards
Total Recall in Industrial Anomaly Detection", CVPR 2022), of pixels in place of a network's
features.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from stickdance.capture.estimators.people import Region
from stickdance.synth.compute.array_types import Bytes, Floats
from stickdance.synth.faults.wanted import Wanted

_SIDE = 16  # of a part made small, in pixels
_MATTE = 60.0  # weight of the matte beside colours of Lab
_OTHER_MOMENT = 1.0  # seconds from which filmed frames are another moment
_RARE = 98.0  # percentile of the distances in footage that still is usual
_LEAST = 12  # filmed parts to compare with
_BEYOND = 0.04  # from a wrist to the middle of the hand
_SIDES = {"head": 0.26, "hand": 0.18, "elbow": 0.2, "knee": 0.24, "chest": 0.3, "hips": 0.3}

Parts = dict[str, Floats]
"""Name of a part -> float32 (features,)."""


def parts_of(picture: Bytes, matte: Bytes, wanted: Wanted) -> Parts:
    """Return how each part of the person looks that the pose has.

    Args:
        picture: uint8 RGB (height, width, 3).
        matte: uint8 (height, width), 255 the person.
        wanted: the pose.
    """
    return {name: _small(picture, matte, region) for name, region in _regions(wanted).items()}


def _regions(wanted: Wanted) -> dict[str, Region]:
    neck, hips = wanted.joint("neck"), wanted.pair("hip").mean(0)
    found = {
        "head": _region("head", wanted.head, neck, wanted.head, wanted),
        "chest": _region("chest", 0.7 * neck + 0.3 * hips, hips, neck, wanted),
        "hips": _region("hips", hips, hips, neck, wanted),
    }
    for side in ("left", "right"):
        elbow, wrist, knee, ankle = (
            wanted.joint(f"{side}_{name}") for name in ("elbow", "wrist", "knee", "ankle")
        )
        along = (wrist - elbow) / max(1e-6, float(np.linalg.norm(wrist - elbow)))
        hand = wrist + _BEYOND * wanted.height * along
        found[f"{side} hand"] = _region("hand", hand, elbow, wrist, wanted)
        found[f"{side} elbow"] = _region("elbow", elbow, elbow, wrist, wanted)
        found[f"{side} knee"] = _region("knee", knee, ankle, knee, wanted)
    return {name: region for name, region in found.items() if region is not None}


def _region(kind: str, at: Floats, low: Floats, high: Floats, wanted: Wanted) -> Region | None:
    """Return the square about a point in which the way from `low` to `high` points up."""
    if not np.isfinite([at, low, high]).all():
        return None
    turn = math.atan2(high[0] - low[0], low[1] - high[1])
    return Region(float(at[0]), float(at[1]), _SIDES[kind] * wanted.height, turn)


def _small(picture: Bytes, matte: Bytes, region: Region) -> Floats:
    window = max(1, round(region.side / _SIDE))
    reach = math.ceil(region.side * math.sqrt(0.5)) + window
    left, top = (max(0, int(each) - reach) for each in (region.x, region.y))
    right, bottom = (max(0, int(each) + reach + 1) for each in (region.x, region.y))
    near = slice(top, bottom), slice(left, right)
    if not matte[near].size:
        return np.zeros(4 * _SIDE * _SIDE, np.float32)
    share = matte[near].astype(np.float32)[..., None] / 255
    lab = cv2.cvtColor(picture[near].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    layer = cv2.blur(np.concatenate([lab * share, share * _MATTE], axis=2), (window, window))
    middle = region.x - left, region.y - top
    way = cv2.getRotationMatrix2D(middle, math.degrees(region.rotation), _SIDE / region.side)
    way[:, 2] = way[:, 2] + _SIDE / 2 - np.array(middle)
    small = cv2.warpAffine(layer, way, (_SIDE, _SIDE))
    return np.asarray(small.reshape(-1) / _SIDE, np.float32)


@dataclass(frozen=True)
class Likeness:
    """How parts look in footage, and how much they differ there."""

    seconds: Floats
    """(frames,) of the footage."""
    parts: dict[str, Floats]
    """Name -> float32 (frames, features), NaN where a frame lacks the part."""
    usual: dict[str, tuple[float, float]]
    """Name -> the median and a high percentile of the distances from moment to moment."""

    @staticmethod
    def of(frames: Sequence[Parts], seconds: Floats) -> "Likeness":
        """Return what footage shows, frame by frame."""
        names = sorted({name for frame in frames for name in frame})
        size = 4 * _SIDE * _SIDE
        nothing = np.full(size, np.nan, np.float32)
        parts = {name: np.stack([each.get(name, nothing) for each in frames]) for name in names}
        bare = Likeness(np.asarray(seconds, float), parts, {})
        usual = {}
        for name in names:
            away = [
                bare._away(name, frame[name], float(time))
                for frame, time in zip(frames, seconds, strict=True)
                if name in frame
            ]
            known = [each for each in away if each is not None]
            if len(known) >= _LEAST:
                usual[name] = (float(np.median(known)), float(np.percentile(known, _RARE)))
        return Likeness(bare.seconds, parts, usual)

    def unlike(self, parts: Parts, second: float | None = None) -> dict[str, float]:
        """Return how unlike footage a frame is: its parts on the whole, and the worst of them.

        Args:
            parts: of the frame.
            second: of a frame of the footage itself: compared with other moments alone.
        """
        means, most = [], []
        for name, (middle, rare) in self.usual.items():
            away = self._away(name, parts[name], second) if name in parts else None
            if away is not None:
                means.append(away / max(middle, 1e-6))
                most.append(away / max(rare, 1e-6))
        return {"unlike": float(np.mean(means)), "unlike_part": max(most)} if most else {}

    def _away(self, name: str, part: Floats, second: float | None) -> float | None:
        known = self.parts[name]
        if second is not None:
            known = known[np.abs(self.seconds - second) >= _OTHER_MOMENT]
        away = np.linalg.norm(known - part, axis=1)
        away = away[np.isfinite(away)]
        return float(away.min()) if len(away) else None
