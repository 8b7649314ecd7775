"""How well a dance's speed keeps to its music, and its body to itself.

Motion beats are minima of the joints' speed: a dance that stops on every beat has the highest
rates, while real dancers' minima lie beside the beats as often as on them. How near a dance comes
to theirs is told by `flow`.

Conventions
    Times in seconds from the dance's first frame. Motion beats are those of `motion_beats`. Rates
    are shares from 0 to 1.

Sources: hit rate and beat coverage as in Ban, "Generating Music-Driven Choreography with Deep
Learning" (2021), after Ren et al. 2020; beat alignment scores of FACT (google-research/mint) and
Bailando (lisiyao21/Bailando), which are two definitions.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.interpolate import make_interp_spline
from scipy.ndimage import gaussian_filter1d, maximum_filter1d
from scipy.signal import argrelextrema

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.body.kinematics import BONES
from stickdance.choreography.evaluation.motion_beats import motion_beats

TOLERANCE = 0.07
"""Seconds between a motion beat and a music beat that count as together."""

_PUBLISHED_FPS = 60.0  # of AIST++, which both beat alignment scores were made for
_SHIFTS = 200


def evaluate(poses: PoseSequence, music_beats: np.ndarray, seed: int = 0) -> dict[str, Any]:
    """Score the minima of a dance's speed against the beats of its music.

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


def share_near(times: np.ndarray, others: np.ndarray, tolerance: float) -> float | None:
    """Return the share of `times` that have one of `others` within `tolerance` seconds."""
    if len(times) == 0:
        return None
    if len(others) == 0:
        return 0.0
    return float((_nearest(times, others) <= tolerance).mean())


def beat_align_fact(poses: PoseSequence, music_beats: np.ndarray) -> float | None:
    """Return FACT's beat alignment: mean over motion beats, which are minima of the summed speed.

    As published: at 60 frames a second, each the lowest of 10 frames on either side, sigma 3
    frames.
    """
    speed = _speed_at(poses, _PUBLISHED_FPS)
    motion = argrelextrema(speed, np.less, order=10)[0] / _PUBLISHED_FPS
    return _alignment(motion, music_beats)


def beat_align_bailando(poses: PoseSequence, music_beats: np.ndarray) -> float | None:
    """Return Bailando's beat alignment: mean over music beats of the nearest motion beat.

    As published: at 60 frames a second, minima of the speed smoothed with sigma 5 frames; the
    falling off has sigma 3 frames.
    """
    speed = gaussian_filter1d(_speed_at(poses, _PUBLISHED_FPS), 5)
    motion = argrelextrema(speed, np.less)[0] / _PUBLISHED_FPS
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


def slide_in_picture(poses: PoseSequence, height: float) -> float:
    """Return how far planted feet slide across the picture, in body heights a frame: mean.

    An ankle is planted while it stays within 1 % of the height of the lowest row that it has within
    half a second, for footage that is not known in space.

    Args:
        poses: the dance, in pixels.
        height: of the body in those pixels.
    """
    around = 2 * max(1, round(0.25 * poses.fps)) + 1
    moved = []
    for side in ("left", "right"):
        ankle = np.nan_to_num(poses.joint(f"{side}_ankle").astype(float))
        low = maximum_filter1d(ankle[:, 1], around) - ankle[:, 1] < 0.01 * height
        down = low[1:] & low[:-1]
        moved.append(np.abs(np.diff(ankle[:, 0]))[down] / height)
    every = np.concatenate(moved)
    return float(every.mean()) if len(every) else 0.0


def summary(scores: Mapping[str, Any]) -> str:
    """Return the scores that matter most in one line for people."""
    if scores["hit_rate"] is None:
        return "no movement to compare with the beats"
    return (
        f"{scores['hit_rate']:.0%} of {scores['motion_beats']} speed minima on a beat (chance "
        f"{scores['hit_rate_by_chance']:.0%}), {scores['beat_coverage']:.0%} beat coverage"
    )


def _speed_at(poses: PoseSequence, fps: float) -> np.ndarray:
    """Return the joints' summed speed at another frame rate, smooth between the frames."""
    points = np.nan_to_num(poses.points.astype(float))
    if len(points) < 5:
        return np.zeros(len(points))
    path = make_interp_spline(np.arange(len(points)) / poses.fps, points, k=3)
    times = np.arange(int((len(points) - 1) / poses.fps * fps) + 1) / fps
    return np.linalg.norm(path.derivative()(times), axis=-1).sum(axis=-1)


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
