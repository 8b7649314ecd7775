"""Joints as objects with x and y, by name or in order: MoveNet, BlazePose and MediaPipe in JSON.

A frame is one of: an object with a joint under each name; a list of joints, each with its name or
in the order of its skeleton; `{"keypoints": [joints]}`; or a list of several of these, one for each
person. Confidence is called score, confidence or visibility; where there is none it is 1. A z is
MediaPipe's: in the unit of x, smaller nearer to the camera.

Source: tensorflow/tfjs-models, pose-detection (README, "Keypoint Diagram" and output);
google/mediapipe, pose landmarks.
"""

import re
from typing import Any

import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.keypoint_files.joint_order import skeleton_by_order
from stickdance.capture.keypoint_files.keypoints import Keypoints, People
from stickdance.capture.keypoint_files.numbering import in_frames
from stickdance.capture.keypoint_files.numbers import numbers, person
from stickdance.capture.pose.skeleton import BY_JOINT_COUNT, SKELETONS, Skeleton
from stickdance.checkpoints.errors import BadInput

_TRUST = ("score", "confidence", "visibility", "likelihood")
_FEWEST = 5  # joints that a skeleton must share with a file to be the file's

Joints = dict[str, dict[str, Any]]


def is_named(value: Any) -> bool:
    """Tell whether a JSON value is a list of frames, or one frame, of joints as objects."""
    return _first_body(value, 4) is not None


def read(value: Any, label: str) -> Keypoints:
    """Read a list of frames, or one frame.

    Raises:
        BadInput: joints without x and y, text for numbers, or names or an order of no known
            skeleton.
    """
    values = value if isinstance(value, list) and not _is_body(value) else [value]
    frames = [_bodies(frame, f"{label}: frame {number + 1}") for number, frame in enumerate(values)]
    first = next((body for bodies in frames for body in bodies), None)
    if first is None:
        raise BadInput(f"{label}: holds not one person, expected keypoints")
    skeleton = _skeleton_of(first, label)
    numbered: dict[int, People] = {}
    for number, bodies in enumerate(frames):
        at = f"{label}: frame {number + 1}"
        found = [_person(body, skeleton, at) for body in bodies]
        numbered[number] = tuple(one for one in found if one is not None)
    everybody, notes = in_frames(numbered, label)
    if not _has_names(_first_body(value, 4)):
        skeleton = skeleton_by_order(everybody, skeleton, label)
    ignored = sorted(first.keys() - skeleton.index.keys())
    if ignored:
        notes = (*notes, f"joints that {skeleton.name} has not are left out: {', '.join(ignored)}")
    rated = any(key in joint for joint in first.values() for key in _TRUST)
    kind = f"joints by name ({skeleton.name})"
    return Keypoints(kind, skeleton, everybody, notes=notes, rated=rated)


def _is_joint(value: Any) -> bool:
    return isinstance(value, dict) and {"x", "y"} <= value.keys()


def _is_body(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) >= _FEWEST and _is_joint(value[0])
    if not isinstance(value, dict):
        return False
    joints = value.get("keypoints")
    if isinstance(joints, list):
        return bool(joints) and _is_joint(joints[0])
    return sum(_is_joint(part) for part in value.values()) >= _FEWEST


def _first_body(value: Any, depth: int) -> Any:
    if _is_body(value):
        return value
    if not isinstance(value, list) or depth == 0:
        return None
    return next((body for part in value if (body := _first_body(part, depth - 1))), None)


def _has_names(body: Any) -> bool:
    if isinstance(body, dict) and not isinstance(body.get("keypoints"), list):
        return True
    joints = body["keypoints"] if isinstance(body, dict) else body
    return all(isinstance(joint.get("name"), str) for joint in joints)


def _bodies(frame: Any, label: str) -> list[Joints]:
    """Return the joints by name of everybody in a frame."""
    if not frame:
        return []
    if _is_body(frame):
        return [_by_name(frame, label)]
    if isinstance(frame, list) and all(_is_body(body) for body in frame):
        return [_by_name(body, label) for body in frame]
    raise BadInput(f"{label}: expected joints with x and y")


def _by_name(body: Any, label: str) -> Joints:
    if isinstance(body, dict) and not isinstance(body.get("keypoints"), list):
        return {_plain(name): joint for name, joint in body.items() if _is_joint(joint)}
    joints = body["keypoints"] if isinstance(body, dict) else body
    if not all(isinstance(joint, dict) for joint in joints):
        raise BadInput(f"{label}: expected joints with x and y")
    if _has_names(body):
        return {_plain(joint["name"]): joint for joint in joints}
    if len(joints) not in BY_JOINT_COUNT:
        counts = ", ".join(str(count) for count in sorted(BY_JOINT_COUNT))
        raise BadInput(f"{label}: has {len(joints)} joints without names, expected one of {counts}")
    return dict(zip(BY_JOINT_COUNT[len(joints)].joints, joints, strict=True))


def _plain(name: str) -> str:
    """Return a joint's name as our skeletons have it: leftShoulder, MOUTH_LEFT -> left_mouth."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    words = re.sub(r"[\s\-.]+", "_", words)
    for side in ("left", "right"):
        if words.endswith(f"_{side}"):
            return f"{side}_{words.removesuffix(f'_{side}')}"
    return words


def _skeleton_of(body: Joints, label: str) -> Skeleton:
    """Return the skeleton that has most of the names, the smallest of these."""
    shared = {
        skeleton.name: len(skeleton.index.keys() & body.keys()) for skeleton in SKELETONS.values()
    }
    best = max(SKELETONS.values(), key=lambda skeleton: (shared[skeleton.name], -len(skeleton)))
    if shared[best.name] < max(_FEWEST, len(body) / 2):
        raise BadInput(
            f"{label}: its joints ({', '.join(sorted(body)[:4])}, ...) are those of no known "
            f"skeleton; known: {', '.join(SKELETONS)}"
        )
    return best


def _person(body: Joints, skeleton: Skeleton, label: str) -> Person | None:
    table = np.full((len(skeleton), 4), np.nan)
    table[:, 3] = 0
    for name, place in skeleton.index.items():
        joint = body.get(name)
        if joint is None:
            continue
        if not _is_joint(joint):
            raise BadInput(f"{label}: {name} has no x and y")
        sure = next((joint[key] for key in _TRUST if key in joint), 1.0)
        values = [joint["x"], joint["y"], joint.get("z"), sure]
        table[place] = numbers(values, f"{label}: {name}").ravel()[:4]
    deep = np.isfinite(table[:, 2]).any()
    return person(table[:, :2], table[:, 3], label, -table[:, 2] if deep else None)
