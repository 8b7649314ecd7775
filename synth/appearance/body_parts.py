"""Body parts: which pieces of a person move as one, where they lie in a pose, and how they map.

Twelve parts: head, torso, upper and lower arms and legs, feet; a hand belongs to its forearm. Feet
have no joint of their own but the ankle: they turn half as far as the shin, since a foot on the
ground stays flat when the knee bends. A part is a line from `start` to `end` with control points
that an affine map carries along.

Joints go by name, so any skeleton with OpenPose's names will do. Left and right are the person's.
Arrays are (poses, parts, ...), parts in the order of `PARTS`; NaN where a joint is missing.
"""

from dataclasses import dataclass, replace

import numpy as np

from stickdance.capture.pose.skeleton import OPENPOSE_18, Skeleton
from stickdance.synth.compute.array_types import Bools, Floats, Integers


@dataclass(frozen=True)
class BodyPart:
    """One piece of the body that moves as a whole."""

    name: str
    start: tuple[str, ...]
    """Joints whose middle is the near end, by which the part hangs on its parent."""
    end: tuple[str, ...]
    """Joints whose middle is the far end."""
    beyond: float
    """How far the part reaches beyond `end`, as a share of its length: hand, top of head."""
    rank: float
    """Place in the order of painting where depth says nothing; the highest is painted last."""
    parent: str | None
    """The part it hangs on; None for the root."""
    inner: tuple[str, ...] = ()
    """Joints that move with the part besides its ends: shoulders and hips, or the face."""


def _limb(
    side: str, name: str, start: str, end: str, beyond: float, rank: float, on: str
) -> BodyPart:
    parent = on if on == "torso" else f"{side}_{on}"
    return BodyPart(
        f"{side}_{name}", (f"{side}_{start}",), (f"{side}_{end}",), beyond, rank, parent
    )


PARTS: tuple[BodyPart, ...] = (
    BodyPart(
        "torso",
        ("neck",),
        ("right_hip", "left_hip"),
        0.0,
        2,
        None,
        ("right_shoulder", "left_shoulder", "right_hip", "left_hip"),
    ),
    BodyPart(
        "head",
        ("neck",),
        ("right_ear", "left_ear"),
        0.7,
        4,
        "torso",
        ("nose", "right_eye", "left_eye", "right_ear", "left_ear"),
    ),
    *(_limb(side, "thigh", "hip", "knee", 0.0, 0, "torso") for side in ("right", "left")),
    *(_limb(side, "shin", "knee", "ankle", 0.06, 1, "thigh") for side in ("right", "left")),
    *(_limb(side, "foot", "ankle", "ankle", 0.0, 1.5, "shin") for side in ("right", "left")),
    *(_limb(side, "upper_arm", "shoulder", "elbow", 0.0, 3, "torso") for side in ("right", "left")),
    *(_limb(side, "forearm", "elbow", "wrist", 0.45, 5, "upper_arm") for side in ("right", "left")),
)
PLACE = {part.name: place for place, part in enumerate(PARTS)}
PARENTS = tuple(PLACE[part.parent] if part.parent else -1 for part in PARTS)
"""Place of each part's parent, -1 for the root; parents come before their children."""
MIRRORED = tuple(
    PLACE[
        part.name.replace("right_", "left_")
        if part.name.startswith("right_")
        else part.name.replace("left_", "right_")
    ]
    for part in PARTS
)
"""The part that each one becomes in a mirror."""

THIGHS = PLACE["right_thigh"], PLACE["left_thigh"]
_SKIRT = 1.75  # rank of a skirt: just before the torso's

_MOST_INNER = max(len(part.inner) for part in PARTS)
CONTROLS = 3 + _MOST_INNER  # start, end, a point beside the start; then the inner joints
_INNER_WEIGHT = 1.0
_FRAME_WEIGHT = 0.15  # of end and side point where inner joints say more
_FOOT = 0.22  # length of a foot in torso lengths
_SWELLS = 0.1  # share by which what is solid may grow or shrink
_SIDES = "right_", "left_"
_TURNED = 0.8  # what the width of hips or shoulders counts beside where a thigh or arm points
_SPREAD = 0.3  # what the direction of the other thigh counts: what is between them goes with both
_DESCRIPTORS = 2 * max(_MOST_INNER, 3)


