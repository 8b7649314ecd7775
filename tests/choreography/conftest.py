"""Small sounds whose beats and sections are known by construction."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from stickdance.capture.media.audio import Sound, read_wav

RATE = 44_100


class SoundMaker:
    """Writes sounds into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def write(self, samples: np.ndarray, rate: int = RATE) -> Sound:
        self.count += 1
        path = self.folder / f"{self.count}.wav"
        soundfile.write(path, np.clip(samples, -1, 1), rate, subtype="PCM_16")
        return read_wav(path)

    def hits(self, times, shape, seconds: float) -> np.ndarray:
        """Return silence with a shape added at each time; with a list of shapes, one each."""
        samples = np.zeros(round(seconds * RATE))
        shapes = shape if isinstance(shape, list) else [shape] * len(times)
        for time, one in zip(times, shapes, strict=True):
            start = round(time * RATE)
            piece = one[: max(0, len(samples) - start)]
            samples[start : start + len(piece)] += piece
        return samples

    def click(self, frequency: float = 1000.0, loud: float = 0.5) -> np.ndarray:
        time = np.arange(round(0.03 * RATE)) / RATE
        return loud * np.sin(2 * np.pi * frequency * time) * np.exp(-time / 0.008)

    def drum(self, loud: float = 0.7) -> np.ndarray:
        time = np.arange(round(0.2 * RATE)) / RATE
        return (
            loud * np.sin(2 * np.pi * (60 * time - 2 * np.exp(-time / 0.03))) * np.exp(-time / 0.06)
        )

    def chord(self, pitches, seconds: float, loud: float = 0.08) -> np.ndarray:
        time = np.arange(round(seconds * RATE)) / RATE
        edge = np.minimum(1, np.minimum(time / 0.01, (seconds - time) / 0.02))
        tones = [
            np.sin(2 * np.pi * k * 440 * 2 ** ((pitch - 69) / 12) * time) / k
            for pitch in pitches
            for k in (1, 2, 3)
        ]
        return loud * np.sum(tones, axis=0) * edge


@pytest.fixture(scope="session")
def sound_maker() -> type[SoundMaker]:
    return SoundMaker


@pytest.fixture
def sounds(tmp_path) -> SoundMaker:
    return SoundMaker(tmp_path)
