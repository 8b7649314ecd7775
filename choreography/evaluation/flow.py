"""How a dance moves: how fast, how still, how its hips tilt, when its feet fall, what recurs.

None of these is better the higher it is: a dance is judged by how near they come to those of real
dancers, whose speed has minima beside the beats as often as on them, while their feet fall on
beats and their movement recurs with beats and bars.

Conventions
    Joints of `OPENPOSE_18`, (frames, 18, 2 or 3), body heights (ground to nose), y up. Times in
    seconds from the first frame. Joints are read at `FPS`, smoothed a little, so that rates of
    recording and tremor compare.

Sources: speed minima and their alignment as in Bailando (lisiyao21/Bailando); jerk as the third
derivative (Flash and Hogan 1985).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline
from scipy.ndimage import gaussian_filter1d
from scipy.signal import argrelextrema

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.evaluation.footfalls import footfalls, standing_speed
from stickdance.choreography.music.structure import Section

FPS = 60.0
"""Frames a second that joints are measured at."""
STILL = 0.1
"""Body heights a second below which a body nearly stands still: breathing and swaying."""
FOOTFALL_TOLERANCE = 0.07
"""Seconds between a footfall and a beat that count as together."""
_SMOOTH = 0.03  # seconds: sigma of the smoothing of the joints
_MINIMA_SMOOTH = 5 / 60  # seconds: as Bailando smooths the speed

Joints = NDArray[np.float64]


@dataclass(frozen=True)
class Flow:
    """How a dance moves."""

    joint_speed: float
    """Mean speed of the joints, body heights a second."""
    near_still: float
    """Share of the time in which the joints' mean speed is below `STILL`."""
    jerk: float
    """Mean size of the joints' jerk over their mean speed, a second squared: how abrupt."""
    hip_tilt: float
    """Standard deviation of the hips' tilt to the side, degrees."""
    shoulder_tilt: float
    """The same of the shoulders."""
    footfalls_a_beat: float | None
    """How often a foot is set down, a beat."""
    footfalls_on_beats: float | None
    """Share of the footfalls within 0.07 s of a beat."""
    speed_minima_a_beat: float | None
    """Minima of the joints' speed, a beat: an arrival and a stop on every beat gives 1."""
    minima_alignment: float | None
    """Bailando's beat alignment: how near the minima of the speed lie to the beats."""
    beat_periodicity: float | None
    """Correlation of the joints' speed with itself a beat later."""
    bar_periodicity: float | None
    """Correlation of the joints' velocities with themselves a bar later."""
    foot_skating: float
    """Mean speed of standing feet over the ground, body heights a second."""


def measure_flow(joints: Joints, fps: float, beats: NDArray[np.float64], metre: int = 4) -> Flow:
    """Measure how a dance moves.

    Args:
        joints: (frames, 18, 2 or 3) body heights, y up, at least 8 frames, none missing.
        fps: frames a second.
        beats: (beats,) seconds; without at least two, what counts beats is None.
        metre: beats in a bar.
    """
    path = resampled(joints, fps)
    velocity = np.gradient(path, 1 / FPS, axis=0)
    speed = np.linalg.norm(velocity, axis=-1).mean(axis=1)
    jerk = np.gradient(np.gradient(velocity, 1 / FPS, axis=0), 1 / FPS, axis=0)
    falls = footfalls(path, FPS)
    inside = beats[(beats >= 0) & (beats <= len(path) / FPS)]
    counted = len(inside) >= 2
    minima = argrelextrema(gaussian_filter1d(speed, _MINIMA_SMOOTH * FPS), np.less)[0] / FPS
    return Flow(
        joint_speed=float(speed.mean()),
        near_still=float((speed < STILL).mean()),
        jerk=float(np.linalg.norm(jerk, axis=-1).mean() / max(speed.mean(), 1e-9)),
        hip_tilt=tilt(path, "hip"),
        shoulder_tilt=tilt(path, "shoulder"),
        footfalls_a_beat=len(falls) / len(inside) if counted else None,
        footfalls_on_beats=_near(falls, inside) if counted and len(falls) else None,
        speed_minima_a_beat=len(minima) / len(inside) if counted else None,
        minima_alignment=_alignment(inside, minima) if counted and len(minima) else None,
        beat_periodicity=_recurrence(speed[:, None], inside, 1) if counted else None,
        bar_periodicity=_recurrence(velocity.reshape(len(path), -1), inside, metre)
        if counted
        else None,
        foot_skating=standing_speed(path, FPS),
    )


