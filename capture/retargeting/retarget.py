"""One body's proportions and place put onto another's.

Every bone is scaled by the ratio of the two bodies' lengths, so that foreshortening is kept: a bone
seen at half its length stays at half. Where the body goes is scaled by the ratio of the legs, about
the ground and the place where each of the two mostly stands, so that feet stay on the ground.

Conventions: those of the package; inside, joints are (x, y, depth) with the frames first.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.hanging_parts import with_parts_of
from stickdance.capture.pose.rig import is_tree
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.capture.retargeting.body_from_poses import MeasuredBody
from stickdance.checkpoints.errors import BadInput

_SAME_BODY = 0.002  # measures that differ by less are the same body's, written twice
_HIPS = ("left_hip", "right_hip")
_ANKLES = ("left_ankle", "right_ankle")
_WHOLES = {
    "face": ("eye", "ear", "eye_inner", "eye_outer", "mouth"),
    "hand": ("pinky", "index", "thumb"),
    "foot": ("heel", "foot_index", "big_toe", "small_toe"),
}
"""Parts scaled as a whole -> where their bones end."""


def retarget(poses: PoseSequence, source: MeasuredBody, target: MeasuredBody) -> PoseSequence:
    """Give a movement to another body.

    Left and right bones are scaled alike, and face, hands and feet as wholes, since single small
    bones are measured unsurely. A joint whose parent is missing hangs on the nearest ancestor that
    is there; a frame without the root (the neck) is scaled as a whole by the ratio of the legs.

    Args:
        poses: the movement, in pixels of a frame of the source's shape.
        source: the body that moves in `poses`.
        target: the body that is to move like it.

    Returns:
        The movement in pixels of the target's frame; confidence, rate and missing joints are kept.

    Raises:
        BadInput: the three do not share one skeleton, or its bones are no tree.
    """
    if not poses.skeleton.name == source.skeleton.name == target.skeleton.name:
        raise BadInput(
            f"retarget: poses of {poses.skeleton.name}, bodies of {source.skeleton.name} and "
            f"{target.skeleton.name}; convert them to one skeleton first"
        )
    poses = poses.scaled(source.size)
    depth = np.zeros(poses.confidence.shape) if poses.depth is None else poses.depth
    body = np.concatenate([poses.points, depth[..., None]], axis=-1).astype(np.float64)
    legs = leg_ratio(source, target)
    whole = (body - _spot(source)) * legs + _spot(target)
    moved = _placed(_rebuilt(body, _bones(source, target)), whole, poses.skeleton)
    alone = replace(
        poses.without_parts(),
        points=moved[..., :2],
        size=target.size,
        depth=None if poses.depth is None else _from_hips(moved[..., 2], poses.skeleton),
    )
    return with_parts_of(poses, alone)


def on_body(poses: PoseSequence, source: BodyProfile, target: BodyProfile) -> PoseSequence:
    """Return poses made for one body on another's proportions and place, in its pixels."""
    if source.size == target.size and _same_body(source, target):
        return poses.scaled(target.size)
    return retarget(poses, source, target)


def leg_ratio(source: MeasuredBody, target: MeasuredBody) -> float:
    """Return how many times longer the target's legs are, in pixels of the two frames."""
    legs = [bone for bone in source.skeleton.bones if _kind(bone) in ("hip-knee", "knee-ankle")]
    return _ratio(legs, source, target)


def bone_ratios(source: MeasuredBody, target: MeasuredBody) -> dict[tuple[str, str], float]:
    """Return how many times longer each bone (parent, child) is in the target, in pixels."""
    alike: dict[str, list[tuple[str, str]]] = {}
    for bone in source.skeleton.bones:
        alike.setdefault(_kind(bone), []).append(bone)
    return {bone: _ratio(alike[_kind(bone)], source, target) for bone in source.skeleton.bones}


@dataclass(frozen=True)
class _RetargetedBone:
    """A joint and the chain of its ancestors up to the root, nearest first."""

    joint: int
    ancestors: tuple[int, ...]
    ratios: tuple[float, ...]
    """Target over source length of the chain from each ancestor down to the joint."""


def _same_body(source: BodyProfile, target: BodyProfile) -> bool:
    def measures(body: BodyProfile) -> list[float]:
        return [*body.bones.values(), body.height, body.ground, body.centre]

    return source.bones.keys() == target.bones.keys() and np.allclose(
        measures(source), measures(target), rtol=_SAME_BODY, atol=0.1
    )


