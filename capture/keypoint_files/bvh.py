"""BVH motion capture: a hierarchy of joints with channels, and a row of numbers a frame.

`read_motion` gives every joint's place in space by forward kinematics; `read` the dancing body of
it, projected. A joint's rotation is the product of its rotation channels in the order in which they
are written; position channels take the place of its offset.

Source: Biovision's format as described by Meredith and Maddock, "Motion Capture File Formats
Explained" (2001).
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from stickdance.capture.keypoint_files.json_text import text_of
from stickdance.capture.keypoint_files.numbering import LONGEST
from stickdance.checkpoints.errors import BadInput

_MOST_JOINTS = 1000
_MOST_CHANNELS = 6  # of one joint: three of its place, three of its rotation
_MOST_PLACES = 10_000_000  # joints times frames: 100 bytes each, 46 minutes of 30 joints at 120 Hz
_LARGEST = 256 << 20
_FARTHEST = 1e9
_AXES = "XYZ"


@dataclass(frozen=True)
class Joint:
    """One joint of the hierarchy; an end site is a joint without channels."""

    name: str
    parent: int
    """Place of its parent; -1 for a root."""
    offset: tuple[float, float, float]
    channels: tuple[str, ...]


@dataclass(frozen=True)
class BvhMotion:
    """A motion capture in space."""

    joints: tuple[Joint, ...]
    points: np.ndarray
    """(frames, joints, 3) in the file's unit."""
    rotations: np.ndarray
    """(frames, joints, 3, 3): each joint's axes in space."""
    fps: float


def is_bvh(start: str) -> bool:
    """Tell whether a text that begins so is BVH."""
    return start.lstrip("\ufeff \t\r\n").upper().startswith("HIERARCHY")


def read_motion(path: Path) -> BvhMotion:
    """Read a BVH file and place its joints in space.

    Raises:
        BadInput: not BVH, cut short, too large, or numbers that are none.
    """
    head, found, motion = text_of(path, _LARGEST).partition("MOTION")
    if not found or not is_bvh(head):
        raise BadInput(f"{path}: has no HIERARCHY and MOTION, expected BVH")
    joints = _hierarchy(head, path)
    values, seconds = _rows(motion, joints, path)
    if np.nanmax(np.abs(values), initial=0.0) > _FARTHEST:
        raise BadInput(f"{path}: has numbers beyond {_FARTHEST:.0e}; expected lengths and degrees")
    points, rotations = _place(joints, values)
    return BvhMotion(joints, points, rotations, 1 / seconds)


def _hierarchy(text: str, path: Path) -> tuple[Joint, ...]:
    words = iter(text.split())
    joints: list[Joint] = []
    try:
        if next(words).strip("\ufeff").upper() != "HIERARCHY":
            raise ValueError("no HIERARCHY")
        for word in words:
            if word.upper() != "ROOT":
                raise ValueError(f"{word[:20]!r} where ROOT was expected")
            _joint(next(words), -1, words, joints)
    except StopIteration:
        raise BadInput(f"{path}: its hierarchy was cut short") from None
    except (ValueError, IndexError) as error:
        raise BadInput(f"{path}: its hierarchy cannot be read ({error})") from None
    if not joints:
        raise BadInput(f"{path}: its hierarchy holds no joint")
    return tuple(joints)


def _joint(name: str, parent: int, words: Iterator[str], joints: list[Joint]) -> None:
    """Read one joint and, one after another, all below it."""
    open_joints = [parent]
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    pending: str | None = name
    while True:
        word = next(words).upper()
        if word == "{":
            if len(joints) >= _MOST_JOINTS:
                raise ValueError(f"more than {_MOST_JOINTS} joints")
            joints.append(Joint(pending or "", open_joints[-1], offset, ()))
            open_joints.append(len(joints) - 1)
        elif word == "}":
            open_joints.pop()
            if len(open_joints) == 1:
                return
        elif word == "OFFSET":
            offset = (_length(next(words)), _length(next(words)), _length(next(words)))
            joints[open_joints[-1]] = replace(joints[open_joints[-1]], offset=offset)
        elif word == "CHANNELS":
            channels = tuple([_channel(next(words)) for _ in range(_channel_count(next(words)))])
            joints[open_joints[-1]] = replace(joints[open_joints[-1]], channels=channels)
        elif word in ("JOINT", "END"):
            following = next(words)
            pending = following if word == "JOINT" else f"{joints[open_joints[-1]].name} end"
        else:
            raise ValueError(f"{word[:20]!r} was not expected")


