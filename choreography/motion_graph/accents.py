"""Accents of filmed dancing: the moments that are laid on the beats of a song.

Real dancers put footfalls on the beat. Where the feet hardly move, what is seen on a beat is a
strike: the moment at which the joints brake hardest on their way to where they arrive. Not the
arrival itself: a body that is slowest on every beat stops in time instead of dancing.

Conventions
    Seconds from the first frame. Strengths in 0..1: a footfall counts as 1, a strike less, by how
    much of the dancer's usual speed is lost.

Sources: footfalls as in `evaluation.footfalls`; braking as what is seen of a gesture's beat is Luck
and Sloboda, "Exploring the spatio-temporal properties of simple conducting gestures" (2008).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.choreography.evaluation.flow import FPS, resampled
from stickdance.choreography.evaluation.footfalls import footfalls

_FEWEST_FRAMES = 8
_STRIKE = 0.5  # strength of a full stop from the dancer's higher speeds
_APART = 0.15  # seconds within which a strike is part of a footfall
_STEPPING = 0.7  # seconds about a footfall in which the feet say where the beat is
_AMONG_STEPS = 0.3  # share of its strength that a strike has there
_SMOOTH = 0.03  # seconds: sigma of the smoothing of the speed
_BURST = 0.15  # of the usual speed, by which a burst stands out at least


@dataclass(frozen=True)
class Accents:
    """The accents of a movement, and how much each of them counts."""

    times: NDArray[np.float64]
    """(accents,) seconds, rising."""
    strengths: NDArray[np.float64]
    """(accents,) 0..1."""

    def __len__(self) -> int:
        """Return the number of accents."""
        return len(self.times)


def find_accents(poses: PoseSequence, height: float) -> Accents:
    """Return the accents of a movement with their strengths.

    Args:
        poses: without gaps, `OPENPOSE_18`.
        height: of the body in pixels.
    """
    if len(poses) < _FEWEST_FRAMES:
        return Accents(np.zeros(0), np.zeros(0))
    path = resampled(poses.points.astype(float) * [1, -1] / height, poses.fps)
    falls = footfalls(path, FPS)
    strikes = _strikes(path)
    apart = np.abs(strikes.times[:, None] - falls[None]).min(axis=1, initial=np.inf)
    beside = apart > _APART
    weight = np.where(apart < _STEPPING, _AMONG_STEPS, 1.0)
    times = np.concatenate([falls, strikes.times[beside]])
    strengths = np.concatenate([np.ones(len(falls)), (weight * strikes.strengths)[beside]])
    order = np.argsort(times, kind="stable")
    return Accents(times[order], strengths[order])


def _strikes(path: NDArray[np.float64]) -> Accents:
    """Return where the joints brake hardest after each burst of speed."""
    speed = np.linalg.norm(np.gradient(path, 1 / FPS, axis=0), axis=-1).sum(axis=-1)
    speed = gaussian_filter1d(speed, _SMOOTH * FPS)
    usual = max(float(np.percentile(speed, 75)), 1e-9)
    tops, _ = find_peaks(speed, prominence=_BURST * usual, distance=round(_APART * FPS))
    times, strengths = [], []
    for top, stop in zip(tops, [*tops[1:], len(speed) - 1], strict=True):
        low = top + int(speed[top : stop + 1].argmin())
        if low > top:
            times.append((top + int(np.diff(speed[top : low + 1]).argmin()) + 0.5) / FPS)
            strengths.append(_STRIKE * min(float(speed[top] - speed[low]) / usual, 1.0))
    return Accents(np.array(times), np.array(strengths))
