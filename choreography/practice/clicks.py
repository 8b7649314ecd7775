"""A metronome as a sound file."""

from collections.abc import Container, Sequence
from pathlib import Path

import numpy as np
import soundfile

_RATE = 44_100


def write_clicks(beats: Sequence[float], high: Container[float], seconds: float, to: Path) -> Path:
    """Write clicks on beats.

    Args:
        beats: their seconds.
        high: which of the beats, from 0, get a higher click.
        seconds: length of the sound.
        to: the .wav to write.
    """
    samples = np.zeros(round(seconds * _RATE), np.float32)
    time = np.arange(round(0.05 * _RATE)) / _RATE
    for number, beat in enumerate(beats):
        pitch = 1600 if number in high else 1000
        click = 0.5 * np.sin(2 * np.pi * pitch * time) * np.exp(-time / 0.01)
        at = round(beat * _RATE)
        samples[at : at + len(click)] += click[: len(samples) - at]
    soundfile.write(to, samples, _RATE, subtype="PCM_16")
    return to
