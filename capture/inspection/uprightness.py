"""Does the picture lie on its side or on its head?

People are looked for in the picture as it is. Where most of them stand in another direction than
upright, and the estimator finds them upright in the picture turned accordingly, the picture lies.
Where hardly anybody is found, all four ways are tried.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from stickdance.capture.estimators.contract import Person, PoseEstimator
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.capture.tracking.follow import body_size

_LOOKS = 6  # pictures that people are looked for in
_SURE = 0.3  # confidence from which a joint tells where up is
_AGREE = 0.75  # share of the people found that must stand in one direction
_FOUND = 0.5  # share of the pictures that people must be found in
_WORSE = 0.05  # mean confidence that the turned picture may be worse by
_TURNS = (0, 90, 180, 270)


@dataclass(frozen=True)
class Uprightness:
    """How the picture must be turned, as far as people tell."""

    turn: int
    """Degrees clockwise that would set most people upright."""
    sure: bool
    """Whether the estimator agrees, having looked at the picture turned so."""


@dataclass(frozen=True)
class _Look:
    found: float
    """Share of the pictures with somebody."""
    turn: int
    """Degrees clockwise that would set most of them upright, in the picture looked at."""
    agree: float
    """Share of the people for whom that holds."""
    confidence: float


def find_uprightness(
    pictures: Sequence[np.ndarray], estimator: Callable[[], PoseEstimator]
) -> Uprightness:
    """Find out how pictures must be turned for people to stand in them.

    Args:
        pictures: RGB (height, width, 3), spread over the footage.
        estimator: makes an estimator, anew for each look.
    """
    places = np.linspace(0, len(pictures) - 1, min(_LOOKS, len(pictures))).round().astype(int)
    chosen = [pictures[place] for place in places]
    if not chosen:
        return Uprightness(0, True)
    before = _look(chosen, estimator())
    if before.found >= _FOUND:
        turns = [] if before.turn == 0 or before.agree < _AGREE else [before.turn]
    else:
        turns = [turn for turn in _TURNS if turn]
    looks = {turn: _look(_turned(chosen, turn), estimator()) for turn in turns}
    better = [turn for turn, look in looks.items() if _stands(look) and _better(look, before)]
    if better:
        return Uprightness(max(better, key=lambda turn: looks[turn].confidence), True)
    lies = before.turn if before.found >= _FOUND and before.agree > 0.5 else 0
    return Uprightness(lies, lies == 0)


def _look(pictures: Sequence[np.ndarray], estimator: PoseEstimator) -> _Look:
    turns, confidence = [], []
    for estimate in estimator.estimate(pictures):
        people = [person for person in estimate.people if np.isfinite(person.points).any()]
        if not people:
            continue
        person = max(people, key=body_size)
        turn = _turn(person, estimator.skeleton)
        if turn is not None:
            turns.append(turn)
            confidence.append(float(person.confidence.mean()))
    if not turns:
        return _Look(0.0, 0, 0.0, 0.0)
    most = max(_TURNS, key=turns.count)
    found, agree = len(turns) / len(pictures), turns.count(most) / len(turns)
    return _Look(found, most, agree, float(np.mean(confidence)))


def _turn(person: Person, skeleton: Skeleton) -> int | None:
    """Return how a person must be turned to be upright, in quarters; None where nothing tells."""
    shoulders, hips, ankles = (
        _middle(person, skeleton, part) for part in ("shoulder", "hip", "ankle")
    )
    up = shoulders - (hips if np.isnan(ankles).any() else ankles)
    if np.isnan(up).any():
        return None
    angle = float(np.degrees(np.arctan2(up[0], -up[1])))  # clockwise from upright
    return round(-angle / 90) * 90 % 360


def _middle(person: Person, skeleton: Skeleton, part: str) -> np.ndarray:
    names = [f"{side}_{part}" for side in ("left", "right")]
    if any(name not in skeleton.index for name in names):
        return np.full(2, np.nan)
    places = [skeleton.index[name] for name in names]
    sure = person.confidence[places] >= _SURE
    return np.where(sure[:, None], person.points[places], np.nan).mean(axis=0)


def _stands(look: _Look) -> bool:
    return look.found >= _FOUND and look.turn == 0 and look.agree >= _AGREE


def _better(look: _Look, before: _Look) -> bool:
    return before.found < _FOUND or look.confidence >= before.confidence - _WORSE


def _turned(pictures: Sequence[np.ndarray], degrees: int) -> list[np.ndarray]:
    return [np.ascontiguousarray(np.rot90(picture, -degrees // 90)) for picture in pictures]
