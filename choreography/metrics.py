"""How well a dance keeps to its music and its body to itself.

Conventions
    Times in seconds from the dance's first frame. Motion beats are the moments at which a dancer
    arrives: local minima of the joints' summed speed that lie clearly below the speed around them.
    Rates are shares from 0 to 1.

Sources: hit rate and beat coverage as in paper 001 (after Ren et al. 2020); beat alignment scores
of FACT (google-research/mint) and Bailando (lisiyao21/Bailando), which are two definitions.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d
from scipy.signal import argrelextrema

from capture.sequence import PoseSequence
from capture.skeleton import OPENPOSE_18
from choreography.body import BONES

TOLERANCE = 0.07
"""Seconds between a motion beat and a music beat that count as together."""

_DIP = 0.85  # a motion beat's speed is below this share of the speed around it
_AROUND = 0.3  # seconds on either side that are "around"
_SHIFTS = 200


def evaluate(poses: PoseSequence, music_beats: np.ndarray, seed: int = 0) -> dict[str, Any]:
    """Score a dance against the beats of its music.

    Args:
        poses: the dance.
        music_beats: (beats,) seconds.
        seed: of the random shifts that chance is measured with.

    Returns:
        motion_beats, music_beats: how many; hit_rate: share of motion beats within 0.07 s of a
        music beat; hit_rate_by_chance: the same with the beats shifted at random, mean over 200
        shifts; hit_rate_150ms and its chance; beat_coverage: motion beats per music beat;
        beats_hit: share of music beats with a motion beat within 0.07 s; beat_align_fact and
        beat_align_bailando; rates are None where there is nothing to count.
    """
    motion = motion_beats(poses)
    chance = np.random.default_rng(seed)
    out: dict[str, Any] = {"motion_beats": len(motion), "music_beats": len(music_beats)}
    for name, tolerance in (("hit_rate", TOLERANCE), ("hit_rate_150ms", 0.15)):
        out[name] = share_near(motion, music_beats, tolerance)
        out[f"{name}_by_chance"] = _chance(motion, music_beats, tolerance, poses.seconds, chance)
    out["beat_coverage"] = len(motion) / len(music_beats) if len(music_beats) else None
    out["beats_hit"] = share_near(music_beats, motion, TOLERANCE)
    out["beat_align_fact"] = beat_align_fact(poses, music_beats)
    out["beat_align_bailando"] = beat_align_bailando(poses, music_beats)
    return out


def motion_beats(poses: PoseSequence) -> np.ndarray:
    """Return the times (beats,) at which the dancer arrives: clear minima of the joints' speed."""
    speed = joint_speed(poses)
    if len(speed) < 5:
        return np.zeros(0)
    smooth = gaussian_filter1d(speed, 0.03 * poses.fps)
    around = maximum_filter1d(smooth, 2 * max(1, round(_AROUND * poses.fps)) + 1)
    order = max(1, round(0.12 * poses.fps))
    lowest = argrelextrema(smooth, np.less_equal, order=order)[0]
    lowest = lowest[(lowest > 0) & (lowest < len(smooth) - 1)]
    moving = around > 0.1 * np.percentile(smooth, 95)
    lowest = lowest[(smooth[lowest] < _DIP * around[lowest]) & moving[lowest]]
    places = lowest[np.diff(lowest, prepend=-order - 1) > order]
    return (places + _between(smooth, places)) / poses.fps


def joint_speed(poses: PoseSequence) -> np.ndarray:
    """Return the joints' summed speed (frames,) in pixels a second, by central differences."""
    points = np.nan_to_num(poses.points.astype(float))
    if len(points) < 2:
        return np.zeros(len(points))
    velocity = np.gradient(points, axis=0) * poses.fps
    return np.linalg.norm(velocity, axis=-1).sum(axis=-1)


def share_near(times: np.ndarray, others: np.ndarray, tolerance: float) -> float | None:
    """Return the share of `times` that have one of `others` within `tolerance` seconds."""
    if len(times) == 0:
        return None
    if len(others) == 0:
        return 0.0
    return float((_nearest(times, others) <= tolerance).mean())


