"""Measuring a person from the poses of a take: a `BodyProfile` from a `PoseSequence`.

A bone seen by a camera is never longer than it is, so its length is a high percentile over time,
taken after a short median filter, which single wrong frames do not survive.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from stickdance.capture.pose.body_profile import BodyProfile, normalised
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import Floats
from stickdance.checkpoints.errors import BadInput

MOST_POSES = 150
"""Distinct poses that a profile keeps at most."""

_SURE = 0.5  # confidence from which a joint is measured
_UNFORESHORTENED = 95.0  # percentile of a bone's lengths that counts as its length
_LEAST_DIFFERENT = 0.015  # mean joint distance in body heights that makes a pose a new one
_SIDES_ALIKE = 1.2  # a limb is at most this much longer than its counterpart
_FACE = ("nose", "right_eye", "left_eye", "right_ear", "left_ear")


def measure_body(poses: PoseSequence) -> BodyProfile:
    """Return the proportions, place and poses seen of the person in `poses`.

    Args:
        poses: cleaned poses with the joints of `OPENPOSE_18`, in frames of `poses.size`.

    Raises:
        BadInput: shoulders, hips or ankles are sure in fewer than five frames.
    """
    hips = _sure_middle(poses, "left_hip", "right_hip")
    columns = hips[np.isfinite(hips[:, 0]), 0]
    if len(columns) < 5:
        raise BadInput(
            f"poses: the hips are surely seen in {len(columns)} of {len(poses)} frames, expected "
            "at least 5; film the whole body, from head to feet"
        )
    ground, height = _stature(poses)
    facing = _facing(poses)
    body = BodyProfile(
        skeleton=poses.skeleton,
        size=poses.size,
        bones=_bones(poses, facing),
        shoulder_width=_widest(poses, "left_shoulder", "right_shoulder"),
        hip_width=_widest(poses, "left_hip", "right_hip"),
        height=height,
        ground=ground,
        centre=float(np.median(columns)),
        reach=(float(np.percentile(columns, 1)), float(np.percentile(columns, 99))),
        face=_face(poses, facing),
        poses=distinct_poses(normalised(poses.points, poses.skeleton, height)),
    )
    _refuse_unknown(body)
    return body


def _refuse_unknown(body: BodyProfile) -> None:
    """Refuse a profile with a measure that no frame shows, which nothing after it could use."""
    named = {"shoulders": body.shoulder_width, "hips": body.hip_width, **body.bones}
    unknown = [name for name, length in named.items() if not np.isfinite(length)]
    if unknown:
        raise BadInput(
            f"poses: never seen well enough to be measured: {', '.join(unknown)}; film the whole "
            "body, from head to feet"
        )


def distinct_poses(poses: Floats, most: int = MOST_POSES) -> Floats:
    """Choose the poses that differ most from one another (greedy farthest point).

    Args:
        poses: (frames, joints, 2) in body heights around the hips; NaN where missing.
        most: how many to keep.

    Returns:
        (at most `most`, joints, 2), each at least 1.5 % of the body height, in mean joint distance,
        from those before it.
    """
    whole: Floats = poses[np.isfinite(poses).all(axis=(1, 2))]
    if len(whole) == 0:
        return whole
    middle = np.median(whole, axis=0)
    first = int(np.linalg.norm(whole - middle, axis=-1).mean(-1).argmin())
    chosen = [first]
    distance = np.linalg.norm(whole - whole[first], axis=-1).mean(-1)
    while len(chosen) < most and distance.max() >= _LEAST_DIFFERENT:
        farthest = int(distance.argmax())
        chosen.append(farthest)
        distance = np.minimum(distance, np.linalg.norm(whole - whole[farthest], axis=-1).mean(-1))
    return np.take(whole, chosen, axis=0)


def _sure(poses: PoseSequence, name: str) -> Floats:
    """Return a joint's path (frames, 2), NaN where it is not sure."""
    confident = poses.confidence[:, poses.skeleton.index[name]] >= _SURE
    return np.where(confident[:, None], poses.joint(name), np.nan)


def _sure_middle(poses: PoseSequence, left: str, right: str) -> Floats:
    return (_sure(poses, left) + _sure(poses, right)) / 2


def _finite(values: Floats) -> Floats:
    finite: Floats = values[np.isfinite(values)]
    return finite


