"""How differently a person looks on their left and on their right.

Filmed frames may be shown mirrored only where nobody would notice. A print on one leg, a parting or
light from a side tell; so the looks of both sides are compared, patch by patch:

    1. limbs, the sides of the torso and of the head are grids of patches that follow the joints,
       the right ones mirrored: a patch lies on the same part of the body on both sides
    2. a patch's colour is its median over frames from all of the footage in which it is seen
    3. the answer is the 95th percentile of the distances, in CIELAB, of patches left and right

A distance of 2.3 is just noticeable side by side (Mahy, Van Eycken and Oosterlinck, "Evaluation of
uniform color spaces", 1994); in a dancer it takes more to be seen.

Conventions: those of `capture`.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from stickdance.capture.options import Mirroring
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.capture.take.take import Take

NOTICED = 8.0
"""Difference from which on a mirrored person is taken to be noticed."""
_PARTS, _FRAMES = 4, 12  # of the footage that are looked at, and frames of each
_SPAN = 2.0  # seconds that the frames of a part lie in
_ALONG, _ACROSS = 12, 5  # patches of a grid
_LIMBS = {"shoulder": ("elbow", 0.035), "elbow": ("wrist", 0.028), "hip": ("knee", 0.055),
          "knee": ("ankle", 0.04)}  # fmt: skip
"""Where limbs begin and end, and half of their width in body heights."""
_HEAD = (-0.05, 0.09), (0.008, 0.055)  # body heights above the nose, and aside of it
_SOFT = 0.006  # body heights that colours are averaged over
_SURE = 230  # matte value from which a pixel is the person's alone
_LEAST = 8  # frames in which a patch must be seen on each side
_ENOUGH = 0.25  # share of all patches that must be comparable


def left_right_difference(take: Take) -> float | None:
    """Return how differently a person looks on both sides, a distance in CIELAB.

    Args:
        take: only its training frames are looked at.

    Returns:
        None where too little is seen of both sides.
    """
    seen = [_looks(*each, take.poses.skeleton, take.body.height) for each in _sampled(take)]
    if not seen:
        return None
    colours = np.stack(seen)  # (frames, 2, patches, 3), NaN where not seen
    enough = (np.isfinite(colours[..., 0]).sum(0) >= _LEAST).all(0)
    if enough.mean() < _ENOUGH:
        return None
    left, right = np.nanmedian(colours[:, :, enough], axis=0)
    return float(np.percentile(np.linalg.norm(left - right, axis=-1), 95))


def may_mirror(asked: Mirroring, difference: float | None) -> bool:
    """Return whether a person may be shown mirrored: as asked, or where nobody would notice.

    Args:
        asked: "auto" decides by the difference.
        difference: of `left_right_difference`.
    """
    return asked == "on" or (asked == "auto" and difference is not None and difference < NOTICED)


def _sampled(take: Take) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield picture, matte and joints of frames from all parts of the footage."""
    count = take.training_frames
    step = max(1, round(_SPAN * take.fps / _FRAMES))
    length = (_FRAMES - 1) * step + 1
    last = 0
    for start in np.linspace(0, max(0, count - length), _PARTS).round().astype(int).tolist():
        start, stop = max(start, last), min(start + length, count)
        pairs = zip(take.frames(start, stop), take.mattes(start, stop), strict=True)
        for number, (picture, matte) in enumerate(pairs, start):
            if (number - start) % step == 0:
                yield picture, matte, take.poses.points[number]
        last = max(last, stop)


def _looks(
    picture: np.ndarray, matte: np.ndarray, joints: np.ndarray, skeleton: Skeleton, height: float
) -> np.ndarray:
    """Return CIELAB colours (2, patches, 3) of left and right, NaN where they are not seen."""
    soft = cv2.GaussianBlur(picture, (0, 0), max(0.6, _SOFT * height))
    lab = cv2.cvtColor(soft.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    named = {name: joints[place] for name, place in skeleton.index.items()}
    places = np.stack([_patches(named, side, height) for side in ("left", "right")])
    at = np.where(np.isfinite(places), places, -height).astype(np.float32)
    x, y = np.ascontiguousarray(at[..., 0]), np.ascontiguousarray(at[..., 1])
    colours = cv2.remap(lab, x, y, cv2.INTER_LINEAR)
    sure = cv2.remap(matte, x, y, cv2.INTER_LINEAR) > _SURE  # 0 beyond the picture
    return np.where(sure[..., None], colours, np.nan)


def _patches(joints: dict[str, np.ndarray], side: str, height: float) -> np.ndarray:
    """Return where (patches, 2) the patches of one side lie, in pixels."""
    inwards = 1.0 if side == "left" else -1.0
    grids = [
        _limb(joints[f"{side}_{start}"], joints[f"{side}_{end}"], inwards * half * height)
        for start, (end, half) in _LIMBS.items()
    ]
    grids += [_torso(joints, side), _head(joints, side, height)]
    return np.concatenate([grid.reshape(-1, 2) for grid in grids])


def _limb(start: np.ndarray, end: np.ndarray, half: float) -> np.ndarray:
    along, across = _shares((0.05, 0.95), (-1.0, 1.0))
    way = end - start
    return start + along * way + across * half * _aside(way)


def _torso(joints: dict[str, np.ndarray], side: str) -> np.ndarray:
    down, out = _shares((0.1, 1.0), (0.12, 0.8))
    hips = (joints["right_hip"] + joints["left_hip"]) / 2
    middle = joints["neck"] + down * (hips - joints["neck"])
    shoulder, hip = joints[f"{side}_shoulder"], joints[f"{side}_hip"]
    return middle + out * (shoulder + down * (hip - shoulder) - middle)


def _head(joints: dict[str, np.ndarray], side: str, height: float) -> np.ndarray:
    up, out = _shares(*_HEAD)
    way = joints["nose"] - joints["neck"]
    aside = _aside(way)
    if (joints[f"{side}_shoulder"] - joints["neck"]) @ aside < 0:
        aside = -aside
    way = way / max(float(np.hypot(*way)), 1e-6)
    return joints["nose"] + height * (up * way + out * aside)


def _shares(down: tuple[float, float], across: tuple[float, float]) -> tuple[np.ndarray, ...]:
    rows, columns = np.linspace(*down, _ALONG), np.linspace(*across, _ACROSS)
    return rows[:, None, None], columns[None, :, None]


def _aside(way: np.ndarray) -> np.ndarray:
    """Return the unit vector at a right angle to a way."""
    return np.array([-way[1], way[0]]) / max(float(np.hypot(*way)), 1e-6)
