from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.media.images import write_png
from stickdance.capture.media.video import VideoWriter


@pytest.fixture
def noise_frames():
    """Give a function that makes so many noisy frames of a size (width, height)."""

    def make(seed: int, count: int = 5, size: tuple[int, int] = (64, 48)) -> list[np.ndarray]:
        random = np.random.default_rng(seed)
        return [random.integers(0, 256, (size[1], size[0], 3), np.uint8) for _ in range(count)]

    return make


@pytest.fixture
def make_folder(tmp_path):
    """Give a function that writes pictures into a folder of that name and returns it."""

    def make(name: str, pictures, pattern: str = "frame_{}.png") -> Path:
        for number, picture in enumerate(pictures):
            write_png(tmp_path / name / pattern.format(number), picture)
        return tmp_path / name

    return make


@pytest.fixture
def make_video(tmp_path):
    """Give a function that writes a video of a bar that moves so many pixels a second."""

    def make(name: str, count: int, fps: float = 25.0, speed: float = 100.0, crf: int = 4) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with VideoWriter(path, (64, 48), fps, crf=crf) as writer:
            for number in range(count):
                frame = np.full((48, 64, 3), 40, np.uint8)
                left = round(speed * number / fps)
                frame[:, left : left + 8] = 220
                writer.write(frame)
        return path

    return make
