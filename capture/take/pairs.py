"""(stick figure, photo, matte) pairs from a take, drawn and framed on demand."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from stickdance.capture.matting.outpainting import framed_plate
from stickdance.capture.media.framing import Framing
from stickdance.capture.media.prefetch import prefetched
from stickdance.capture.pose.stick_figure import StickStyle, draw_pose
from stickdance.capture.take.take import Take


@dataclass(frozen=True)
class Pair:
    """What a renderer learns from: the stick figure that it sees, the photo that it should give."""

    stick: np.ndarray
    """uint8 RGB (height, width, 3), the stick figure on black."""
    photo: np.ndarray
    """uint8 RGB (height, width, 3)."""
    matte: np.ndarray
    """uint8 (height, width), 255 the person."""
    index: int
    """Number of the frame, and of its pose, in the take."""


def pairs(
    take: Take,
    framing: Framing,
    start: int = 0,
    stop: int | None = None,
    style: StickStyle | None = None,
) -> Iterator[Pair]:
    """Yield one pair for each frame from `start` up to `stop`, streaming.

    Frames without any joint give a black stick figure.

    Args:
        take: where frames, mattes and poses come from.
        framing: crop and size of all three pictures; beyond the frames, photos show the plate.
        start: number of the first frame.
        stop: number of the frame to stop before; None: the end of the take.
        style: how stick figures are drawn; None: the usual way.
    """
    start, stop, _ = slice(start, stop).indices(take.frame_count)
    style = style or StickStyle()
    points = framing.points(take.poses.points, take.size)
    plate = framed_plate(take.plate, framing)
    with (
        closing(prefetched(take.frames(start, stop))) as frames,
        closing(prefetched(take.mattes(start, stop))) as mattes,
    ):
        for index, frame, matte in zip(range(start, stop), frames, mattes, strict=True):
            stick = draw_pose(
                points[index],
                take.poses.confidence[index],
                framing.size,
                style,
                take.poses.skeleton,
            )
            yield Pair(stick, framing.picture(frame, plate), framing.picture(matte), index)
