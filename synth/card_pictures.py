"""Sample pictures for a performer's card: real frames above the same poses painted."""

from collections.abc import Iterator

import numpy as np

from capture.take import Take
from synth.performer import Performer


def sample_strip(take: Take, performer: Performer, count: int = 6) -> np.ndarray:
    """Return real frames of the take above the same poses painted.

    They are frames that trained nothing; where a take keeps none, those that it trained on last.

    Args:
        take: what the performer was trained on.
        performer: who paints.
        count: of frames, evenly spread.

    Returns:
        uint8 RGB (2 * height, count * width, 3).
    """
    stop = take.frame_count
    start = take.training_frames if take.training_frames < stop else max(0, stop - count)
    wanted = np.unique(np.linspace(start, stop - 1, count).round().astype(int))
    real = dict(numbered(take.frames(start, stop), set((wanted - start).tolist())))
    points = performer.framing.points(take.poses.points[wanted], take.size)
    painted = performer.render(points, take.poses.confidence[wanted])
    columns = [
        np.vstack([performer.framing.picture(real[number]), picture])
        for number, picture in zip(sorted(real), painted, strict=True)
    ]
    return np.hstack(columns)


def numbered(frames: Iterator[np.ndarray], wanted: set[int]) -> Iterator[tuple[int, np.ndarray]]:
    """Yield the frames of a stream that are wanted, by their numbers, and read no further."""
    for number, frame in enumerate(frames):
        if number in wanted:
            yield number, frame.copy()
        if number >= max(wanted):
            return
