"""AlphaPose: one JSON list of people, each with the name of the picture that they are in.

Source: MVIG-SJTU/AlphaPose, docs/output.md: `alphapose-results.json`, 17 joints of COCO or 26 of
Halpe, each x, y, confidence. Pictures without people are left out; a video's are called 0.jpg,
1.jpg and so on.
"""

from pathlib import PurePath
from typing import Any

from stickdance.capture.estimators.contract import Person
from stickdance.capture.keypoint_files.joint_order import skeleton_by_order
from stickdance.capture.keypoint_files.keypoints import Keypoints
from stickdance.capture.keypoint_files.numbering import frame_number, in_frames, natural_order
from stickdance.capture.keypoint_files.numbers import person, rows
from stickdance.capture.pose.skeleton import COCO_17, HALPE_26, Skeleton
from stickdance.checkpoints.errors import BadInput

_SKELETONS = {17: COCO_17, 26: HALPE_26}


def is_alphapose(value: Any) -> bool:
    """Tell whether a JSON value is a list of people, each in a named picture."""
    first = value[0] if isinstance(value, list) and value else None
    if not isinstance(first, dict):
        return False
    return isinstance(first.get("image_id"), str) and "keypoints" in first


def read(value: Any, label: str) -> Keypoints:
    """Read the results of a video or of a folder of pictures.

    Raises:
        BadInput: another number or order of joints, no numbers, or a person without a picture.
    """
    by_picture: dict[str, list[Person]] = {}
    skeleton: Skeleton = COCO_17
    for place, body in enumerate(value):
        at = f"{label}: person {place + 1}"
        if not isinstance(body, dict) or not isinstance(body.get("image_id"), str):
            raise BadInput(f"{at}: has no image_id, expected the name of a picture")
        table, kind = rows(body.get("keypoints"), _SKELETONS, at)
        if place and kind != skeleton:
            raise BadInput(f"{at}: has {len(kind)} joints, the people before have {len(skeleton)}")
        skeleton = kind
        found = person(table[:, :2], table[:, 2], at)
        by_picture.setdefault(body["image_id"], []).extend([] if found is None else [found])
    names = sorted(by_picture, key=natural_order)
    numbers = [frame_number(name) for name in names]
    if None in numbers or len(set(numbers)) < len(names):
        numbers = list(range(len(names)))
    numbered = {
        number: tuple(by_picture[name])
        for number, name in zip(numbers, names, strict=True)
        if number is not None
    }
    frames, notes = in_frames(numbered, label, _first(names, min(numbered)), sparse=True)
    skeleton = skeleton_by_order(frames, skeleton, label)
    title = f"AlphaPose {len(skeleton)}"
    return Keypoints(title, skeleton, frames, notes=notes, open_ended=True)


def _first(names: list[str], least: int) -> int:
    """Return the number of the first frame: 0 for a video, the least for a folder of pictures."""
    stems = [PurePath(name).stem for name in names]
    counted = all(stem.isdigit() and (stem == "0" or stem[0] != "0") for stem in stems)
    return 0 if counted and least != 1 else least
