"""How good poses are: against a reference (PCK, OKS), and by themselves (jitter, gaps).

Conventions: pose sequences of one skeleton, frame size and frame rate; distances in pixels unless
a docstring says otherwise; joints missing in the reference do not count.

Sources: Yang and Ramanan, "Articulated Human Detection with Flexible Mixtures of Parts" (2013), for
PCK, with the torso as in PCKt; the COCO keypoint evaluation (cocodataset.org, cocodataset/cocoapi)
for OKS and its per-joint constants.
"""

from typing import Any

import numpy as np

from stickdance.capture.cleaning.jump_filter import find_misdetections, jump_threshold
from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput

COCO_SIGMAS = {
    "nose": 0.026,
    "eye": 0.025,
    "ear": 0.035,
    "shoulder": 0.079,
    "elbow": 0.072,
    "wrist": 0.062,
    "hip": 0.107,
    "knee": 0.087,
    "ankle": 0.089,
}
"""Spread of human annotators per joint, as COCO measured it; neck and middle hip count as the
shoulder and the hip."""

_AKIN = {"neck": "shoulder", "mid_hip": "hip"}


def evaluate(reference: PoseSequence, estimated: PoseSequence) -> dict[str, Any]:
    """Return all scores of `estimated` against `reference`.

    Returns:
        frames, pck_02 (threshold 0.2 torsos), pck_01, pck_height_01 (0.1 body heights), oks,
        mean_distance and mean_distance_by_joint (pixels), mean_distance_heights (body heights),
        jitter and reference_jitter (see `jitter`), missing_frames, missing_joints (share),
        incorrect_frames, mean_confidence. A score that cannot be told is None.

    Raises:
        BadInput: skeletons or frame counts differ.
    """
    _check_alike(reference, estimated)
    estimated = estimated.scaled(reference.size)
    away = distances(reference, estimated)
    by_joint = {name: _mean(away[:, place]) for place, name in enumerate(reference.skeleton.joints)}
    return {
        "frames": len(reference),
        "pck_02": pck(reference, estimated, 0.2),
        "pck_01": pck(reference, estimated, 0.1),
        "pck_height_01": pck_of_height(reference, estimated, 0.1),
        "oks": oks(reference, estimated),
        "mean_distance": _mean(away),
        "mean_distance_heights": _mean(away / _height(reference)),
        "mean_distance_by_joint": by_joint,
        "jitter": jitter(estimated),
        "reference_jitter": jitter(reference),
        "missing_frames": missing_frames(estimated),
        "missing_joints": float((~_there(estimated)).mean()) if len(estimated) else None,
        "incorrect_frames": incorrect_frames(estimated),
        "mean_confidence": _mean(estimated.confidence[_there(estimated)]),
    }


def distances(reference: PoseSequence, estimated: PoseSequence) -> np.ndarray:
    """Return (frames, joints) distances; NaN where either has no joint."""
    away = np.linalg.norm(estimated.points - reference.points, axis=-1)
    return np.where(_there(reference) & _there(estimated), away, np.nan)


def pck(reference: PoseSequence, estimated: PoseSequence, share: float = 0.2) -> float | None:
    """Return the share of reference joints found within `share` of the torso's length.

    The torso runs from the left shoulder to the right hip, frame by frame. Joints that `estimated`
    lacks are not found. None where the reference has nothing to compare.
    """
    index = reference.skeleton.index
    torso = np.linalg.norm(
        reference.points[:, index["left_shoulder"]] - reference.points[:, index["right_hip"]],
        axis=-1,
    )
    return _found_within(reference, estimated, share * torso)


def pck_of_height(
    reference: PoseSequence, estimated: PoseSequence, share: float = 0.1
) -> float | None:
    """Return the share of reference joints found within `share` of the body height.

    The height (see `body_height`) is one for the sequence, so that a person who leans towards the
    camera, with a torso of no length, counts like any other.
    """
    within = np.full(len(reference), share * _height(reference))
    return _found_within(reference, estimated, within)


def _found_within(
    reference: PoseSequence, estimated: PoseSequence, radius: np.ndarray
) -> float | None:
    """Return the share of reference joints found within (frames,) pixels; None without any."""
    counts = _there(reference) & np.isfinite(radius)[:, None]
    if not counts.any():
        return None
    with np.errstate(invalid="ignore"):
        found = distances(reference, estimated) <= radius[:, None]
    return float(found[counts].mean())


def oks(reference: PoseSequence, estimated: PoseSequence) -> float | None:
    """Return the mean object keypoint similarity, 0..1; None where there is nothing to compare.

    The person's scale is the square root of 0.53 times the area of the box around the reference
    joints, the ratio of segment to box area that COCO's persons have.
    """
    sigmas = np.array([_sigma(name) for name in reference.skeleton.joints])
    counts = _there(reference) & (sigmas > 0)
    if not counts.any():
        return None
    seen = np.where(_there(reference)[..., None], reference.points, np.nan)
    kept = counts.any(axis=1)
    box = np.nanmax(seen[kept], axis=1) - np.nanmin(seen[kept], axis=1)
    area = np.maximum(0.53 * box.prod(axis=-1), 1.0)
    away = np.nan_to_num(distances(reference, estimated)[kept], nan=np.inf)
    variance = (2 * np.maximum(sigmas, 1e-6)) ** 2
    alike = np.exp(-(away**2) / (2 * area[:, None] * variance))
    weight = counts[kept]
    return float(((alike * weight).sum(axis=1) / weight.sum(axis=1)).mean())


def jitter(poses: PoseSequence) -> float | None:
    """Return how restless the joints are: mean size of their acceleration, in body boxes per s^2.

    The box is the median diagonal around the person. None with fewer than three frames.
    """
    points = np.where(_there(poses)[..., None], poses.points, np.nan)
    change = np.linalg.norm(np.diff(points, n=2, axis=0), axis=-1)
    kept = np.isfinite(points[..., 0]).any(axis=1)
    if not np.isfinite(change).any():
        return None
    extent = np.nanmax(points[kept], axis=1) - np.nanmin(points[kept], axis=1)
    box = max(1.0, float(np.median(np.linalg.norm(extent, axis=-1))))
    return float(np.nanmean(change)) * poses.fps**2 / box


def missing_frames(poses: PoseSequence) -> int:
    """Return the number of frames without a single joint."""
    return int((~_there(poses).any(axis=1)).sum())


def incorrect_frames(poses: PoseSequence) -> int:
    """Return how many frames equations (1) and (2) of the published filter refuse."""
    points = np.where(_there(poses)[..., None], poses.points, np.nan)
    return int(find_misdetections(points, jump_threshold(poses.size, poses.fps)).sum())


def _height(poses: PoseSequence) -> float:
    return body_height(np.where(_there(poses)[..., None], poses.points, np.nan), poses.skeleton)


def _there(poses: PoseSequence) -> np.ndarray:
    return np.isfinite(poses.points).all(-1) & (poses.confidence > 0)


def _mean(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def _sigma(name: str) -> float:
    part = _AKIN.get(name, name.removeprefix("left_").removeprefix("right_"))
    return COCO_SIGMAS.get(part, 0.0)


def _check_alike(reference: PoseSequence, estimated: PoseSequence) -> None:
    if reference.skeleton != estimated.skeleton:
        raise BadInput(
            f"poses of {estimated.skeleton.name} cannot be scored against "
            f"{reference.skeleton.name}; convert them first"
        )
    if len(reference) != len(estimated):
        raise BadInput(
            f"{len(estimated)} poses cannot be scored against {len(reference)}; "
            "expected one for each frame"
        )
