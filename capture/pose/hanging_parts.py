"""Hands and face hang on the body: they follow it where it is moved."""

from dataclasses import replace

import numpy as np

from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.parts import HANDS
from stickdance.capture.pose.sequence import PoseSequence


def anchor_of(name: str, poses: PoseSequence) -> np.ndarray:
    """Return (frames, 2) the joint that a part hangs on, wrist or nose; NaN where it is missing."""
    return poses.joint(anchor_joint(name)).astype(np.float64)


def anchor_joint(name: str) -> str:
    """Return the name of the joint that a part hangs on: a hand's wrist, or the nose."""
    return name.replace("hand", "wrist") if name in HANDS else "nose"


def with_parts_of(before: PoseSequence, after: PoseSequence) -> PoseSequence:
    """Return `after` with the parts of `before`, each beside its joint, as large as the body is.

    Args:
        before: a body with its parts.
        after: the same body, or another in the same poses, moved; as many frames.
    """
    if not before.parts:
        return after
    scale = body_height(after.points, after.skeleton) / body_height(before.points, before.skeleton)
    parts = {}
    for name, part in before.parts.items():
        old, new = anchor_of(name, before)[:, None], anchor_of(name, after)[:, None]
        points = (part.points - old) * scale + new
        there = np.isfinite(points).all(-1)
        confidence = np.where(there, part.confidence, 0)
        parts[name] = PoseSequence(points, confidence, after.fps, after.size, part.skeleton)
    return replace(after, parts=parts)
