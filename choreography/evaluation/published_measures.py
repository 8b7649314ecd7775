"""Motion beats, music beats, coverage, hit rate and FID as Ban's thesis has them.

They stand beside `metrics`, which has the same names for measures of ours.

    motion beats  at 10 frames a second each joint's speed, as a share of its largest, falls from a
                  peak to a minimum; the falls of all joints are added up, and a moment is a beat
                  where they exceed their standard deviation, of neighbouring moments the largest
    music beats   peaks of librosa's onset strength of the sound at 16 kHz: every strong onset, not
                  the beats that one counts
    coverage      motion beats per music beat
    hit rate      share of motion beats that have a music beat within 0.15 s
    FID           Frechet distance of two Gaussians over frames of poses in the window of 640x320
                  pixels (a unit is 160), without standardising; the features of its network were
                  not published with the thesis, so the poses themselves are compared

Conventions: times in seconds from the dance's first frame; rates are shares.

Source: Ban, "Generating Music-Driven Choreography with Deep Learning" (2021), section 4.4, after
Yalta et al. 2019 (motion beats by standard deviation), Ellis 2007 (onset strength) and Lee et al.
2019 (coverage, hit rate); the thesis names the measures, its published code the numbers. Published:
real dances 60.3 % and 91.5 %; GRU 14.8, 50.4 % and 91.5 %.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.ndimage import label, maximum_position
from scipy.signal import find_peaks

from stickdance.capture.media.audio import Sound, blocks
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.evaluation.metrics import share_near
from stickdance.choreography.evaluation.motion_features import (
    gaussian_distance,
    height_in_pixels,
    without_gaps,
)

FPS = 10.0
"""Frames a second of the poses that are measured."""
TOLERANCE = 0.15
"""Seconds."""

_RATE = 16_000
_HOP = 512
_AROUND, _ABOVE, _APART = 3, 0.5, 2  # frames of strength that a peak is beside; how far above
_WINDOW_HEIGHT = 1.5  # units of 160 pixels from ankles to nose, of a dancer in the window


def published_measures(poses: PoseSequence, onsets: np.ndarray) -> dict[str, Any]:
    """Return the thesis' beats of a dance.

    Args:
        poses: the dance.
        onsets: (onsets,) seconds, as `music_onsets` finds them.

    Returns:
        motion_beats, music_beats: how many; beat_coverage, hit_rate: None where there is nothing to
        count.
    """
    motion = motion_beats_by_deviation(poses)
    return {
        "motion_beats": len(motion),
        "music_beats": len(onsets),
        "beat_coverage": len(motion) / len(onsets) if len(onsets) else None,
        "hit_rate": share_near(motion, onsets, TOLERANCE),
    }


def motion_beats_by_deviation(poses: PoseSequence) -> np.ndarray:
    """Return the times (beats,) at which the joints together brake hardest."""
    points = poses.resampled(FPS).points.astype(float)
    if len(points) < 3:
        return np.zeros(0)
    steps = np.nan_to_num(np.diff(points, axis=0, prepend=points[:1]))
    speeds = np.linalg.norm(steps, axis=-1).T
    falls = np.sum([_falls(speed / speed.max()) for speed in speeds if speed.max() > 0], axis=0)
    strong = np.where(falls >= np.std(falls), falls, 0.0)
    runs, count = label(strong > 0)
    places = maximum_position(strong, runs, range(1, count + 1))
    return np.array([place[0] for place in places], float) / FPS


def music_onsets(sound: Sound) -> np.ndarray:
    """Return the times (onsets,) at which something strong starts in a sound."""
    import librosa

    samples = np.concatenate(list(blocks(sound, rate=_RATE)))
    strength = librosa.onset.onset_strength(y=samples, sr=_RATE, hop_length=_HOP)
    frames = librosa.util.peak_pick(
        strength, pre_max=_AROUND, post_max=_AROUND, pre_avg=_AROUND, post_avg=_AROUND,
        delta=_ABOVE, wait=_APART,
    )  # fmt: skip
    return np.asarray(librosa.frames_to_time(frames, sr=_RATE, hop_length=_HOP), np.float64)


def window_features(poses: PoseSequence) -> np.ndarray:
    """Return (frames, 36): joints in the window at 10 frames a second, begun in its middle.

    Raises:
        BadInput: no frame shows both hips, or head and feet are never seen upright.
    """
    points = poses.converted(OPENPOSE_18).resampled(FPS).points.astype(float)
    points = without_gaps(points)
    hips = points[0, [OPENPOSE_18.index["left_hip"], OPENPOSE_18.index["right_hip"]]].mean(axis=0)
    scaled = (points - hips) * (_WINDOW_HEIGHT / height_in_pixels(points))
    return scaled.reshape(len(points), -1)


def published_fid(dances: Sequence[np.ndarray], real: Sequence[np.ndarray]) -> float:
    """Return the distance of two sets of dances, given as `window_features`."""
    ours, theirs = (np.concatenate(list(some)) for some in (dances, real))
    return gaussian_distance(
        ours.mean(axis=0), np.cov(ours, rowvar=False), theirs.mean(axis=0),
        np.cov(theirs, rowvar=False),
    )  # fmt: skip


def _falls(speed: np.ndarray) -> np.ndarray:
    """Return, where a speed has a minimum, how far it fell from the peak before; else 0."""
    peaks, _ = find_peaks(speed)
    minima, _ = find_peaks(-speed)
    falls = np.zeros(len(speed))
    before = np.searchsorted(peaks, minima) - 1
    known = minima[before >= 0]
    falls[known] = speed[peaks[before[before >= 0]]] - speed[known]
    return falls
