"""openpifpaf: a list of people a picture, or a line a frame for a video.

Source: openpifpaf 0.13, `predict --json-output` (one `PICTURE.predictions.json` each) and
`video --json-output` (JSON lines, frames counted from 1); 17 joints of COCO as x, y, confidence,
confidence 0 where a joint was not found.
"""

from collections.abc import Iterable
from typing import Any

from stickdance.capture.keypoint_files.keypoints import Keypoints, People
from stickdance.capture.keypoint_files.numbering import in_frames
from stickdance.capture.keypoint_files.numbers import person, rows
from stickdance.capture.pose.skeleton import COCO_17
from stickdance.checkpoints.errors import BadInput

_SKELETONS = {17: COCO_17}
TITLE = "openpifpaf"


def is_picture(value: Any) -> bool:
    """Tell whether a JSON value is the people of one picture."""
    first = value[0] if isinstance(value, list) and value else None
    if not isinstance(first, dict) or "image_id" in first:
        return False
    return isinstance(first.get("keypoints"), list) and {"bbox", "score"} <= first.keys()


def is_video(value: Any) -> bool:
    """Tell whether JSON values are the frames of a video."""
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and {"frame", "predictions"} <= first.keys()


def read_picture(value: Any, label: str) -> Keypoints:
    """Read the people of one picture."""
    return read_pictures([(0, label, value)], label)


def read_pictures(values: Iterable[tuple[int, str, Any]], label: str) -> Keypoints:
    """Read pictures: the number of each, the name of its file, and what it holds.

    Raises:
        BadInput: another format among them, another number of joints, or no numbers.
    """
    numbered = {number: _people(value, name) for number, name, value in values}
    frames, notes = in_frames(numbered, label)
    return Keypoints(TITLE, COCO_17, frames, notes=notes)


def read_video(value: Any, label: str) -> Keypoints:
    """Read the frames of a video.

    Raises:
        BadInput: a line without frame number, another number of joints, or no numbers.
    """
    numbered: dict[int, People] = {}
    for place, line in enumerate(value if isinstance(value, list) else [value]):
        if not is_video(line) or not isinstance(line["frame"], int):
            raise BadInput(f"{label}: line {place + 1}: expected a frame number and predictions")
        numbered[line["frame"]] = _people(line["predictions"], f"{label}: frame {line['frame']}")
    frames, notes = in_frames(numbered, label, first=1)
    return Keypoints(TITLE, COCO_17, frames, notes=notes)


def _people(value: Any, label: str) -> People:
    if not isinstance(value, list):
        raise BadInput(f"{label}: expected a list of people, found a {type(value).__name__}")
    people = []
    for place, body in enumerate(value):
        at = f"{label}: person {place + 1}"
        if not isinstance(body, dict) or "keypoints" not in body:
            raise BadInput(f"{at}: has no keypoints")
        table, _ = rows(body["keypoints"], _SKELETONS, at)
        found = person(table[:, :2], table[:, 2], at)
        people += [] if found is None else [found]
    return tuple(people)
