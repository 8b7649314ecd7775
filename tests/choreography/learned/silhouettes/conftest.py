"""A drawn figure that waves and sways, as mattes of something that looks like a take."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from stickdance.capture.take.take import Take
from stickdance.choreography.one_thread import one_thread


def drawn(phase, size=(96, 54)):
    """Return one matte: a body that sways, two arms that swing against each other."""
    width, height = size
    picture = np.zeros((height, width), np.uint8)
    unit = height / 54
    x, foot = width / 2 + 8 * unit * np.sin(phase), 50 * unit
    neck, hip = (x, 18 * unit), (x, 34 * unit)
    ends = [(neck, hip), (hip, (x - 4 * unit, foot)), (hip, (x + 4 * unit, foot))]
    for side in (-1, 1):
        angle = 1.2 * np.sin(phase * 2) * side
        reach = 14 * unit
        ends.append((neck, (x + side * reach * np.cos(angle), neck[1] + reach * np.sin(angle))))
    for a, b in ends:
        cv2.line(picture, np.rint(a).astype(int), np.rint(b).astype(int), 255, round(4 * unit))
    cv2.circle(picture, (round(x), round(12 * unit)), round(4 * unit), 255, -1)
    return picture


def dancing(frames, period=24.0):
    return np.stack([drawn(2 * np.pi * frame / period) for frame in range(frames)])


@dataclass(frozen=True)
class Matted:
    """What is looked at of a take."""

    path: Path
    pictures: np.ndarray
    fps: float = 20.0

    @property
    def size(self):
        return self.pictures.shape[2], self.pictures.shape[1]

    @property
    def frame_count(self):
        return len(self.pictures)

    @property
    def training_frames(self):
        return round(0.8 * len(self.pictures))

    def mattes(self):
        return iter(self.pictures)


@pytest.fixture
def figure():
    return drawn


@pytest.fixture(scope="session")
def dance():
    return dancing


@pytest.fixture(scope="session")
def take_of():
    return Matted


@pytest.fixture
def matted(monkeypatch):
    """Let takes be what is put here by name."""
    takes = {}
    monkeypatch.setattr(Take, "load", staticmethod(lambda folder: takes[Path(folder).name]))

    def put(name, pictures, fps=20.0):
        takes[name] = Matted(Path(name), pictures, fps)
        return Path(name)

    return put


@pytest.fixture(autouse=True)
def _one_thread():
    with one_thread():
        yield
