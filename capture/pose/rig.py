"""Rigs: the tree of bones by which a body is moved, for any skeleton.

Retargeting hangs every joint on one parent. The bones of OPENPOSE_18 and BODY_25 are such trees;
those of COCO_17 and BLAZEPOSE_33 close circles and leave the head loose. There the neck and the
middle of the hips, which are the middles of shoulders and hips, are put in, and joints hang on what
carries them in a body.
"""

from collections.abc import Sequence

from stickdance.capture.pose.skeleton import Skeleton
from stickdance.checkpoints.errors import BadInput

_CARRIERS = {
    "mid_hip": ("neck",),
    "shoulder": ("neck",),
    "hip": ("mid_hip", "neck"),
    "nose": ("neck",),
    "elbow": ("shoulder",),
    "wrist": ("elbow",),
    "pinky": ("wrist",),
    "index": ("wrist",),
    "thumb": ("wrist",),
    "knee": ("hip",),
    "ankle": ("knee",),
    "heel": ("ankle",),
    "big_toe": ("ankle",),
    "small_toe": ("big_toe", "ankle"),
    "foot_index": ("heel", "ankle"),
    "eye": ("nose", "neck"),
    "eye_inner": ("nose", "neck"),
    "eye_outer": ("eye", "nose", "neck"),
    "ear": ("eye", "nose", "neck"),
    "mouth": ("nose", "neck"),
    "head": ("nose", "neck"),
}
"""Joint without its side -> what it hangs on, best first."""


def rig_of(skeleton: Skeleton) -> Skeleton:
    """Return a skeleton with the joints of `skeleton`, perhaps two more, whose bones are a tree.

    Its first joint by the bones, the root, is the neck (or the root that the bones have). Where the
    bones are a tree already it is the skeleton itself.

    Raises:
        BadInput: the joints have no shoulders or hips to begin from, or one hangs on nothing.
    """
    if is_tree(skeleton.joints, skeleton.bones):
        return skeleton
    joints = (*skeleton.joints, *_middles(skeleton))
    bones = tuple((_carrier(name, joints, skeleton), name) for name in joints if name != "neck")
    if not is_tree(joints, bones):
        raise BadInput(f"skeleton {skeleton.name}: its joints do not hang together as a body")
    return Skeleton(f"{skeleton.name}_rig", joints, bones)


def is_tree(joints: Sequence[str], bones: Sequence[tuple[str, str]]) -> bool:
    """Tell whether bones (parent, child) hang all joints on one root, each on one parent."""
    parents = {child: parent for parent, child in bones}
    roots = [name for name in joints if name not in parents]
    if len(roots) != 1 or len(parents) != len(bones):
        return False
    return all(_reaches(name, roots[0], parents) for name in parents)


def _reaches(name: str, root: str, parents: dict[str, str]) -> bool:
    for _ in range(len(parents)):
        if name == root:
            break
        name = parents.get(name, name)
    return name == root


def _middles(skeleton: Skeleton) -> list[str]:
    for part in ("shoulder", "hip"):
        if not {f"left_{part}", f"right_{part}"} <= skeleton.index.keys():
            raise BadInput(
                f"skeleton {skeleton.name}: has no {part}s, so a body cannot be moved by it"
            )
    return [name for name in ("neck", "mid_hip") if name not in skeleton.index]


def _carrier(name: str, joints: tuple[str, ...], skeleton: Skeleton) -> str:
    side = next((side for side in ("left_", "right_") if name.startswith(side)), "")
    for carrier in _CARRIERS.get(name.removeprefix(side), ()):
        for full in (f"{side}{carrier}", carrier):
            if full in joints:
                return full
    neighbours = [a if b == name else b for a, b in skeleton.bones if name in (a, b)]
    if not neighbours:
        raise BadInput(f"skeleton {skeleton.name}: joint {name} hangs on nothing")
    return neighbours[0]