def beat_align_fact(poses: PoseSequence, music_beats: np.ndarray) -> float | None:
    """Return FACT's beat alignment: mean over motion beats, sigma 3 frames at 60 fps."""
    motion = argrelextrema(joint_speed(poses), np.less, order=10)[0] / poses.fps
    return _alignment(motion, music_beats)


def beat_align_bailando(poses: PoseSequence, music_beats: np.ndarray) -> float | None:
    """Return Bailando's beat alignment: mean over music beats, speed smoothed with sigma 5."""
    smooth = gaussian_filter1d(joint_speed(poses), 5)
    motion = argrelextrema(smooth, np.less)[0] / poses.fps
    return _alignment(music_beats, motion)


def bone_drift(joints: np.ndarray) -> float:
    """Return the largest relative change of any rigid bone over joints (frames, 18, 3)."""
    worst = 0.0
    for a, b in BONES:
        ends = joints[:, OPENPOSE_18.index[a]] - joints[:, OPENPOSE_18.index[b]]
        lengths = np.linalg.norm(ends, axis=-1)
        worst = max(worst, float(np.ptp(lengths) / lengths.mean()))
    return worst


def foot_slide(joints: np.ndarray, planted: float = 0.005) -> float:
    """Return how far planted feet slide, in body heights: mean over planted frames.

    Args:
        joints: (frames, 18, 3) in body heights, feet at height 0 when planted.
        planted: an ankle no higher than this in two frames in a row is planted.
    """
    moved = []
    for side in ("left", "right"):
        ankle = joints[:, OPENPOSE_18.index[f"{side}_ankle"]]
        down = (ankle[1:, 1] < planted) & (ankle[:-1, 1] < planted)
        moved.append(np.linalg.norm(np.diff(ankle[:, [0, 2]], axis=0), axis=-1)[down])
    every = np.concatenate(moved)
    return float(every.mean()) if len(every) else 0.0


def summary(scores: Mapping[str, Any]) -> str:
    """Return the scores that matter most in one line for people."""
    if scores["hit_rate"] is None:
        return "no movement to compare with the beats"
    return (
        f"{scores['hit_rate']:.0%} of {scores['motion_beats']} arrivals on a beat (chance "
        f"{scores['hit_rate_by_chance']:.0%}), {scores['beat_coverage']:.0%} beat coverage"
    )


def _between(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return where in -0.5..0.5 frames around each place a parabola has its minimum."""
    before, here, after = values[places - 1], values[places], values[places + 1]
    bend = before - 2 * here + after
    shift = 0.5 * (before - after) / np.where(np.abs(bend) < 1e-9, 1.0, bend)
    return np.clip(np.where(np.abs(bend) < 1e-9, 0.0, shift), -0.5, 0.5)


def _nearest(times: np.ndarray, others: np.ndarray) -> np.ndarray:
    place = np.clip(np.searchsorted(others, times), 1, max(len(others) - 1, 1))
    left, right = others[place - 1], others[np.minimum(place, len(others) - 1)]
    return np.minimum(np.abs(times - left), np.abs(times - right))


def _chance(
    motion: np.ndarray,
    music: np.ndarray,
    tolerance: float,
    seconds: float,
    random: np.random.Generator,
) -> float | None:
    """Return the mean share when the music's beats are shifted round by a random time."""
    if len(motion) == 0 or len(music) == 0:
        return None
    shares = []
    for shift in random.uniform(0, seconds, _SHIFTS):
        shifted = np.sort(np.mod(music + shift, seconds))
        shares.append(share_near(motion, shifted, tolerance))
    return float(np.mean([share for share in shares if share is not None]))


def _alignment(times: np.ndarray, others: np.ndarray) -> float | None:
    if len(times) == 0 or len(others) == 0:
        return None
    sigma = 3 / 60
    return float(np.exp(-(_nearest(times, others) ** 2) / (2 * sigma**2)).mean())
