"""Footage of a bright square that goes round at a steady pace on a grey ground."""

import numpy as np
import pytest

from stickdance.capture.media.video import VideoWriter

SIDE = 12


def square_going_round(frames: int, step: int = 2) -> np.ndarray:
    """Return uint8 (frames, 24, 30); the square moves `step` pixels a frame and comes in again."""
    out = np.full((frames, 24, 30), 90, np.uint8)
    for number, frame in enumerate(out):
        columns = (np.arange(SIDE) + step * number) % 30
        frame[6 : 6 + SIDE, columns] = 220
    return out


@pytest.fixture(scope="session")
def going_round():
    return square_going_round


@pytest.fixture(scope="session")
def video(tmp_path_factory):
    """The square as a video of 300x240 pixels, 60 frames, 10 a second."""
    path = tmp_path_factory.mktemp("footage") / "square.mp4"
    with VideoWriter(path, (300, 240), 10.0, crf=4) as writer:
        for frame in square_going_round(60):
            large = frame.repeat(10, axis=0).repeat(10, axis=1)
            writer.write(np.repeat(large[..., None], 3, axis=2))
    return path
