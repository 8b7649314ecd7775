"""Which joints of which frames an estimator got wrong: jumps, and runs that agree in being wrong.

Stages
    1. How much each joint moves is learned from the sequence itself, with a floor below which no
       body can be told from an estimator's noise.
       A film of many frames a second is judged as several of about thirty, dealt frame by frame.
    2. For each joint, the positions that belong to one movement are found (`trusted_path`): what
       comes before and after a run of wrong frames exposes it, however consistent it is in itself.
    3. Movements are learned once more without what was refused, and judged again.
    4. A bone that is longer than it ever is has a wrong end.
    5. A pose that is set on its head while its neighbours stand is wrong (`upended`).
    6. A frame of which many joints are wrong is wrong as a whole; a single joint that lies about
       where its neighbours in time say is kept after all.

Songha Ban's filter, `jump_filter`, compares each frame with one before it only.

Conventions: distances in body heights (see `body_height`).
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from stickdance.capture.cleaning.side_swaps import doubtful_sides, exchanged
from stickdance.capture.cleaning.trusted_path import Limits, left_out, poses_left_out
from stickdance.capture.cleaning.upended import upended
from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import Skeleton

_RATE = 30.0  # frames a second about which prices and floors below hold
_LONGEST = 13  # frames that a step over refused ones may span
_PRICE = 2.0  # of refusing a joint that the estimator is sure of
_POSE_PRICE = (
    0.8  # of refusing a whole pose: the mean over its joints is far steadier than one of them
)
_UNSURE = 0.4  # share of that price where it is not sure at all
_WHOLE = 0.3  # share of the joints that are wrong from which the frame is
_QUICK = ("wrist", "ankle", "elbow", "knee", "heel", "toe", "index", "thumb", "pinky")
_NOISE = 0.02  # what estimators err from frame to frame
_HARMLESS = 0.045  # off where a joint should be: within what estimators err, better kept
_TOO_LONG = 1.3  # times a bone's usual greatest length


@dataclass(frozen=True)
class _Floor:
    """What joints of a body at ease may do, and the most that this adds to a limit."""

    quick: float
    slow: float
    most_quick: float
    most_slow: float


_ACCELERATION = _Floor(30.0, 15.0, 0.07, 0.04)  # body heights a second squared
_SPEED = _Floor(3.0, 1.8, 0.3, 0.1)  # body heights a second


@dataclass(frozen=True)
class Misdetections:
    """What was found to be wrong."""

    joints: np.ndarray
    """(frames, joints) bool."""
    frames: np.ndarray
    """(frames,) bool: the whole pose is wrong; all its joints that are there are in `joints`."""
    exchanged: np.ndarray
    """(frames, joints) bool: left and right were taken for each other; right when exchanged."""
    doubtful_sides: tuple[tuple[int, int], ...] = ()
    """Runs of frames, (start, stop), in which they may be so, but for too long to be sure."""


def find(poses: PoseSequence, present: np.ndarray) -> Misdetections:
    """Return which joints and frames are wrong.

    Args:
        poses: as estimated.
        present: (frames, joints) bool, which joints were found at all.
    """
    points = np.where(present[..., None], poses.points, np.nan).astype(np.float64)
    points /= body_height(points, poses.skeleton)
    price = _PRICE * (_UNSURE + (1 - _UNSURE) * np.clip(poses.confidence, 0, 1))
    wrong, sides = np.zeros(present.shape, bool), np.zeros(present.shape, bool)
    for contaminated in (True, False):
        again = exchanged(np.where(wrong[..., None], np.nan, points), poses.skeleton, poses.fps)
        points = np.where(again[..., None], points[:, list(poses.skeleton.mirrored)], points)
        sides ^= again
        trusted = np.where(wrong[..., None], np.nan, points)
        wrong = _off_the_path(points, trusted, price, poses, contaminated)
    present = np.all(np.isfinite(points), axis=-1)
    wrong |= _stretched(np.where(wrong[..., None], np.nan, points), poses.skeleton)
    frames = _whole_frames(wrong, present) | upended(points, poses.skeleton, poses.fps)
    wrong = (wrong | frames[:, None]) & present
    wrong &= ~_harmless(points, wrong) | frames[:, None]
    known = np.where(wrong[..., None], np.nan, points)
    return Misdetections(wrong, frames, sides, doubtful_sides(known, poses.skeleton, poses.fps))


def _off_the_path(
    points: np.ndarray,
    trusted: np.ndarray,
    price: np.ndarray,
    poses: PoseSequence,
    contaminated: bool,
) -> np.ndarray:
    """Return (frames, joints) bool: what does not fit in.

    Of a film of many frames a second every second, third, ... frame is judged together: a run of
    wrong frames must not cost more to leave out, and a step over it not span less, because there
    are more of them in the same time.
    """
    wrong = np.zeros(points.shape[:2], bool)
    every = max(1, round(poses.fps / _RATE))
    for first in range(min(every, len(points))):
        dealt = slice(first, None, every)
        limits = learned_limits(trusted[dealt], poses.skeleton, poses.fps / every, contaminated)
        wrong[dealt] = _left_out(points[dealt], price[dealt], limits)
    return wrong


def _left_out(points: np.ndarray, price: np.ndarray, limits: Limits) -> np.ndarray:
    """Return (frames, joints) bool: whole poses that do not fit in, then joints one by one."""
    poses = poses_left_out(points, _POSE_PRICE * price.max(axis=1) / _PRICE, limits)
    joints = left_out(np.where(poses[:, None, None], np.nan, points), price, limits)
    return joints | (poses[:, None] & np.isfinite(points).all(-1))


def learned_limits(
    points: np.ndarray, skeleton: Skeleton, fps: float, contaminated: bool
) -> Limits:
    """Return how much each joint moves, robustly where up to a fifth of the frames may be wrong."""
    share, times = (70.0, 3.0) if contaminated else (95.0, 3.0)
    quick = np.array([any(part in name for part in _QUICK) for name in skeleton.joints])
    bend, reach = [np.ones(len(quick))], [np.ones(len(quick))]
    for gap in range(1, _LONGEST + 1):
        foreseen = points[1:-gap] + gap * (points[1:-gap] - points[: -gap - 1])
        off = times * _percentile(points[gap + 1 :] - foreseen, share)
        moved = times * _percentile(points[gap:] - points[:-gap], share)
        bend.append(np.maximum(off, _floor(_ACCELERATION, quick, gap * (gap + 1) / 2 / fps**2)))
        reach.append(np.maximum(moved, _floor(_SPEED, quick, gap / fps)))
    return Limits(np.stack(bend), np.stack(reach))


def _floor(of: _Floor, quick: np.ndarray, time: float) -> np.ndarray:
    """Return what a body at ease may do in some time, for each joint."""
    return _NOISE + np.minimum(
        np.where(quick, of.quick, of.slow) * time, np.where(quick, of.most_quick, of.most_slow)
    )


def _percentile(differences: np.ndarray, share: float) -> np.ndarray:
    """Return that percentile of the lengths for each joint, 0 where nothing is known."""
    lengths = np.linalg.norm(differences, axis=-1)
    known = np.isfinite(lengths).sum(axis=0) >= 5
    found = np.zeros(lengths.shape[1])
    if known.any():
        found[known] = np.nanpercentile(lengths[:, known], share, axis=0)
    return found


def _stretched(points: np.ndarray, skeleton: Skeleton) -> np.ndarray:
    """Return the outer ends of bones that are far longer than they otherwise get."""
    wrong = np.zeros(points.shape[:2], bool)
    for inner, outer in skeleton.bone_indices:
        length = np.linalg.norm(points[:, inner] - points[:, outer], axis=-1)
        if np.isfinite(length).sum() < 10:
            continue
        usual = np.nanpercentile(length, 90)
        wrong[:, outer] |= np.nan_to_num(length) > _TOO_LONG * usual + 2 * _NOISE
    return wrong


def _harmless(points: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """Return the refused joints that lie about where their neighbours in time say."""
    harmless = np.zeros(wrong.shape, bool)
    frames = np.arange(len(points))
    for joint in np.flatnonzero(wrong.any(axis=0)):
        known = np.flatnonzero(np.isfinite(points[:, joint]).all(-1) & ~wrong[:, joint])
        if len(known) < 2:
            continue
        filled = PchipInterpolator(known, points[known, joint])(
            np.clip(frames, known[0], known[-1])
        )
        off = np.linalg.norm(points[:, joint] - filled, axis=-1)
        harmless[:, joint] = wrong[:, joint] & (np.nan_to_num(off) < _HARMLESS)
    return harmless


def _whole_frames(wrong: np.ndarray, present: np.ndarray) -> np.ndarray:
    share = wrong.sum(axis=1) / np.maximum(1, present.sum(axis=1))
    return share >= _WHOLE
