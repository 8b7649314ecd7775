"""BVH: a dance as a hierarchy of joints with rotations, as animation programs read it.

The hierarchy stands upright with arms hanging; every joint rotates about its own axes in the order
Z, X, Y, and only the hips have a place. Bones keep their lengths, so what the body dances in space
is met exactly but for rounding: hips, spine in two halves, collars at the neck, arms, legs, head
and face. Turns of a bone about itself are not known from joints; each follows its parent by the
least turn.

Conventions: centimetres, y up, z towards the viewer, degrees. The joint names are those that motion
capture commonly uses (Hips, Spine, LeftArm, LeftForeArm, LeftUpLeg, LeftLeg ...).

Source: Meredith and Maddock, "Motion Capture File Formats Explained" (2001).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.files import whole_file

NOSE_SHARE = 0.925
"""Height of the nose as a share of a person's height."""

_FACE = ("nose", "right_eye", "left_eye", "right_ear", "left_ear")
_LIMBS = {
    "Arm": ("shoulder", "elbow"), "ForeArm": ("elbow", "wrist"),
    "UpLeg": ("hip", "knee"), "Leg": ("knee", "ankle"),
}  # fmt: skip
_DOWN = np.array([0.0, -1.0, 0.0])
_UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True)
class _BvhBone:
    """A joint of the hierarchy, where it is at rest and which of our joints it is."""

    name: str
    parent: str | None
    offset: np.ndarray
    """(3,) from its parent, at rest, in body heights."""
    joint: str | None
    """Name in OPENPOSE_18 where it is one."""


def write_bvh(joints: np.ndarray, fps: float, path: Path, height: float = 170.0) -> Path:
    """Write a dance as BVH.

    Args:
        joints: (frames, 18, 3) of OPENPOSE_18 in body heights (ground to nose).
        fps: frames a second.
        path: the .bvh to write.
        height: of the person in centimetres.

    Returns:
        `path`.
    """
    bones = _hierarchy(joints)
    turns = _rotations(joints, bones)
    scale = height * NOSE_SHARE
    rows = _rows(_middle(joints, "hip") * scale, turns, bones)
    with whole_file(Path(path)) as temporary, temporary.open("w", encoding="ascii") as file:
        file.write("HIERARCHY\n" + _text(bones, bones[0], 0, scale))
        file.write(f"MOTION\nFrames: {len(rows)}\nFrame Time: {1 / fps:.8f}\n")
        np.savetxt(file, rows, fmt="%.6f")
    return Path(path)


def _hierarchy(joints: np.ndarray) -> list[_BvhBone]:
    """Return the bones in the order of the file (a joint, then all below it).

    They are as long as they mostly are in `joints`.
    """
    across = {
        part: _length(joints, f"left_{part}", f"right_{part}") for part in ("hip", "shoulder")
    }
    spine = _spine_length(joints) / 2
    bones = [
        _BvhBone("Hips", None, np.zeros(3), None),
        _BvhBone("Spine", "Hips", np.zeros(3), None),
        _BvhBone("Chest", "Spine", _UP * spine, None),
        _BvhBone("Neck", "Chest", _UP * spine, "neck"),
        _BvhBone("Head", "Neck", np.zeros(3), None),
    ]
    for name, offset in _face_at_rest(joints).items():
        bones.append(_BvhBone(_camel(name), "Head", offset, name))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        big = side.capitalize()
        half = np.array([sign / 2, 0.0, 0.0])
        arm, fore = (_length(joints, *_ends(side, limb)) for limb in ("Arm", "ForeArm"))
        bones += [
            _BvhBone(f"{big}Collar", "Neck", np.zeros(3), None),
            _BvhBone(f"{big}Arm", f"{big}Collar", half * across["shoulder"], f"{side}_shoulder"),
            _BvhBone(f"{big}ForeArm", f"{big}Arm", _DOWN * arm, f"{side}_elbow"),
            _BvhBone(f"{big}Hand", f"{big}ForeArm", _DOWN * fore, f"{side}_wrist"),
        ]
    for side, sign in (("left", 1.0), ("right", -1.0)):
        big = side.capitalize()
        half = np.array([sign / 2, 0.0, 0.0])
        thigh, shin = (_length(joints, *_ends(side, limb)) for limb in ("UpLeg", "Leg"))
        bones += [
            _BvhBone(f"{big}UpLeg", "Hips", half * across["hip"], f"{side}_hip"),
            _BvhBone(f"{big}Leg", f"{big}UpLeg", _DOWN * thigh, f"{side}_knee"),
            _BvhBone(f"{big}Foot", f"{big}Leg", _DOWN * shin, f"{side}_ankle"),
        ]
    return bones


