"""A song frame by frame, as the music encoder takes it: samples, and where in a bar they are."""

from collections.abc import Sequence

import numpy as np

from stickdance.capture.media.audio import Sound, blocks
from stickdance.choreography.learned.music_to_dance.options import FPS, SAMPLE_RATE, SAMPLES
from stickdance.choreography.plan_to_poses.transitions import beat_positions

HEARD = 12
"""Numbers for each frame that tell where it lies between beats and in its bar."""

_FULL = 32767


def song_samples(sound: Sound, frames: int) -> np.ndarray:
    """Return a song's samples (frames * 1600,) int16 at 16 kHz, its own extremes at the type's.

    After the song's end comes silence. Min-max scaling as in Ban 2021, section 4.1.
    """
    samples = np.zeros(frames * SAMPLES, np.int16)
    at = 0
    for block in blocks(sound, rate=SAMPLE_RATE):
        part = samples[at : at + len(block)]
        part[:] = np.clip(block[: len(part)], -1, 1) * _FULL
        at += len(part)
    return _stretched(samples)


def as_sound(samples: np.ndarray) -> np.ndarray:
    """Return int16 samples as float32 in -1..1, (..., frames, 1600)."""
    return (samples.astype(np.float32) / _FULL).reshape(*samples.shape[:-1], -1, SAMPLES)


def beat_clock(
    frames: int,
    beats: np.ndarray,
    downbeats: Sequence[int] | np.ndarray,
    metre: int,
    start: float = 0.0,
) -> np.ndarray:
    """Return where each frame lies between beats and in its bar, (frames, 12) float32.

    Args:
        frames: how many.
        beats: (beats,) rising seconds, at least two.
        downbeats: which beats begin a bar.
        metre: beats in a bar, for what lies before and after the downbeats.
        start: second of the first frame.

    Returns:
        Cosine and sine of 1/2 (steps go to one side and the other), 1, 3/2 and 2 waves a beat,
        counted from the first downbeat, and of 1 and 1/2 waves a bar.
    """
    position = beat_positions(beats, start + np.arange(frames) / FPS)
    firsts = np.asarray(downbeats, float) if len(downbeats) else np.zeros(1)
    bar = np.interp(position, firsts, np.arange(len(firsts)))
    before, after = np.minimum(position - firsts[0], 0), np.maximum(position - firsts[-1], 0)
    bar += (before + after) / metre
    beat = position - firsts[0]
    turns = 2 * np.pi * np.stack([beat / 2, beat, beat * 1.5, beat * 2, bar, bar / 2], axis=1)
    both = np.stack([np.cos(turns), np.sin(turns)], axis=-1)
    return both.reshape(frames, HEARD).astype(np.float32)


def _stretched(samples: np.ndarray) -> np.ndarray:
    low, high = int(samples.min()), int(samples.max())
    if low == high:
        return samples
    for start in range(0, len(samples), SAMPLES * 600):  # a minute at a time
        part = samples[start : start + SAMPLES * 600]
        part[:] = np.rint((part.astype(np.float32) - low) * (2 * _FULL / (high - low)) - _FULL)
    return samples
