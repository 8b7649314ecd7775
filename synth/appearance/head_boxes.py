"""Where a head is: square boxes of one size, in whole pixels, from the poses alone.

Every joint of the face says where the middle of the head must then be, by its usual offset from it
(`BodyProfile.face`), and the mean of what they say is taken. So a joint that is missing, or a head
that turns away, hardly moves the box; without any joint of the face the neck says it.
"""

from collections.abc import Mapping

import numpy as np

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.synth.compute.array_types import Floats, Integers

_NECK = "neck"
_ABOVE = 1.15  # the middle of face and hair lies higher above the neck than eyes, ears and nose
_SIDE = 1.9  # of a box, in distances of neck and face: the hair and some room around it
_STEP = 8  # sides of boxes are multiples of it
_SURE = 0.1


def head_side(body: BodyProfile) -> int:
    """Return the side in pixels of the boxes for a body, at most the frame's smaller side.

    A multiple of 8, at least 16; 16 too for a body whose face was never seen.
    """
    rise = float(np.linalg.norm(_middle(_known(body.face))))
    whole = max(16, round(_SIDE * rise / _STEP) * _STEP)
    return min(whole, min(body.size) // _STEP * _STEP)


def head_boxes(
    points: Floats,
    confidence: Floats,
    face: Mapping[str, tuple[float, float]],
    side: int,
    size: tuple[int, int],
    skeleton: Skeleton,
) -> Integers:
    """Return the boxes (N, 4): left, top, width, height in whole pixels.

    They lie within the frame. Where no head is to be seen a box is 0, 0, 0, 0, and so are all boxes
    of a body whose face was never seen.

    Args:
        points: (N, joints, 2) pixels of a frame of `size`, NaN where missing.
        confidence: (N, joints) in 0..1; what is below 0.1 is missing.
        face: offset in pixels of each joint of the face from the neck (`BodyProfile.face`).
        side: of every box; see `head_side`.
        size: (width, height) of the frame.
        skeleton: whose joints they are.
    """
    face = _known(face)
    if not face:
        return np.zeros((len(points), 4), np.int64)
    seen = np.where((confidence >= _SURE)[..., None], points, np.nan).astype(float)
    centres = _centres(seen, face, skeleton)
    room = np.array(size) - side
    corners = np.rint(centres - side / 2)
    there = np.all((centres > 0) & (centres < np.array(size)), axis=1)  # NaN is not
    corners = np.where(there[:, None], corners, 0).clip(0, room)
    sides = np.where(there, side, 0)
    boxes = np.column_stack([corners * there[:, None], sides, sides])
    return boxes.astype(np.int64)


def _centres(points: Floats, face: Mapping[str, tuple[float, float]], skeleton: Skeleton) -> Floats:
    middle = _middle(face) * _ABOVE
    said = np.stack(
        [points[:, skeleton.index[name]] - offset + middle for name, offset in face.items()], 1
    )
    known = np.isfinite(said).all(2)
    sums = np.where(known[..., None], said, 0).sum(1)
    counts = known.sum(1)[:, None]
    by_neck = points[:, skeleton.index[_NECK]] + middle
    return np.where(counts > 0, sums / np.maximum(counts, 1), by_neck)


def _known(face: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    return {name: offset for name, offset in face.items() if np.isfinite(offset).all()}


def _middle(face: Mapping[str, tuple[float, float]]) -> Floats:
    return np.mean(list(face.values()), axis=0) if face else np.zeros(2)
