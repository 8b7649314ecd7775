"""Reading any keypoint file or folder: its format is told by what is in it, not by its name."""

import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.keypoint_files import (
    aist,
    alphapose,
    bvh,
    bvh_body,
    coco,
    joint_arrays,
    json_text,
    named_joints,
    openpifpaf,
    openpose,
)
from stickdance.capture.keypoint_files.keypoints import Keypoints, keypoints_of
from stickdance.capture.keypoint_files.numbering import LONGEST, frame_number, natural_order
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import MANIFEST, read_manifest
from stickdance.checkpoints.npz_reader import opened_npz
from stickdance.checkpoints.reading import check_ordinary

FORMATS = (
    "poses.npz, or the folder of a take or dance",
    "an OpenPose folder (COCO-18, BODY_25 or BODY_25B)",
    "AlphaPose results (17 or 26 joints)",
    "COCO keypoints",
    "openpifpaf predictions",
    "AIST++ arrays (.npz, .npy)",
    "BVH",
    "JSON of joints by name, or arrays of 17, 18, 25, 26 or 33 joints",
)
"""What is read, for people."""

_JSON_READERS: tuple[tuple[Callable[[Any], bool], Callable[[Any, str], Keypoints]], ...] = (
    (openpose.is_openpose, openpose.read_frame),
    (coco.is_data_set, coco.read_data_set),
    (openpifpaf.is_video, openpifpaf.read_video),
    (alphapose.is_alphapose, alphapose.read),
    (coco.is_results, coco.read_results),
    (openpifpaf.is_picture, openpifpaf.read_picture),
    (named_joints.is_named, named_joints.read),
    (joint_arrays.is_array, joint_arrays.read),
)
_POSES = "poses.npz"  # of a take or a dance
_POSES_MARK = "skeleton"  # what our NPZ has in it and others have not
_SHARES = 2.0  # no picture is so small that all its joints lie within so many pixels


def read_keypoints(path: Path) -> Keypoints:
    """Read keypoints in any of `FORMATS`.

    Args:
        path: a file, a folder with a JSON file for each frame, or the folder of a take or dance.

    Raises:
        BadInput: missing, empty, too large, damaged, or in no known format; one line.
    """
    path = Path(path)
    if path.is_dir():
        return _in_pixels(_read_folder(path))
    start = _start_of(path)
    if start.startswith(b"PK\x03\x04") or start.startswith(b"\x93NUMPY"):
        return _in_pixels(_read_numpy(path))
    if start.startswith(b"\x80"):
        aist.refuse_pickle(path)
    if bvh.is_bvh(start.decode("utf-8", "replace")):
        return bvh_body.read(path)
    return _in_pixels(_read_json(json_text.load(path), str(path)))


def _start_of(path: Path) -> bytes:
    check_ordinary(path)
    try:
        with path.open("rb") as file:
            return file.read(256)
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file or folder, expected keypoints") from None
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: cannot be read ({error})") from None


def _read_numpy(path: Path) -> Keypoints:
    if not zipfile.is_zipfile(path):
        return aist.read(path)
    with opened_npz(path, "keypoints in NPZ") as archive:
        ours = _POSES_MARK in archive.names
    return keypoints_of(PoseSequence.load(path)) if ours else aist.read(path)


def _read_json(value: Any, label: str) -> Keypoints:
    for recognises, read in _JSON_READERS:
        if recognises(value):
            return read(value, label)
    if value in ([], {}, None):
        raise BadInput(f"{label}: is empty, expected keypoints")
    raise BadInput(f"{label}: is JSON of no known kind; known: {'; '.join(FORMATS)}")


def _read_folder(folder: Path) -> Keypoints:
    if (folder / _POSES).is_file():
        return keypoints_of(PoseSequence.load(folder / _POSES))
    files = openpose.files_of(folder)
    if not files:
        raise BadInput(f"{folder}: holds no JSON files, expected one for each frame")
    if len(files) > LONGEST:
        raise BadInput(f"{folder}: holds {len(files)} files, at most {LONGEST} are read")
    numbered = _numbered(files)
    values = ((number, str(file), json_text.load(file)) for number, file in numbered.items())
    first = _first_with_content(numbered.values())
    if openpose.is_openpose(first):
        return _read_openpose(values, folder)
    if openpifpaf.is_picture(first):
        return openpifpaf.read_pictures(values, str(folder))
    if alphapose.is_alphapose(first):  # one list for each picture: --sep-json
        return alphapose.read([one for _, _, people in values for one in people], str(folder))
    raise BadInput(
        f"{folder}: its JSON files are no frames of OpenPose, AlphaPose or openpifpaf; name a file "
        "of another format itself"
    )


def _first_with_content(files: Iterable[Path]) -> Any:
    """Return what the first file holds that tells its format: a frame without people may not."""
    return next((value for file in files if (value := json_text.load(file)) != []), None)


def _numbered(files: list[Path]) -> dict[int, Path]:
    """Return files by the numbers in their names; by their order, where these are not unique."""
    files = sorted(files, key=lambda file: natural_order(file.name))
    numbers = [frame_number(file.name) for file in files]
    if None in numbers or len(set(numbers)) < len(files):
        return dict(enumerate(files))
    return {number: file for number, file in zip(numbers, files, strict=True) if number is not None}


def _read_openpose(values: Iterable[tuple[int, str, Any]], folder: Path) -> Keypoints:
    """Read a folder; one that stickdance wrote tells its joints, frame size and rate."""
    if not (folder / MANIFEST).is_file():
        return openpose.read_frames(values, str(folder))
    about = read_manifest(folder, openpose.FOLDER_KIND)
    keypoints = openpose.read_frames(values, str(folder), about.get("format"))
    try:
        width, height = (int(side) for side in about["size"])
        fps = float(about["fps"])
    except (KeyError, TypeError, ValueError):
        raise BadInput(f"{folder / MANIFEST}: does not tell size and fps") from None
    return replace(keypoints, size=(width, height), fps=fps, own=True)


def _in_pixels(keypoints: Keypoints) -> Keypoints:
    """Note where coordinates are shares of the frame instead of pixels."""
    farthest = max(
        (
            float(np.nanmax(np.abs(one.points), initial=0.0))
            for people in keypoints.frames
            for one in people
        ),
        default=np.inf,
    )
    if keypoints.size is not None or farthest > _SHARES:
        return keypoints
    note = "coordinates are shares of the frame, not pixels"
    return replace(keypoints, in_shares=True, notes=(*keypoints.notes, note))