def _rotations(joints: np.ndarray, bones: list[_BvhBone]) -> dict[str, np.ndarray]:
    """Return each bone's axes in space, (frames, 3, 3), by name."""
    hips, neck = _middle(joints, "hip"), _at(joints, "neck")
    half = float(np.linalg.norm(bones[2].offset))
    chest = _mid_spine(hips, neck, half)
    turns = {"Hips": _axes(_at(joints, "left_hip") - _at(joints, "right_hip"), neck - hips)}
    turns["Spine"] = _swung(turns["Hips"], _UP, chest - hips)
    turns["Chest"] = _swung(turns["Spine"], _UP, neck - chest)
    turns["Neck"] = turns["Chest"]
    turns["Head"] = _head(joints, {b.joint: b.offset for b in bones if b.parent == "Head"})
    for side, sign in (("left", 1.0), ("right", -1.0)):
        big = side.capitalize()
        outward = np.array([sign, 0.0, 0.0])
        shoulder = _at(joints, f"{side}_shoulder") - neck
        turns[f"{big}Collar"] = _swung(turns["Neck"], outward, shoulder)
        for limb, parent in (
            ("Arm", "Collar"),
            ("ForeArm", "Arm"),
            ("UpLeg", ""),
            ("Leg", "UpLeg"),
        ):
            above = turns[f"{big}{parent}"] if parent else turns["Hips"]
            upper, lower = _ends(side, limb)
            turns[f"{big}{limb}"] = _swung(above, _DOWN, _at(joints, lower) - _at(joints, upper))
    return turns


def _rows(hips: np.ndarray, turns: Mapping[str, np.ndarray], bones: list[_BvhBone]) -> np.ndarray:
    """Return the motion's numbers (frames, columns): the hips' place, then every joint's angles."""
    from scipy.spatial.transform import Rotation

    columns = [hips]
    for bone in bones:
        own = turns.get(bone.name)
        above = turns.get(bone.parent) if bone.parent else None
        if own is None:  # hands, feet and face turn with what they hang on
            columns.append(np.zeros((len(hips), 3)))
            continue
        local = own if above is None else np.swapaxes(above, 1, 2) @ own
        angles = Rotation.from_matrix(local).as_euler("ZXY")
        columns.append(np.degrees(np.unwrap(angles, axis=0)))
    return np.concatenate(columns, axis=1)


def _text(bones: list[_BvhBone], bone: _BvhBone, depth: int, scale: float) -> str:
    """Return a joint and all below it as the format writes them, in the order of `bones`."""
    tab = "\t" * depth
    x, y, z = bone.offset * scale
    places = "" if bone.parent else "Xposition Yposition Zposition "
    out = f"{tab}{'JOINT' if bone.parent else 'ROOT'} {bone.name}\n{tab}{{\n"
    out += f"{tab}\tOFFSET {x:.6f} {y:.6f} {z:.6f}\n"
    out += f"{tab}\tCHANNELS {3 if bone.parent else 6} {places}Zrotation Xrotation Yrotation\n"
    below = [other for other in bones if other.parent == bone.name]
    out += "".join(_text(bones, other, depth + 1, scale) for other in below)
    if not below:
        out += f"{tab}\tEnd Site\n{tab}\t{{\n{tab}\t\tOFFSET 0.0 0.0 0.0\n{tab}\t}}\n"
    return f"{out}{tab}}}\n"


def _at(joints: np.ndarray, name: str) -> np.ndarray:
    return joints[:, OPENPOSE_18.index[name]]


def _middle(joints: np.ndarray, part: str) -> np.ndarray:
    return (_at(joints, f"left_{part}") + _at(joints, f"right_{part}")) / 2