def chorus_over_rest(
    joints: Joints, fps: float, sections: Sequence[Section], start: float = 0.0
) -> float | None:
    """Return the joints' speed in the choruses over that elsewhere; None where either is missing.

    Args:
        joints: (frames, 18, 2 or 3).
        fps: frames a second.
        sections: of the song.
        start: second of the song that the dance begins at.
    """
    speed = np.linalg.norm(np.diff(joints, axis=0), axis=-1).mean(axis=1)
    return _in_choruses(speed, fps, sections, start)


def chorus_size_over_rest(
    joints: Joints, fps: float, sections: Sequence[Section], start: float = 0.0
) -> float | None:
    """Return how large a picture the body makes in the choruses over that elsewhere.

    That is the mean area of the box around its joints as the camera sees them; arguments are those
    of `chorus_over_rest`.
    """
    area = np.ptp(joints[..., :2], axis=1).prod(axis=-1)
    return _in_choruses(area, fps, sections, start)


def _in_choruses(
    values: NDArray[np.float64], fps: float, sections: Sequence[Section], start: float
) -> float | None:
    """Return the mean of values (frames,) in the choruses over that elsewhere."""
    seconds = start + np.arange(len(values)) / fps
    inside = np.zeros((2, len(values)), bool)
    for section in sections:
        inside[int(section.chorus)] |= (seconds >= section.start) & (seconds < section.end)
    if not inside.any(axis=1).all():
        return None
    rest, chorus = (float(values[place].mean()) for place in inside)
    return chorus / rest if rest > 0 else None


def resampled(joints: Joints, fps: float) -> Joints:
    """Return joints at `FPS`, smoothed by 0.03 s."""
    times = np.arange(len(joints)) / fps
    wanted = np.arange(int(times[-1] * FPS) + 1) / FPS
    path = make_interp_spline(times, np.asarray(joints, float), k=3)(wanted)
    smooth: Joints = gaussian_filter1d(path, _SMOOTH * FPS, axis=0)
    return smooth


def tilt(joints: Joints, pair: str) -> float:
    """Return the standard deviation of the tilt of the line between two joints, in degrees."""
    left, right = (joints[:, OPENPOSE_18.index[f"{side}_{pair}"]] for side in ("left", "right"))
    apart = left - right
    length = np.maximum(np.linalg.norm(apart, axis=-1), 1e-9)
    return float(np.degrees(np.arcsin(apart[:, 1] / length)).std())


def _near(times: NDArray[np.float64], beats: NDArray[np.float64]) -> float:
    return float((_distance(times, beats) <= FOOTFALL_TOLERANCE).mean())


def _alignment(beats: NDArray[np.float64], minima: NDArray[np.float64]) -> float:
    return float(np.exp(-(_distance(beats, minima) ** 2) / (2 * (3 / 60) ** 2)).mean())


def _distance(times: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.abs(times[:, None] - others[None]).min(axis=1)


def _recurrence(values: NDArray[np.float64], beats: NDArray[np.float64], lag: int) -> float | None:
    """Return the correlation of values (frames, columns) with those so many beats later."""
    if len(beats) <= lag:
        return None
    frames = np.arange(len(values)) / FPS
    position = np.interp(frames, beats, np.arange(len(beats)), left=np.nan, right=np.nan)
    later = np.interp(position + lag, np.arange(len(beats)), beats, right=np.nan)
    there = np.flatnonzero(np.isfinite(later))
    if len(there) < 2:
        return None
    at = np.clip(np.round(later[there] * FPS).astype(int), 0, len(values) - 1)
    first, second = values[there], values[at]
    first, second = first - first.mean(axis=0), second - second.mean(axis=0)
    power = np.sqrt((first**2).sum() * (second**2).sum())
    return float((first * second).sum() / power) if power > 0 else None
