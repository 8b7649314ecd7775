"""COCO's keypoint JSON: a data set (pictures, people, joint names) or a list of results.

Source: cocodataset.org, "Data format" and "Results format". In a data set, the third number of a
joint is 0 not labelled, 1 labelled but hidden, 2 visible; these become the confidences 0, 0.5 and
1, unless `keypoint_scores` beside them says more. In results it is a confidence.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.keypoint_files.joint_order import skeleton_by_order
from stickdance.capture.keypoint_files.keypoints import Keypoints, People
from stickdance.capture.keypoint_files.numbering import frame_number, in_frames
from stickdance.capture.keypoint_files.numbers import numbers, person, rows
from stickdance.capture.keypoint_files.openpose import shortest
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import COCO_17, SKELETONS, Skeleton
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import write_text

_OF_17 = {17: COCO_17}
_HIDDEN = 0.5


def is_data_set(value: Any) -> bool:
    """Tell whether a JSON value is a data set."""
    return isinstance(value, dict) and {"images", "annotations"} <= value.keys()


def is_results(value: Any) -> bool:
    """Tell whether a JSON value is a list of results."""
    first = value[0] if isinstance(value, list) and value else None
    return isinstance(first, dict) and isinstance(first.get("image_id"), int)


def read_data_set(value: Any, label: str) -> Keypoints:
    """Read a data set whose pictures are the frames of one video.

    Raises:
        BadInput: parts are missing or of another kind, or people have another number of joints.
    """
    images, bodies = value["images"], value["annotations"]
    if not isinstance(images, list) or not isinstance(bodies, list) or not images:
        raise BadInput(f"{label}: expected lists of images and annotations")
    skeleton = _skeleton_of(value.get("categories"), label)
    people: dict[Any, list[Person]] = {_field(image, "id", label): [] for image in images}
    for place, body in enumerate(bodies):
        at = f"{label}: annotation {place + 1}"
        where = _field(body, "image_id", at)
        if where not in people:
            raise BadInput(f"{at}: belongs to image {where!r}, which is not listed")
        found = _labelled(body, skeleton, at)
        people[where] += [] if found is None else [found]
    numbered = _by_frame(images, people)
    frames, notes = in_frames(numbered, label)
    fps = value["info"].get("fps") if isinstance(value.get("info"), dict) else None
    return Keypoints(
        "COCO", skeleton, frames, _size_of(images), _rate(fps), notes, own=fps is not None
    )


def read_results(value: Any, label: str) -> Keypoints:
    """Read a list of results; the numbers of the images are those of the frames.

    Raises:
        BadInput: a result without image or with another number or order of joints.
    """
    found: dict[int, list[Person]] = {}
    for place, body in enumerate(value):
        at = f"{label}: result {place + 1}"
        number = _field(body, "image_id", at)
        if not isinstance(number, int):
            raise BadInput(f"{at}: image_id is {number!r:.20}, expected a number")
        table, _ = rows(body.get("keypoints"), _OF_17, at)
        one = person(table[:, :2], table[:, 2], at)
        found.setdefault(number, []).extend([] if one is None else [one])
    numbered: dict[int, People] = {number: tuple(people) for number, people in found.items()}
    least = min(numbered)
    frames, notes = in_frames(numbered, label, 0 if least != 1 else 1, sparse=True)
    skeleton = skeleton_by_order(frames, COCO_17, label)
    return Keypoints("COCO results", skeleton, frames, notes=notes, open_ended=True)


def write_coco(poses: PoseSequence, path: Path) -> None:
    """Write a COCO data set of 17 joints, one picture a frame, its confidences beside it.

    Frame size is told by the pictures, the frame rate by `info.fps`. Depth is not kept.

    Raises:
        OutputFailed: no space, no permission, or `path` is a folder.
    """
    poses = poses.converted(COCO_17)
    width, height = poses.size
    images = [
        {"id": number, "file_name": f"{number:012d}.png", "width": width, "height": height}
        for number in range(len(poses))
    ]
    there = (np.isfinite(poses.points).all(-1) & (poses.confidence > 0)).any(axis=1)
    data = {
        "info": {"description": "poses of one person, by stickdance", "fps": poses.fps},
        "images": images,
        "annotations": [_annotation(poses, int(number)) for number in np.flatnonzero(there)],
        "categories": [_category()],
    }
    write_text(path, json.dumps(data, separators=(",", ":")) + "\n")


def _field(body: Any, name: str, label: str) -> Any:
    if not isinstance(body, dict) or not isinstance(body.get(name), (int, str)):
        raise BadInput(f"{label}: has no {name}")
    return body[name]


def _skeleton_of(categories: Any, label: str) -> Skeleton:
    for category in categories if isinstance(categories, list) else []:
        names = category.get("keypoints") if isinstance(category, dict) else None
        if isinstance(names, list) and names:
            for skeleton in SKELETONS.values():
                if tuple(names) == skeleton.joints:
                    return skeleton
            raise BadInput(
                f"{label}: its {len(names)} joints ({', '.join(map(str, names[:3]))}, ...) are "
                f"those of no known skeleton; known: {', '.join(SKELETONS)}"
            )
    return COCO_17


def _labelled(body: dict[str, Any], skeleton: Skeleton, label: str) -> Person | None:
    if "keypoints" not in body:  # a box without joints
        return None
    table, _ = rows(body["keypoints"], {len(skeleton): skeleton}, label)
    sure = np.where(table[:, 2] >= 2, 1.0, np.where(table[:, 2] >= 1, _HIDDEN, 0.0))
    if "keypoint_scores" in body:
        sure = numbers(body["keypoint_scores"], label).ravel()
        if len(sure) != len(skeleton):
            raise BadInput(f"{label}: has {len(sure)} keypoint_scores, expected {len(skeleton)}")
    return person(table[:, :2], sure, label)


def _by_frame(images: list[Any], people: dict[Any, list[Person]]) -> dict[int, People]:
    """Return people by frame: by the numbers in the pictures' names, else in the list's order."""
    named = [frame_number(str(image.get("file_name", ""))) for image in images]
    numbers_ = list(range(len(images))) if None in named or len(set(named)) < len(named) else named
    return {
        number: tuple(people[image["id"]])
        for number, image in zip(numbers_, images, strict=True)
        if number is not None
    }


def _size_of(images: list[Any]) -> tuple[int, int] | None:
    sizes = [(image.get("width"), image.get("height")) for image in images]
    width, height = sizes[0]
    if any(size != sizes[0] for size in sizes):
        return None
    if not isinstance(width, int) or not isinstance(height, int) or min(width, height) < 1:
        return None
    return width, height


def _rate(fps: Any) -> float | None:
    return float(fps) if isinstance(fps, (int, float)) and 0 < fps < 1e4 else None


def _annotation(poses: PoseSequence, number: int) -> dict[str, Any]:
    points, confidence = poses.points[number], poses.confidence[number]
    there = np.isfinite(points).all(-1) & (confidence > 0)
    flags = np.where(there, 2, 0)
    places = shortest(np.where(there[:, None], points, 0).ravel())
    flat = [
        value
        for joint in zip(places[::2], places[1::2], flags.tolist(), strict=True)
        for value in joint
    ]
    low, high = points[there].min(axis=0), points[there].max(axis=0)
    return {
        "id": number + 1,
        "image_id": number,
        "category_id": 1,
        "keypoints": flat,
        "keypoint_scores": shortest(np.where(there, confidence, 0)),
        "num_keypoints": int(there.sum()),
        "bbox": [*shortest(low), *shortest(high - low)],
        "area": float(str(np.float32((high - low).prod()))),
        "iscrowd": 0,
    }


def _category() -> dict[str, Any]:
    return {
        "id": 1,
        "name": "person",
        "supercategory": "person",
        "keypoints": list(COCO_17.joints),
        "skeleton": [[a + 1, b + 1] for a, b in COCO_17.bone_indices],
    }
