"""Retargeting as a command: poses and a target in, poses of the target out, with a preview."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from capture.atomic import MANIFEST
from capture.errors import BadInput
from capture.pictures import write_png
from capture.sequence import PoseSequence
from capture.skeleton import OPENPOSE_18
from capture.stick_figure import StickStyle, draw_pose
from capture.take import Take
from capture.transfer import METHODS, transfer
from capture.video import VideoWriter

_PREVIEW_HEIGHT = 360
_STRIP_MOMENTS = 8
_DIMMED = 0.45  # brightness of the plate behind the stick figure


@dataclass(frozen=True)
class RetargetOptions:
    """How a movement is given to another person."""

    method: str = "limbs"
    """limbs: the target's proportions, bone by bone; global: the dancer's own proportions at the
    target's distance and size."""
    preview: bool = False
    """Write a video and a strip of pictures beside the result, before and after side by side."""


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
    poses, goal = read_poses(source), read_poses(target)
    moved = transfer(poses, goal, options.method, (str(source), str(target)))
    moved.poses.save(to)
    answer = {"poses": str(to), "frames": len(moved.poses), "size": list(moved.poses.size)}
    if options.preview:
        panels = [Panel(poses), Panel(moved.poses, _room(target))]
        answer |= {"video": str(write_video(panels, to.with_suffix(".mp4")))}
        answer |= {"strip": str(write_strip(panels, to.with_suffix(".png")))}
    return answer | {"skeleton": moved.poses.skeleton.name, "warnings": list(moved.warnings)}


def read_poses(path: Path) -> PoseSequence:
    """Return the poses of a take, a dance, an NPZ, or another program's keypoint file or folder.

    Raises:
        BadInput: none of these.
    """
    if (path / MANIFEST).is_file():
        return PoseSequence.load(path / "poses.npz")
    if path.suffix.lower() == ".npz":
        return PoseSequence.load(path)
    raise BadInput(f"{path}: expected poses as NPZ, or the folder of a take or dance")


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
    rows = [
        np.concatenate([_drawn(panel, int(at))[:, _columns(panel)] for at in moments], axis=1)
        for panel in shown
    ]
    width = max(row.shape[1] for row in rows)
    padded = [np.pad(row, ((0, 0), (0, width - row.shape[1]), (0, 0))) for row in rows]
    return write_png(to, np.concatenate(padded, axis=0))


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


def _drawn(panel: Panel, frame: int) -> np.ndarray:
    poses = panel.poses
    picture = draw_pose(
        poses.points[frame], poses.confidence[frame], poses.size, StickStyle(), poses.skeleton
    )
    if panel.room is not None:
        picture = np.maximum(picture, panel.room)
    return cv2.line(
        picture, (poses.size[0] - 1, 0), (poses.size[0] - 1, poses.size[1]), (90,) * 3, 1
    )
