"""OpenPose: one JSON file a frame, everybody's joints in it as x, y, confidence.

Source: CMU-Perceptual-Computing-Lab/openpose, doc/02_output.md: `--write_json`, COCO-18,
BODY_25 and BODY_25B; the key was `pose_keypoints` before version 1.3. A joint not found is 0, 0, 0.
Hands have 21 points and faces 70 (`stickdance.capture.pose.parts`); the pupils are found by no
network of ours and stay 0.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.keypoint_files.joint_order import skeleton_by_order
from stickdance.capture.keypoint_files.keypoints import Keypoints, People
from stickdance.capture.keypoint_files.numbering import in_frames
from stickdance.capture.keypoint_files.numbers import person, rows
from stickdance.capture.pose.parts import PARTS
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import BODY_25, BODY_25B, OPENPOSE_18, Skeleton
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import MANIFEST, result_folder

FOLDER_KIND = "keypoints"
"""What the manifest of a folder written here says it is."""

_SKELETONS = {18: OPENPOSE_18, 25: BODY_25}
_TITLES = {
    OPENPOSE_18: "OpenPose COCO-18",
    BODY_25: "OpenPose BODY_25",
    BODY_25B: "OpenPose BODY_25B",
}
_KEYS = ("pose_keypoints_2d", "pose_keypoints")
_PART_KEYS = {
    "face": "face_keypoints_2d",
    "left_hand": "hand_left_keypoints_2d",
    "right_hand": "hand_right_keypoints_2d",
}


def is_openpose(value: Any) -> bool:
    """Tell whether a JSON value is one frame of OpenPose."""
    return isinstance(value, dict) and isinstance(value.get("people"), list)


def read_frame(value: Any, label: str) -> Keypoints:
    """Read a single frame."""
    return read_frames([(0, label, value)], label)


def read_frames(values: Iterable[tuple[int, str, Any]], label: str, title: Any = None) -> Keypoints:
    """Read frames: the number of each, the name of its file, and what it holds.

    Args:
        values: the frames.
        label: the folder, for errors.
        title: the format as `write_openpose` notes it; else where joints lie tells their order.

    Raises:
        BadInput: another format among them, another number or order of joints, or no numbers.
    """
    skeleton: Skeleton | None = None
    numbered: dict[int, People] = {}
    for number, name, value in values:
        if not is_openpose(value):
            raise BadInput(f"{name}: is no frame of OpenPose, as the other files of the folder are")
        people = []
        for place, body in enumerate(value["people"]):
            found, kind = _read_person(body, f"{name}: person {place + 1}")
            if kind is not None and skeleton not in (None, kind):
                raise BadInput(f"{name}: has {len(kind)} joints, the frames before have others")
            skeleton = kind or skeleton
            people += [] if found is None else [found]
        numbered[number] = tuple(people)
    frames, notes = in_frames(numbered, label)
    noted = next((one for one, named in _TITLES.items() if named == title), None)
    skeleton = noted or skeleton_by_order(frames, skeleton or BODY_25, label)
    return Keypoints(_TITLES[skeleton], skeleton, frames, notes=notes)


def write_openpose(poses: PoseSequence, folder: Path, name: str = "pose") -> None:
    """Write a folder of OpenPose frames with a manifest that keeps frame size and rate.

    BODY_25 and BODY_25B stay so, all other skeletons become COCO-18. Hands and face are written
    where the poses have them. Depth is not kept.

    Args:
        poses: what to write.
        folder: the folder to be; one that was written so before is replaced.
        name: what the files' names begin with, as OpenPose takes the video's.

    Raises:
        OutputFailed: no space, no permission, or other files are there.
    """
    poses = poses if poses.skeleton in _TITLES else poses.converted(OPENPOSE_18)
    about = {"format": _TITLES[poses.skeleton], "fps": poses.fps, "size": list(poses.size)}
    with result_folder(folder, FOLDER_KIND, about) as temporary:
        for number in range(len(poses)):
            people = [] if not (poses.confidence[number] > 0).any() else [_body(poses, number)]
            text = json.dumps({"version": 1.3, "people": people}, separators=(",", ":"))
            file = temporary / f"{name}_{number:012d}_keypoints.json"
            file.write_text(text + "\n", encoding="utf-8")


def files_of(folder: Path) -> list[Path]:
    """Return the JSON files of a folder that may hold a frame each."""
    return [
        file
        for file in sorted(folder.iterdir())
        if file.suffix == ".json" and file.name != MANIFEST and not file.name.startswith(".")
    ]


def _read_person(body: Any, label: str) -> tuple[Any, Skeleton | None]:
    if not isinstance(body, dict):
        raise BadInput(f"{label}: expected an object, found a {type(body).__name__}")
    values = next((body[key] for key in _KEYS if key in body), None)
    if not values:  # hands or a face alone
        return None, None
    table, skeleton = rows(values, _SKELETONS, label)
    found = person(table[:, :2], table[:, 2], label)
    return None if found is None else replace(found, parts=_parts_of(body, label)), skeleton


def _parts_of(body: Mapping[str, Any], label: str) -> dict[str, Person]:
    """Return hands and face, those of which not one point is there left out."""
    parts: dict[str, Person] = {}
    for name, key in _PART_KEYS.items():
        if body.get(key):
            table, _ = rows(body[key], {len(PARTS[name]): PARTS[name]}, f"{label}: {key}")
            found = person(table[:, :2], table[:, 2], f"{label}: {key}")
            parts |= {} if found is None else {name: found}
    return parts


def _body(poses: PoseSequence, number: int) -> dict[str, Any]:
    parts = {_PART_KEYS[name]: _numbers(part, number) for name, part in poses.parts.items()}
    return {"person_id": [-1], "pose_keypoints_2d": _numbers(poses, number), **parts}


def _numbers(poses: PoseSequence, number: int) -> list[float]:
    there = np.isfinite(poses.points[number]).all(-1) & (poses.confidence[number] > 0)
    table = np.concatenate([poses.points[number], poses.confidence[number][:, None]], axis=1)
    return shortest(np.where(there[:, None], table, 0).ravel())


def shortest(values: np.ndarray) -> list[float]:
    """Return float32 numbers as the shortest decimals that become the same float32 again."""
    return [float(str(value)) for value in np.asarray(values, np.float32)]