@dataclass(frozen=True)
class PosedParts:
    """Where the parts lie in some poses."""

    start: Floats
    """(poses, parts, 2) pixels."""
    end: Floats
    """(poses, parts, 2) pixels, the reach beyond the last joint included."""
    controls: Floats
    """(poses, parts, CONTROLS, 2) pixels: points that an affine map of the part should carry."""
    descriptors: Floats
    """(poses, parts, values): how the part is posed, in torso lengths; alike means near."""
    depth: Floats
    """(poses, parts) torso lengths towards the camera; NaN where not known."""

    def __len__(self) -> int:
        """Return the number of poses."""
        return len(self.start)


def control_weights(skirt: bool = False) -> Floats:
    """Return (parts, CONTROLS): how much each control point counts when a map is fitted.

    Args:
        skirt: the points are of `with_skirt`.
    """
    weights = np.zeros((len(PARTS), CONTROLS), np.float32)
    for place, part in enumerate(PARTS):
        weights[place, :3] = (1.0, _FRAME_WEIGHT, _FRAME_WEIGHT) if part.inner else 1.0
        weights[place, 3 : 3 + len(part.inner)] = _INNER_WEIGHT
    if skirt:
        weights[list(THIGHS), :6] = 1.0
    return weights


def with_skirt(parts: PosedParts) -> PosedParts:
    """Return parts whose thighs have each other's control points as well, and move as one."""
    controls = parts.controls.copy()
    right, left = THIGHS
    both = np.concatenate([controls[:, right, :3], controls[:, left, :3]], 1)
    controls[:, right, :6] = controls[:, left, :6] = both
    return replace(parts, controls=controls)


def pose_parts(
    points: Floats,
    length: float,
    depth: Floats | None = None,
    skeleton: Skeleton = OPENPOSE_18,
) -> PosedParts:
    """Return where the parts lie in poses.

    Args:
        points: (poses, joints, 2) pixels, NaN where missing.
        length: the person's torso length in pixels, the unit of descriptors and depth.
        depth: (poses, joints) pixels towards the camera, where known.
        skeleton: whose joints they are.
    """
    points = np.asarray(points, np.float32)
    starts, ends = [], []
    for part in PARTS:
        start = _middle(points, part.start, skeleton)
        joint = _middle(points, part.end, skeleton)
        starts.append(start)
        ends.append(joint + (joint - start) * part.beyond)
    start, end = np.stack(starts, 1), np.stack(ends, 1)
    for place, part in enumerate(PARTS):
        if part.start == part.end:
            shin = _direction(end[:, PARENTS[place]] - start[:, PARENTS[place]])
            down = np.array([0.0, 1.0], np.float32)
            end[:, place] = start[:, place] + _direction(shin + down) * (_FOOT * length)
    return PosedParts(
        start,
        end,
        _controls(points, start, end, length, skeleton),
        _descriptors(points, start, end, length, skeleton),
        _part_depth(depth, len(points), length, skeleton),
    )


def torso_length(points: Floats, skeleton: Skeleton = OPENPOSE_18) -> float:
    """Return the person's torso length in pixels: its median over poses (poses, joints, 2)."""
    torso = PARTS[PLACE["torso"]]
    lengths = np.linalg.norm(
        _middle(points, torso.end, skeleton) - _middle(points, torso.start, skeleton), axis=-1
    )
    return float(np.nanmedian(lengths)) if np.isfinite(lengths).any() else float("nan")


def painting_order(parts: PosedParts, skirt: bool = False) -> Integers:
    """Return (poses, parts): the parts from the farthest to the nearest.

    Where depth is known, the nearer leg covers the other, and an arm clearly behind the torso is
    painted before it; else arms lie before the head and the head before the torso, and a skirt, as
    which thighs are painted, before shins and feet.
    """
    ranks = np.tile(np.array([part.rank for part in PARTS], np.float32), (len(parts), 1))
    if skirt:
        ranks[:, list(THIGHS)] = _SKIRT
    depth = parts.depth
    torso = depth[:, PLACE["torso"]]
    for side, other in (("left", "right"), ("right", "left")):
        for name, margin in (("upper_arm", 0.45), ("forearm", 0.4)):
            arm = depth[:, PLACE[f"{side}_{name}"]]
            ranks[arm < torso - margin, PLACE[f"{side}_{name}"]] -= 4.5
        for name in ("thigh", "shin", "foot", "upper_arm", "forearm"):
            limb, twin = PLACE[f"{side}_{name}"], PLACE[f"{other}_{name}"]
            ranks[depth[:, limb] > depth[:, twin], limb] += 0.25
    return ranks.argsort(axis=1, kind="stable")


