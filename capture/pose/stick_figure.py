"""Stick figures: the picture of one pose that a renderer sees, identical in training and rendering.

Lines are drawn with sub-pixel accuracy and smooth edges, so that a slow movement gives a slowly
changing picture; their width follows the frame's height.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18, Floats, Skeleton

_SHIFT = 4  # cv2 takes fixed-point coordinates with this many fractional bits


@dataclass(frozen=True)
class StickStyle:
    """How a stick figure is drawn; a performer keeps the style that it was trained on."""

    line: float = 0.012
    """Width of a bone as a share of the frame's height."""
    joint: float = 0.009
    """Radius of a joint as a share of the frame's height."""
    least_confidence: float = 0.1
    """A bone is drawn when both its joints are at least this sure."""
    fine: float = 0.0
    """Width of the lines of hands and face as a share of the frame's height; 0 draws neither."""


FINE_STYLE = StickStyle(fine=0.004)
"""With hands and face, where the poses have them: what renderers learn from."""


def draw_pose(
    points: Floats,
    confidence: Floats,
    size: tuple[int, int],
    style: StickStyle,
    skeleton: Skeleton = OPENPOSE_18,
) -> NDArray[np.uint8]:
    """Draw one pose on black.

    Args:
        points: (joints, 2) pixels of a frame of `size`; NaN where missing.
        confidence: (joints,) in 0..1.
        size: (width, height) of the picture.
        style: line width and thresholds.
        skeleton: whose joints they are; it must have colours.

    Returns:
        uint8 RGB picture (height, width, 3).
    """
    width, height = size
    picture = np.zeros((height, width, 3), np.uint8)
    there = np.isfinite(points).all(-1) & (confidence >= style.least_confidence)
    fixed = _fixed_point(points)
    thickness = max(1, round(style.line * height))
    radius = round(style.joint * height * (1 << _SHIFT))
    for (a, b), colour in zip(skeleton.bone_indices, skeleton.colours, strict=True):
        if there[a] and there[b]:
            cv2.line(picture, fixed[a], fixed[b], colour, thickness, cv2.LINE_AA, _SHIFT)
    for (_, b), colour in zip(skeleton.bone_indices, skeleton.colours, strict=True):
        if there[b] and radius > 0:
            cv2.circle(picture, fixed[b], radius, colour, -1, cv2.LINE_AA, _SHIFT)
    return picture


def draw_sequence_frame(poses: PoseSequence, frame: int, style: StickStyle) -> NDArray[np.uint8]:
    """Draw frame number `frame` of a pose sequence at the sequence's own size.

    Hands, as chains of 21 points, and the lines of the face are drawn over the body where the style
    has them and the poses do.
    """
    picture = draw_pose(
        poses.points[frame], poses.confidence[frame], poses.size, style, poses.skeleton
    )
    for part in poses.parts.values():
        draw_part(picture, part.points[frame], part.confidence[frame], style, part.skeleton)
    return picture


def draw_part(
    picture: NDArray[np.uint8],
    points: Floats,
    confidence: Floats,
    style: StickStyle,
    skeleton: Skeleton,
) -> None:
    """Draw a hand or the face of one pose over its stick figure, if the style has them.

    Args:
        picture: of `draw_pose`, drawn into.
        points: (joints, 2) pixels; NaN where missing.
        confidence: (joints,) in 0..1.
        style: line width and thresholds.
        skeleton: of `stickdance.capture.pose.parts`.
    """
    if style.fine <= 0:
        return
    there = np.isfinite(points).all(-1) & (confidence >= style.least_confidence)
    fixed = _fixed_point(points)
    thickness = max(1, round(style.fine * len(picture)))
    for (a, b), colour in zip(skeleton.bone_indices, skeleton.colours, strict=True):
        if there[a] and there[b]:
            cv2.line(picture, fixed[a], fixed[b], colour, thickness, cv2.LINE_AA, _SHIFT)


def _fixed_point(points: Floats) -> list[tuple[int, int]]:
    # cv2's pixel centres lie on whole numbers, ours on halves; far outside is clipped for int32.
    centred = np.nan_to_num((points - 0.5) * (1 << _SHIFT)).clip(-(1 << 20), 1 << 20)
    return [(int(x), int(y)) for x, y in np.rint(centred)]
