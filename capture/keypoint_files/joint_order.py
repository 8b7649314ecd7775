"""Which skeleton's order joints without names are in: told by how far apart bones hold them.

Several skeletons have as many joints (BODY_25 and BODY_25B), and programs know orders that none of
ours is. Read in its own order, a body's bones join what lies near, in any posture and from any
side: their mean length is 0.2 to 0.5 of the mean distance of any two joints. Read in another order
they go criss-cross, 0.6 to 1. Left and right taken for each other are not told so.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from stickdance.capture.keypoint_files.keypoints import People
from stickdance.capture.pose.skeleton import SKELETONS, Skeleton
from stickdance.checkpoints.errors import BadInput

_FARTHEST = 0.65  # mean bone, in mean distances of two joints, up to which an order may be a body's
_FEWEST = 6  # bones that a body must show to tell anything
_ENOUGH = 500  # bodies, evenly from all, that are looked at


def skeleton_by_order(frames: Sequence[People], read_as: Skeleton, label: str) -> Skeleton:
    """Return the skeleton whose bones fit bodies best, among those with as many joints.

    Args:
        frames: everybody, in the order of the file.
        read_as: the skeleton taken where no body shows enough joints.
        label: the file or folder, for the error.

    Raises:
        BadInput: the bones of no such skeleton fit.
    """
    bodies = [person.points for people in frames for person in people]
    bodies = bodies[:: max(1, len(bodies) // _ENOUGH)]
    others = [one for one in SKELETONS.values() if len(one) == len(read_as) and one != read_as]
    lengths = {one: _bone_length(bodies, one) for one in (read_as, *others)}
    best = min(lengths, key=lambda one: lengths[one])
    if lengths[best] > _FARTHEST:
        tried = ", ".join(f"{one.name} {length:.2f}" for one, length in lengths.items())
        raise BadInput(
            f"{label}: its {len(read_as)} joints are in no known order (mean bone in mean "
            f"distances of two joints: {tried}; expected below {_FARTHEST}); name its joints, or "
            "put them in the order of one of these"
        )
    return best


def _bone_length(bodies: Iterable[np.ndarray], skeleton: Skeleton) -> float:
    """Return the median over bodies of a bone's length, 1 that of any two joints; 0 if unknown."""
    first, second = np.array(skeleton.bone_indices).T
    ratios = []
    for points in bodies:
        bones = np.linalg.norm(points[first] - points[second], axis=-1)
        bones = bones[np.isfinite(bones)]
        apart = _mean_distance(points[np.isfinite(points).all(-1)])
        if len(bones) >= _FEWEST and apart > 0:
            ratios.append(bones.mean() / apart)
    return float(np.median(ratios)) if ratios else 0.0


def _mean_distance(points: np.ndarray) -> float:
    count = len(points)
    apart = np.linalg.norm(points[:, None] - points[None], axis=-1)
    return float(apart.sum() / max(1, count * (count - 1)))