def fit_maps(source: Floats, target: Floats, weights: Floats) -> Floats:
    """Return the affine maps (n, 2, 3) that carry control points best, by weighted least squares.

    Args:
        source: (n, CONTROLS, 2) pixels.
        target: (n, CONTROLS, 2) pixels.
        weights: (n, CONTROLS); points missing on either side do not count.
    """
    there = np.isfinite(source).all(-1) & np.isfinite(target).all(-1)
    weights = np.where(there, weights, 0).astype(np.float64)[..., None]
    a = np.concatenate([np.nan_to_num(source), np.ones_like(source[..., :1])], -1)
    a = a.astype(np.float64)
    weighted = (a * weights).transpose(0, 2, 1)
    normal = weighted @ a + np.diag([1e-6, 1e-6, 1e-6])
    return np.linalg.solve(normal, weighted @ np.nan_to_num(target)).transpose(0, 2, 1)


def limit_stretch(
    maps: Floats,
    anchors: Floats,
    least: float = 0.5,
    most: float = 1.8,
    solid: Bools | None = None,
) -> Floats:
    """Return the maps with their stretch kept in bounds, turning about where `anchors` land.

    Args:
        maps: (n, 2, 3) affine maps.
        anchors: (n, 2) points of the source whose image stays where it is.
        least: smallest stretch in any direction.
        most: largest stretch in any direction.
        solid: (n,) which of them stretch alike in all directions, and hardly.
    """
    linear = maps[:, :, :2]
    u, stretch, v = np.linalg.svd(linear)
    stretch = stretch.clip(least, most)
    if solid is not None:
        alike = np.sqrt(stretch.prod(-1, keepdims=True)).clip(1 - _SWELLS, 1 + _SWELLS)
        stretch = np.where(solid[:, None], alike, stretch)
    limited = (u * stretch[:, None, :]) @ v
    landed = np.einsum("nij,nj->ni", linear, anchors) + maps[:, :, 2]
    offset = landed - np.einsum("nij,nj->ni", limited, anchors)
    return np.concatenate([limited, offset[..., None]], -1)


def _middle(points: Floats, names: tuple[str, ...], skeleton: Skeleton) -> Floats:
    return points[:, [skeleton.index[name] for name in names]].mean(axis=1)


def _direction(lines: Floats) -> Floats:
    return lines / np.maximum(np.linalg.norm(lines, axis=-1, keepdims=True), 1e-3)


def _controls(
    points: Floats, start: Floats, end: Floats, length: float, skeleton: Skeleton
) -> Floats:
    controls = np.full((*start.shape[:2], CONTROLS, 2), np.nan, np.float32)
    along = _direction(end - start)
    beside = np.stack([-along[..., 1], along[..., 0]], -1) * length * 0.4
    controls[:, :, 0], controls[:, :, 1], controls[:, :, 2] = start, end, start + beside
    for place, part in enumerate(PARTS):
        if part.inner:
            inner = [skeleton.index[name] for name in part.inner]
            controls[:, place, 3 : 3 + len(inner)] = points[:, inner]
    return controls


def _descriptors(
    points: Floats, start: Floats, end: Floats, length: float, skeleton: Skeleton
) -> Floats:
    out = np.zeros((*start.shape[:2], _DESCRIPTORS), np.float32)
    along = (end - start) / length
    for place, part in enumerate(PARTS):
        if part.inner:
            inner = [skeleton.index[name] for name in part.inner]
            offsets = (points[:, inner] - start[:, place, None]) / length
            out[:, place, : 2 * len(inner)] = offsets.reshape(len(points), -1)
        else:
            out[:, place, :2] = along[:, place]
            out[:, place, 2:4] = 0.5 * along[:, PARENTS[place]]
            if part.parent == "torso":
                joint = part.start[0].partition("_")[2]
                right, left = (points[:, skeleton.index[side + joint]] for side in _SIDES)
                out[:, place, 4:6] = _TURNED * (left - right) / length
            if part.name.endswith("thigh"):
                out[:, place, 6:8] = _SPREAD * along[:, MIRRORED[place]]
    return out


def _part_depth(depth: Floats | None, count: int, length: float, skeleton: Skeleton) -> Floats:
    if depth is None:
        return np.full((count, len(PARTS)), np.nan, np.float32)
    columns = [
        depth[:, [skeleton.index[name] for name in (*part.start, *part.end)]].mean(axis=1)
        for part in PARTS
    ]
    return np.stack(columns, 1).astype(np.float32) / length
