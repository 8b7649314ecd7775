"""Sample pictures for a performer's card: real frames above the same poses painted."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stickdance.capture.matting.outpainting import framed_plate
from stickdance.capture.take.take import Take
from stickdance.synth.compute.array_types import Bytes
from stickdance.synth.performer.performer import Performer

_FRAMES_BEFORE = 5  # what showed longer ago has faded


@dataclass(frozen=True)
class Sample:
    """A frame of a take and the same pose painted, uint8 RGB of the performer's size."""

    seconds: float
    """Of the take."""
    real: Bytes
    painted: Bytes


def samples(take: Take, performer: Performer, count: int = 6) -> list[Sample]:
    """Return real frames of the take, each with the same pose painted.

    They are frames that trained nothing; where a take keeps none, those that it trained on last.

    Args:
        take: what the performer was trained on.
        performer: who paints.
        count: of frames, evenly spread.
    """
    stop = take.frame_count
    start = take.training_frames if take.training_frames < stop else max(0, stop - count)
    wanted = np.unique(np.linspace(start, stop - 1, count).round().astype(int))
    real = dict(numbered(take.frames(start, stop), set((wanted - start).tolist())))
    framing = performer.framing
    plate = framed_plate(take.plate, framing)
    return [
        Sample(
            (start + place) / take.fps,
            framing.picture(real[place], plate),
            _painted(take, performer, start, place),
        )
        for place in sorted(real)
    ]


def sample_strip(take: Take, performer: Performer, count: int = 6) -> Bytes:
    """Return `samples` beside one another, real frames above painted ones.

    Returns:
        uint8 RGB (2 * height, count * width, 3).
    """
    found = samples(take, performer, count)
    return np.hstack([np.vstack([each.real, each.painted]) for each in found])


def _painted(take: Take, performer: Performer, start: int, place: int) -> Bytes:
    """Return frame number `place` from `start` on as it looks in the dance, after those before."""
    first = max(0, place - _FRAMES_BEFORE)
    poses = take.poses.part(start + first, start + place + 1).framed(performer.framing)
    return performer.render(poses.points, poses.confidence, poses.depth)[-1]


def numbered(frames: Iterator[Bytes], wanted: set[int]) -> Iterator[tuple[int, Bytes]]:
    """Yield the frames of a stream that are wanted, by their numbers, and read no further."""
    for number, frame in enumerate(frames):
        if number in wanted:
            yield number, frame.copy()
        if number >= max(wanted):
            return