def _ends(side: str, limb: str) -> tuple[str, str]:
    upper, lower = _LIMBS[limb]
    return f"{side}_{upper}", f"{side}_{lower}"


def _length(joints: np.ndarray, one: str, other: str) -> float:
    """Return the usual distance of two joints, the same for both sides."""
    mirrored = [
        OPENPOSE_18.joints[OPENPOSE_18.mirrored[OPENPOSE_18.index[n]]] for n in (one, other)
    ]
    both = [
        _at(joints, one) - _at(joints, other),
        _at(joints, mirrored[0]) - _at(joints, mirrored[1]),
    ]
    return float(np.median(np.linalg.norm(np.concatenate(both), axis=-1)))


def _spine_length(joints: np.ndarray) -> float:
    """Return the length of the stretched spine: never shorter than it is seen to be."""
    return float(np.linalg.norm(_at(joints, "neck") - _middle(joints, "hip"), axis=-1).max()) + 1e-6


def _mid_spine(hips: np.ndarray, neck: np.ndarray, half: float) -> np.ndarray:
    """Return where the middle of the spine is: it bends over from below, the lower half steeper."""
    line = neck - hips
    length = np.linalg.norm(line, axis=-1, keepdims=True)
    along = line / np.maximum(length, 1e-9)
    aside = _UP - (along @ _UP)[:, None] * along
    size = np.linalg.norm(aside, axis=-1, keepdims=True)
    back = np.array([0.0, 0.0, -1.0]) - (along @ np.array([0.0, 0.0, -1.0]))[:, None] * along
    pole = np.where(size > 1e-3, aside, back)
    pole /= np.maximum(np.linalg.norm(pole, axis=-1, keepdims=True), 1e-9)
    return hips + line / 2 + pole * np.sqrt(np.maximum(half**2 - length**2 / 4, 0))


def _axes(left: np.ndarray, up: np.ndarray) -> np.ndarray:
    """Return rotations (frames, 3, 3): x points along `left`, y as near to `up` as it can."""
    x = left / np.maximum(np.linalg.norm(left, axis=-1, keepdims=True), 1e-9)
    z = np.cross(x, up)
    z /= np.maximum(np.linalg.norm(z, axis=-1, keepdims=True), 1e-9)
    return np.stack([x, np.cross(z, x), z], axis=-1)


def _swung(above: np.ndarray, rest: np.ndarray, goal: np.ndarray) -> np.ndarray:
    """Return rotations that take `rest` to `goal`, by the least turn from those above."""
    from scipy.spatial.transform import Rotation

    start = above @ rest
    goal = goal / np.maximum(np.linalg.norm(goal, axis=-1, keepdims=True), 1e-9)
    axis = np.cross(start, goal)
    sine = np.linalg.norm(axis, axis=-1)
    opposite = (sine < 1e-9) & ((start * goal).sum(-1) < 0)
    axis = np.where(opposite[:, None], above[:, :, 2], axis / np.maximum(sine, 1e-12)[:, None])
    angle = np.arctan2(sine, (start * goal).sum(-1))
    return Rotation.from_rotvec(axis * angle[:, None]).as_matrix() @ above


def _face_at_rest(joints: np.ndarray) -> dict[str, np.ndarray]:
    """Return the face's offsets from the neck in the frame that looks most at the camera."""
    eyes = _at(joints, "left_eye") - _at(joints, "right_eye")
    frame = int(np.argmax(eyes[:, 0] / np.maximum(np.linalg.norm(eyes, axis=-1), 1e-9)))
    return {name: _at(joints, name)[frame] - _at(joints, "neck")[frame] for name in _FACE}


def _head(joints: np.ndarray, rest: Mapping[str | None, np.ndarray]) -> np.ndarray:
    """Return the head's rotations that fit the face best (Kabsch 1976)."""
    still = np.stack([rest[name] for name in _FACE])
    now = np.stack([_at(joints, name) - _at(joints, "neck") for name in _FACE], axis=1)
    u, _, v = np.linalg.svd(np.einsum("fki,kj->fij", now, still))
    flip = np.tile(np.eye(3), (len(now), 1, 1))
    flip[:, 2, 2] = np.sign(np.linalg.det(u @ v))
    return u @ flip @ v


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