def _length(poses: PoseSequence, a: str, b: str) -> float:
    """Return the unforeshortened distance of two joints, NaN where they are never sure."""
    lengths = _finite(np.linalg.norm(_sure(poses, a) - _sure(poses, b), axis=-1))
    if len(lengths) == 0:  # never sure: what was guessed is better than nothing
        lengths = _finite(np.linalg.norm(poses.joint(a) - poses.joint(b), axis=-1))
    if len(lengths) == 0:
        return float("nan")
    steady = median_filter(lengths, size=min(5, len(lengths)), mode="nearest")
    return float(np.percentile(steady, _UNFORESHORTENED))


def _widest(poses: PoseSequence, left: str, right: str) -> float:
    return _length(poses, left, right)


def _bones(poses: PoseSequence, facing: NDArray[np.bool_]) -> dict[str, float]:
    """Return every bone's length by name, the same on both sides."""
    front = poses.points[facing] if facing.any() else poses.points
    index = poses.skeleton.index
    lengths = {}
    for a, b in poses.skeleton.bones:
        if b in _FACE:
            seen = np.linalg.norm(front[:, index[a]] - front[:, index[b]], axis=-1)
            lengths[a, b] = float(np.nanmedian(seen))
        else:
            lengths[a, b] = _length(poses, a, b)
    return {
        f"{a}-{b}": _of_both_sides(length, lengths[_mirror(a), _mirror(b)])
        for (a, b), length in lengths.items()
    }


def _mirror(name: str) -> str:
    if name.startswith("left_"):
        return "right_" + name.removeprefix("left_")
    return name.replace("right_", "left_", 1)


def _of_both_sides(one: float, other: float) -> float:
    """Return the longer side's length, since views shorten; within reason, since errors lengthen.

    A side that was never seen takes the other's length.
    """
    lengths = [length for length in (one, other) if np.isfinite(length)]
    if not lengths:
        raise BadInput("poses: a limb was seen in no frame; film the whole body, head to feet")
    return min(max(lengths), _SIDES_ALIKE * min(lengths))


def _stature(poses: PoseSequence) -> tuple[float, float]:
    """Return (row of the ankles when standing, upright height from there to the nose)."""
    ankles = np.fmax(_sure(poses, "left_ankle")[:, 1], _sure(poses, "right_ankle")[:, 1])
    if np.isfinite(ankles).sum() < 5:  # feet hidden or cut off: their guessed place has to do
        ankles = np.fmax(poses.joint("left_ankle")[:, 1], poses.joint("right_ankle")[:, 1])
    heights = ankles - poses.joint("nose")[:, 1]
    known = np.isfinite(heights)
    if known.sum() < 5:
        raise BadInput(
            f"poses: head and feet are both seen in {known.sum()} of {len(poses)} frames, expected "
            "at least 5; film the whole body, from head to feet"
        )
    steady = median_filter(heights[known], size=5, mode="nearest")
    if np.median(steady) <= 0:
        raise BadInput(
            "poses: the head is below the feet in most frames; the picture lies on its head or "
            "side: turn it (--rotate 90, 180 or 270)"
        )
    upright = steady >= 0.93 * np.percentile(steady, 95)
    return float(np.median(ankles[known][upright])), float(np.percentile(steady, 90))


def _facing(poses: PoseSequence) -> NDArray[np.bool_]:
    """Return (frames,) whether the person faces the camera squarely."""
    across = (poses.joint("left_shoulder") - poses.joint("right_shoulder"))[:, 0]
    ears = (poses.joint("left_ear") - poses.joint("right_ear"))[:, 0]
    nose = poses.joint("nose")[:, 0]
    share = (nose - poses.joint("right_ear")[:, 0]) / np.where(ears == 0, np.nan, ears)
    with np.errstate(invalid="ignore"):
        wide = across >= 0.8 * _length(poses, "left_shoulder", "right_shoulder")
        faces: NDArray[np.bool_] = wide & (ears > 0) & (share > 0.25) & (share < 0.75)
    return faces


def _face(poses: PoseSequence, facing: NDArray[np.bool_]) -> dict[str, tuple[float, float]]:
    frames = facing if facing.sum() >= 5 else np.ones(len(poses), bool)
    neck = poses.joint("neck")[frames]
    return {name: _median_of(poses.joint(name)[frames] - neck) for name in _FACE}


def _median_of(offsets: Floats) -> tuple[float, float]:
    rows: Iterable[float] = np.nanmedian(offsets, axis=0)
    x, y = rows
    return float(x), float(y)