def _channel_count(word: str) -> int:
    count = int(word)
    if not 0 <= count <= _MOST_CHANNELS:
        raise ValueError(f"{count} channels of one joint, expected 0 to {_MOST_CHANNELS}")
    return count


def _channel(word: str) -> str:
    if word[:1].upper() not in _AXES or word[1:].lower() not in ("position", "rotation"):
        raise ValueError(f"channel {word[:20]!r} is unknown")
    return word


def _length(word: str) -> float:
    value = float(word)
    if not abs(value) <= _FARTHEST:
        raise ValueError(f"offset {word[:20]!r} is no length")
    return value


def _rows(text: str, joints: tuple[Joint, ...], path: Path) -> tuple[np.ndarray, float]:
    """Return the channels' values (frames, channels), and the seconds that a frame lasts."""
    columns = sum(len(joint.channels) for joint in joints)
    lines = re.split(r"\r\n|\r|\n", text.strip(), maxsplit=2)
    try:
        count = int(lines[0].partition(":")[2])
        seconds = float(lines[1].partition(":")[2])
    except (IndexError, ValueError) as error:
        raise BadInput(f"{path}: its motion cannot be read ({error!s:.80})") from None
    if not 0 < count <= LONGEST or not 1e-4 <= seconds <= 10:
        raise BadInput(
            f"{path}: has {count} frames of {seconds} s, expected 1 to {LONGEST} of 0.0001 to 10 s"
        )
    if count * max(columns, len(joints)) > _MOST_PLACES:
        raise BadInput(
            f"{path}: has {count} frames of {len(joints)} joints and {columns} channels, at most "
            f"{_MOST_PLACES} numbers are read; cut it, or thin its frames out"
        )
    values = _numbers("".join(lines[2:]), path)
    if columns == 0 or len(values) != count * columns:
        raise BadInput(
            f"{path}: has {len(values)} numbers, expected {count} frames of {columns}; it was cut "
            "short or is no BVH"
        )
    return values.reshape(count, columns), seconds


def _numbers(text: str, path: Path) -> np.ndarray:
    """Return the numbers of a text, (numbers,) float64, without a list of its words between."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # numpy's, at a word that is no number
        try:
            return np.fromstring(text.strip(), np.float64, sep=" ")
        except (ValueError, DeprecationWarning):
            raise BadInput(
                f"{path}: its motion cannot be read (a word in it is no number)"
            ) from None


def _place(joints: tuple[Joint, ...], values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return points (frames, joints, 3) and rotations (frames, joints, 3, 3)."""
    points = np.zeros((len(values), len(joints), 3))
    rotations = np.zeros((len(values), len(joints), 3, 3))
    column = 0
    for place, joint in enumerate(joints):
        own = values[:, column : column + len(joint.channels)]
        column += len(joint.channels)
        local, turn = _local(joint, own)
        if joint.parent < 0:
            points[:, place], rotations[:, place] = local, turn
            continue
        above = rotations[:, joint.parent]
        points[:, place] = points[:, joint.parent] + np.einsum("fij,fj->fi", above, local)
        rotations[:, place] = above @ turn
    return points, rotations


def _local(joint: Joint, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from scipy.spatial.transform import Rotation

    local = np.tile(np.array(joint.offset), (len(values), 1))
    turn = np.tile(np.eye(3), (len(values), 1, 1))
    for channel, value in zip(joint.channels, values.T, strict=True):
        axis = channel[0].upper()
        if channel[1:].lower() == "position":
            local[:, _AXES.index(axis)] = value
        else:
            angles = np.nan_to_num(value)[:, None]
            turn = turn @ Rotation.from_euler(axis, angles, degrees=True).as_matrix()
    missing = ~np.isfinite(values).all(axis=1)
    local[missing] = np.nan
    return local, turn
