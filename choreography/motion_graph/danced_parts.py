"""Hands and face of the footage that a dance is cut from, carried along with its poses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from stickdance.capture.pose.hanging_parts import anchor_of
from stickdance.capture.pose.parts import MIRRORED
from stickdance.capture.pose.sequence import PoseSequence


@dataclass(frozen=True)
class Origin:
    """Where the frames of a dance come from."""

    frames: np.ndarray
    """(frames,) numbers of the footage's frames, below 0 where they come from none."""
    mirrored: np.ndarray
    """(frames,) bool: seen in a mirror."""


def with_filmed_parts(danced: PoseSequence, footage: PoseSequence, origin: Origin) -> PoseSequence:
    """Return a dance with the hands and the face that each of its frames had when it was filmed.

    Args:
        danced: the body.
        footage: the poses that it was cut from, in the same pixels.
        origin: of each frame.
    """
    parts: Mapping[str, PoseSequence] = {
        name: _carried(name, danced, footage, origin)
        for name in MIRRORED
        if name in footage.parts or MIRRORED[name] in footage.parts
    }
    return replace(danced, parts={n: p for n, p in parts.items() if (p.confidence > 0).any()})


def _carried(
    name: str, danced: PoseSequence, footage: PoseSequence, origin: Origin
) -> PoseSequence:
    known = footage.parts[name if name in footage.parts else MIRRORED[name]]
    shape = (len(danced), len(known.skeleton))
    beside, confidence = np.full((*shape, 2), np.nan), np.zeros(shape)
    turned = list(known.skeleton.mirrored)
    for mirrored in (False, True):
        of = MIRRORED[name] if mirrored else name
        rows = np.flatnonzero((origin.frames >= 0) & (origin.mirrored == mirrored))
        if of not in footage.parts or not len(rows):
            continue
        at, part = origin.frames[rows], footage.parts[of]
        away = part.points[at] - anchor_of(of, footage)[at][:, None]
        beside[rows] = away[:, turned] * (-1, 1) if mirrored else away
        confidence[rows] = part.confidence[at][:, turned] if mirrored else part.confidence[at]
    points = beside + anchor_of(name, danced)[:, None]
    confidence[~np.isfinite(points).all(-1)] = 0
    return PoseSequence(points, confidence, danced.fps, danced.size, known.skeleton)
