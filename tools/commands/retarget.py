"""Retargeting as a command: poses and a target in, poses of the target out, with a preview."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from stickdance.capture.estimators.contract import sequence_of
from stickdance.capture.keypoint_files.keypoints import Keypoints, target_of
from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.media.images import write_png
from stickdance.capture.media.video import VideoWriter
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.capture.pose.stick_figure import StickStyle, draw_pose
from stickdance.capture.retargeting.transfer import METHODS, transfer
from stickdance.capture.take.take import Take
from stickdance.checkpoints.errors import BadInput
from stickdance.tools.options import RetargetOptions

_PREVIEW_HEIGHT = 360
_USUAL_FPS = 25.0
_SQUARE = (1024, 1024)  # for coordinates that are shares of a frame of unknown shape
_USUAL_SIZES = ((640, 480), (720, 1280), (1280, 720), (1080, 1920), (1920, 1080), (3840, 2160))
_STRIP_MOMENTS = 8
_RARELY = 0.01  # share of frames that may leave the picture without a word
_DIMMED = 0.45  # brightness of the plate behind the stick figure


@dataclass(frozen=True)
class Panel:
    """Poses to draw, and the room behind them where it is known."""

    poses: PoseSequence
    room: np.ndarray | None = None


def retarget_file(
    source: Path, target: Path, to: Path, options: RetargetOptions = RetargetOptions()
) -> dict[str, Any]:
    """Give the movement in `source` to the person in `target` and write it as NPZ.

    Args:
        source: poses: NPZ, a take, a dance, or a keypoint file or folder.
        target: a take, or any of the same: the person to move like that.
        to: the .npz to write.
        options: method and preview.

    Raises:
        BadInput: files that hold no poses, or too little of a body.
    """
    if to.suffix.lower() != ".npz":
        raise BadInput(f"--output {to}: poses are written as NPZ; give a name that ends in .npz")
    if options.method not in METHODS:
        raise BadInput(f"--method {options.method}: unknown; known: {', '.join(METHODS)}")
    (poses, notes), (goal, other_notes) = read_poses(source), read_poses(target)
    moved = transfer(poses, goal, options.method, (str(source), str(target)))
    warnings = dict.fromkeys((*notes, *other_notes, *moved.warnings, *_outside(moved.poses)))
    moved.poses.save(to)
    answer = {"poses": str(to), "frames": len(moved.poses), "size": list(moved.poses.size)}
    if options.preview:
        panels = [Panel(poses), Panel(moved.poses, _room(target))]
        answer |= {"video": str(write_video(panels, to.with_suffix(".mp4")))}
        answer |= {"strip": str(write_strip(panels, to.with_suffix(".png")))}
    return answer | {"skeleton": moved.poses.skeleton.name, "warnings": list(warnings)}


def read_poses(path: Path) -> tuple[PoseSequence, tuple[str, ...]]:
    """Return the poses of a take, a dance, an NPZ, or another program's keypoint file or folder.

    Returns:
        The poses, and a line for each thing that the file does not say and that was assumed.

    Raises:
        BadInput: none of these, or not one joint in it.
    """
    keypoints = read_keypoints(path)
    lines = [f"{path}: {note}" for note in keypoints.notes]
    if keypoints.fps is None:
        lines.append(f"{path}: says no frame rate; {_USUAL_FPS:g} frames a second are assumed")
    size = keypoints.size
    if size is None or keypoints.in_shares:
        size = _SQUARE if keypoints.in_shares else _extent(path, keypoints)
        lines.append(f"{path}: says no frame size; {size[0]}x{size[1]} is assumed")
    fps = keypoints.fps or _USUAL_FPS
    people = target_of(keypoints.scaled(size).frames, size, fps)
    return sequence_of(people, keypoints.skeleton, size, fps), tuple(lines)


def _outside(poses: PoseSequence) -> list[str]:
    there = np.isfinite(poses.points).all(-1) & (poses.confidence > 0)
    inside = ((poses.points >= 0) & (poses.points <= np.array(poses.size))).all(-1)
    leaving = float((there & ~inside).any(axis=1).mean())
    if leaving < _RARELY:
        return []
    return [f"the movement leaves the target's frame in {leaving:.0%} of its frames"]


def _extent(path: Path, keypoints: Keypoints) -> tuple[int, int]:
    """Return the smallest usual frame that holds all joints."""
    farthest = np.zeros(2)
    for people in keypoints.frames:
        for person in people:
            seen = person.points[person.confidence > 0]
            farthest = np.fmax(farthest, np.nanmax(seen, axis=0, initial=0.0))
    if not farthest.any():
        raise BadInput(f"{path}: holds not one joint, expected a person's poses")
    return next(
        (size for size in _USUAL_SIZES if (farthest <= size).all()),
        (int(farthest[0]) + 1, int(farthest[1]) + 1),
    )


def write_video(panels: list[Panel], to: Path) -> Path:
    """Write the panels side by side, moving, as MP4; returns the path."""
    shown = [_fitted(panel) for panel in panels]
    width = sum(panel.poses.size[0] for panel in shown)
    with VideoWriter(to, (width, _PREVIEW_HEIGHT), shown[0].poses.fps) as video:
        for frame in range(len(shown[0].poses)):
            video.write(np.concatenate([_drawn(panel, frame) for panel in shown], axis=1))
    return to


def write_strip(panels: list[Panel], to: Path) -> Path:
    """Write moments of the panels, one panel a row, as PNG; returns the path."""
    shown = [_fitted(panel) for panel in panels]
    count = len(shown[0].poses)
    moments = np.linspace(0, count - 1, min(_STRIP_MOMENTS, count)).round().astype(int)
    columns = [_columns(panel) for panel in shown]
    cell = max(each.stop - each.start for each in columns)
    rows = [
        np.concatenate([_cell(_drawn(panel, int(at))[:, each], cell) for at in moments], axis=1)
        for panel, each in zip(shown, columns, strict=True)
    ]
    return write_png(to, np.concatenate(rows, axis=0))


def _room(target: Path) -> np.ndarray | None:
    return Take.load(target).plate if (target / "plate.png").is_file() else None


def _fitted(panel: Panel) -> Panel:
    """Return a panel of the preview's height, with joints that can be drawn."""
    width, height = panel.poses.size
    size = (max(2, 2 * round(width * _PREVIEW_HEIGHT / height / 2)), _PREVIEW_HEIGHT)
    room = panel.room
    if room is not None:
        room = (cv2.resize(room, size, interpolation=cv2.INTER_AREA) * _DIMMED).astype(np.uint8)
    return Panel(panel.poses.converted(OPENPOSE_18).scaled(size), room)


def _columns(panel: Panel) -> slice:
    """Return the columns that the body is ever seen in, with some air."""
    width = panel.poses.size[0]
    seen = panel.poses.points[..., 0][panel.poses.confidence > 0]
    seen = seen[np.isfinite(seen)]
    if len(seen) == 0:
        return slice(0, width)
    low, high = np.percentile(seen, (0.5, 99.5))
    return slice(max(0, int(low) - 16), min(width, int(high) + 16))


def _cell(picture: np.ndarray, width: int) -> np.ndarray:
    """Return the picture in the middle of a black one of this width."""
    spare = width - picture.shape[1]
    return np.pad(picture, ((0, 0), (spare // 2, spare - spare // 2), (0, 0)))


def _drawn(panel: Panel, frame: int) -> np.ndarray:
    poses = panel.poses
    picture = draw_pose(
        poses.points[frame], poses.confidence[frame], poses.size, StickStyle(), poses.skeleton
    )
    if panel.room is not None:
        picture = np.where(picture.any(axis=-1, keepdims=True), picture, panel.room)
    return cv2.line(
        picture, (poses.size[0] - 1, 0), (poses.size[0] - 1, poses.size[1]), (90,) * 3, 1
    )
