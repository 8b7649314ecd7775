"""The preview of a dance: its stick figure as a video with the song's sound."""

from pathlib import Path

import cv2
import numpy as np

from stickdance.capture.media.video import VideoWriter
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.stick_figure import StickStyle, draw_pose
from stickdance.checkpoints.progress import tracked

_LEAST_HEIGHT = 256  # a smaller frame is drawn larger, so that people see something
_FLOOR = (70, 70, 80)


def write_preview(poses: PoseSequence, sound: Path | None, to: Path, ground: float) -> Path:
    """Draw every pose on a dark stage and add the sound.

    Args:
        poses: the dance.
        sound: WAV that begins with the first pose; None for a silent preview.
        to: the .mp4 to write.
        ground: row of the floor, in pixels of the poses' frame.

    Returns:
        `to`.
    """
    factor = max(1, -(-_LEAST_HEIGHT // poses.size[1]))
    size = [2 * round(side * factor / 2) for side in poses.size]
    drawn = poses.scaled((size[0], size[1]))
    row = round(ground * size[1] / poses.size[1])
    with VideoWriter(to, drawn.size, poses.fps, sound=sound, crf=23, preset="ultrafast") as video:
        for frame in tracked(range(len(drawn)), "preview"):
            picture = _stage(draw_pose(drawn.points[frame], drawn.confidence[frame], drawn.size,
                                       StickStyle(), drawn.skeleton), row)  # fmt: skip
            video.write(picture)
    return to


def _stage(figure: np.ndarray, row: int) -> np.ndarray:
    stage = np.full_like(figure, 24)
    cv2.line(stage, (0, row), (figure.shape[1], row), _FLOOR, 1)
    return np.where(figure.any(axis=-1, keepdims=True), figure, stage)