def _bones(source: MeasuredBody, target: MeasuredBody) -> list[_RetargetedBone]:
    """Return the bones from the root outwards, so that a parent comes before its children."""
    skeleton, ratios = source.skeleton, bone_ratios(source, target)
    parents = {child: parent for parent, child in skeleton.bones}
    roots = [name for name in skeleton.joints if name not in parents]
    if not is_tree(skeleton.joints, skeleton.bones):
        raise BadInput(
            f"retarget: the bones of {skeleton.name} are no tree; convert to openpose_18 first"
        )
    chains = {roots[0]: [roots[0]]}
    while len(chains) < len(skeleton):
        for child, parent in parents.items():
            if parent in chains:
                chains[child] = [child, *chains[parent]]
    bones = []
    for name, chain in sorted(chains.items(), key=lambda item: len(item[1])):
        ancestors = tuple(skeleton.index[ancestor] for ancestor in chain[1:])
        steps = [(parent, child) for child, parent in pairwise(chain)]
        bones.append(
            _RetargetedBone(skeleton.index[name], ancestors, _chain_ratios(steps, ratios, source))
        )
    return bones


def _chain_ratios(
    steps: list[tuple[str, str]], ratios: dict[tuple[str, str], float], source: MeasuredBody
) -> tuple[float, ...]:
    lengths = np.array([max(source.bones.get("-".join(step), 0.0), 1e-9) for step in steps])
    scaled = lengths * np.array([ratios[step] for step in steps])
    return tuple((np.cumsum(scaled) / np.cumsum(lengths)).tolist())


def _rebuilt(body: np.ndarray, bones: list[_RetargetedBone]) -> np.ndarray:
    """Scale the bones outwards from the root, which stays where it is; NaN where no root is."""
    moved = np.full_like(body, np.nan)
    for bone in bones:
        if not bone.ancestors:
            moved[:, bone.joint] = body[:, bone.joint]
            continue
        for ancestor, ratio in zip(bone.ancestors, bone.ratios, strict=True):
            hung = moved[:, ancestor] + (body[:, bone.joint] - body[:, ancestor]) * ratio
            open_still = np.isnan(moved[:, bone.joint])
            moved[:, bone.joint] = np.where(open_still, hung, moved[:, bone.joint])
    return moved


def _placed(moved: np.ndarray, whole: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    """Put the rebuilt body where the body scaled as a whole stands: hips across, lowest foot down.

    Where hips or feet are missing, the root's place decides.
    """
    hips = [skeleton.index[name] for name in _HIPS]
    ankles = [skeleton.index[name] for name in _ANKLES]
    there = np.isfinite(moved[..., 0])
    rootless = ~there[:, [_root(skeleton)]] & np.isfinite(whole[..., 0])
    shift = np.zeros((len(moved), 1, 3))
    across = (whole - moved)[..., 0]
    shift[:, 0, 0] = _mean(across, hips, _mean(across, [_root(skeleton)], 0.0))
    down = _lowest(whole[..., 1], ankles) - _lowest(moved[..., 1], ankles)
    otherwise = (whole - moved)[..., 1]
    instead = _mean(otherwise, hips, _mean(otherwise, [_root(skeleton)], 0.0))
    shift[:, 0, 1] = np.where(np.isfinite(down), down, instead)
    return np.where(rootless[..., None], whole, moved + shift)


def _mean(values: np.ndarray, joints: list[int], default: np.ndarray | float) -> np.ndarray:
    there = np.isfinite(values[:, joints])
    count = there.sum(axis=1)
    total = np.where(there, values[:, joints], 0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), default)


def _lowest(rows: np.ndarray, joints: list[int]) -> np.ndarray:
    lowest = np.where(np.isfinite(rows[:, joints]), rows[:, joints], -np.inf).max(axis=1)
    return np.where(np.isfinite(lowest), lowest, np.nan)


def _root(skeleton: Skeleton) -> int:
    children = {child for _, child in skeleton.bones}
    return next(place for place, name in enumerate(skeleton.joints) if name not in children)


def _spot(body: MeasuredBody) -> np.ndarray:
    return np.array([body.centre, body.ground, 0.0])


def _from_hips(depth: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    hips = [skeleton.index[name] for name in _HIPS]
    return depth - _mean(depth, hips, 0.0)[:, None]


def _ratio(bones: list[tuple[str, str]], source: MeasuredBody, target: MeasuredBody) -> float:
    lengths = [
        sum(body.bones.get("-".join(bone), 0.0) for bone in bones) for body in (target, source)
    ]
    if min(lengths) > 0:
        return lengths[0] / lengths[1]
    return target.height / source.height


def _kind(bone: tuple[str, str]) -> str:
    """Return the name of a bone without its side; those of the face, a hand, a foot are one."""
    parent, child = (name.removeprefix("left_").removeprefix("right_") for name in bone)
    whole = next((name for name, ends in _WHOLES.items() if child in ends), None)
    return whole or f"{parent}-{child}"
