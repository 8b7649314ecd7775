"""SongClips whose dance is a plain function of the music, so that it can be learnt in seconds."""

import numpy as np
import pytest

from stickdance.capture.retargeting.body_from_poses import measure_figure
from stickdance.choreography.learned.music_to_dance.clips import SongClip
from stickdance.choreography.learned.music_to_dance.music_frames import beat_clock
from stickdance.choreography.learned.music_to_dance.options import FPS, SAMPLES
from stickdance.choreography.learned.music_to_dance.window import to_window, window_poses

STANDING = np.array(
    [
        (0, 1), (0, 0.86), (-0.1, 0.86), (-0.16, 0.7), (-0.18, 0.54), (0.1, 0.86), (0.16, 0.7),
        (0.18, 0.54), (-0.06, 0.54), (-0.06, 0.27), (-0.06, 0), (0.06, 0.54), (0.06, 0.27),
        (0.06, 0), (-0.02, 1.03), (0.02, 1.03), (-0.05, 1.02), (0.05, 1.02),
    ]
)  # fmt: skip
"""Joints of OPENPOSE_18 in body heights, y up."""


def swaying(tempo: float, seconds: float = 12.0, name: str = "clip", seed: int = 0) -> SongClip:
    """Return a dancer who sways to one side and back in two beats, to a click on every beat."""
    frames = round(seconds * FPS)
    beats = np.arange(0, seconds + 1, 60 / tempo)
    clock = beat_clock(frames, beats, range(0, len(beats), 4), 4)
    points = np.repeat(STANDING[None], frames, axis=0)
    points[..., 0] += 0.15 * clock[:, :1]
    samples = np.random.default_rng(seed).normal(0, 300, frames * SAMPLES)
    for beat in beats[beats < seconds]:
        start = round(beat * FPS * SAMPLES)
        samples[start : start + 400] += 20_000
    sound = np.clip(samples, -32767, 32767).astype(np.int16)
    return SongClip(name, to_window(points), sound, clock)


@pytest.fixture
def standing() -> np.ndarray:
    return STANDING


@pytest.fixture
def clips() -> list[SongClip]:
    return [swaying(tempo, name=f"{tempo}", seed=tempo) for tempo in (80, 95, 110, 125, 140)]


@pytest.fixture
def body(clips):
    return measure_figure(window_poses(np.concatenate([clip.poses for clip in clips]), FPS))
