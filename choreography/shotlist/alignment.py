"""Where in footage the moves of a shot list are danced, found by the poses.

What is compared is how poses move: their joints about the middle of the torso, and that middle, in
body heights, less their mean over the move. So neither proportions nor a habit of holding the arms
a little lower counts; the likeness is a correlation: 1 where both move alike, 0 for other movement.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.signal import correlate

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.pose_distance import about_torso, torso_middles
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.choreography.shotlist.guide import Danced, Guide, guide_through
from stickdance.choreography.shotlist.shot_list import ShotList

LEAST_LIKE = 0.5
"""Correlation with the figure from which a move counts as danced."""
SHARED_SECONDS = 1.5
"""All moves together may come so much before or after where they are marked."""
_OWN_SHARE = 0.35  # of a beat: each move by itself besides
_JOINTS = (
    "nose", "neck", "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow",
    "left_wrist", "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A move found in footage."""

    number: int
    """Of the shot, from 1."""
    start: float
    """Seconds of the footage at which the body is in the shot's first pose."""
    likeness: float
    """Correlation with the figure's movement, -1..1."""
    late: float
    """Seconds after where it was marked, less what all moves are late by."""


def features_of(poses: PoseSequence, height: float) -> np.ndarray:
    """Return (frames, values) of poses, in body heights; what is not seen is carried on."""
    skeleton = poses.skeleton
    places = [skeleton.index[name] for name in _JOINTS]
    limbs = about_torso(poses.points, skeleton, height)[:, places]
    middle = torso_middles(poses.points, skeleton)[:, None] / height
    values = np.concatenate([limbs, middle], axis=1).reshape(len(poses), -1).astype(float)
    return _without_gaps(values)


def guide_start(
    film: np.ndarray, guide: Guide, body: BodyProfile, fps: float
) -> tuple[float, float]:
    """Return the second of footage at which a guide begins, and the likeness there.

    Args:
        film: (frames, values) of `features_of`.
        guide: that was followed without a stop.
        body: of the person filmed.
        fps: of the footage.
    """
    shown = features_of(guide.poses(body, fps), body.height)
    moving = np.zeros(len(shown), bool)
    length = 1 + round(guide.interval * fps)
    for one in guide.danced:
        first = round(one.start * fps)
        moving[first : first + length * guide.shot(one.number).beats] = True
    wanted = (shown - shown[moving].mean(axis=0)) * moving[:, None]
    own = film - film.mean(axis=0)
    products = sum(correlate(own[:, k], wanted[:, k]) for k in range(own.shape[1]))
    filmed = correlate((own**2).sum(axis=1), moving.astype(float)).clip(1e-9)
    # Footage that holds a part of the guide is judged by that part, a small one being chance.
    asked = correlate(np.ones(len(own)), (wanted**2).sum(axis=1)).clip(1e-9)
    share = asked / (wanted**2).sum()
    likeness = products / np.sqrt(filmed * asked) * np.sqrt(share)
    best = int(likeness.argmax())
    return (best - len(shown) + 1) / fps, float(likeness[best])


def find_moves(
    film: np.ndarray, listed: ShotList, marked: Sequence[Danced], body: BodyProfile, fps: float
) -> list[Found]:
    """Return each marked move where it was danced; those that lie outside are left out.

    Args:
        film: (frames, values) of `features_of`.
        listed: the shot list.
        marked: which moves begin when, in seconds of the footage, about.
        body: of the person filmed.
        fps: of the footage.
    """
    figures = {n: _figure(listed, n, body, fps) for n in {one.number for one in marked}}
    shared = round(SHARED_SECONDS * fps)
    together = np.sum(
        [_likeness(film, figures[o.number], round(o.start * fps), shared) for o in marked], axis=0
    )
    late = int(together.argmax()) - shared
    alone = max(1, round(_OWN_SHARE * 60 / listed.tempo * fps))
    found = []
    for one in marked:
        first = round(one.start * fps) + late
        likeness = _likeness(film, figures[one.number], first, alone)
        best = int(likeness.argmax())
        start = first + best - alone
        if np.isfinite(likeness[best]) and likeness[best] > -1 and start >= 0:
            own = (best - alone) / fps
            found.append(Found(one.number, start / fps, float(likeness[best]), own))
    return found


def _figure(listed: ShotList, number: int, body: BodyProfile, fps: float) -> np.ndarray:
    """Return (frames, values) of the figure doing one move."""
    guide = guide_through(listed, number, shown=False, times=1)
    values = features_of(guide.poses(body, fps), body.height)
    first = round(guide.danced[0].start * fps)
    return values[first : first + 1 + round(guide.shot(number).beats * guide.interval * fps)]


def _likeness(film: np.ndarray, figure: np.ndarray, first: int, most: int) -> np.ndarray:
    """Return the correlation (2 * most + 1,) of a figure from `first - most` to `first + most`.

    -1 where the footage does not hold all of it.
    """
    wanted = figure - figure.mean(axis=0)
    out = np.full(2 * most + 1, -1.0)
    for place in range(len(out)):
        start = first - most + place
        if start < 0 or start + len(figure) > len(film):
            continue
        own = film[start : start + len(figure)]
        own = own - own.mean(axis=0)
        scale = np.sqrt((own**2).sum() * (wanted**2).sum())
        out[place] = (own * wanted).sum() / max(scale, 1e-9)
    return out


def _without_gaps(values: np.ndarray) -> np.ndarray:
    """Fill missing values linearly over time; what is never there is 0."""
    frames = np.arange(len(values))
    for column in values.T:
        there = np.isfinite(column)
        if not there.all():
            column[~there] = (
                np.interp(frames[~there], frames[there], column[there]) if there.any() else 0
            )
    return values
