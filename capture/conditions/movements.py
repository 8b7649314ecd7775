"""Movements: which of those that any dance needs were filmed, and which are missing.

Every need is a test of one pose, in body heights and seen from the person: hands above the head or
below the hips, arms wide or crossed, a step to either side, a turn, a squat, a lifted leg, nearer
to the camera and farther away. A need is met where it holds for some tenths of a second in all.

Conventions: those of `capture`; left and right are the person's own.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence

LEAST_SECONDS = 0.3
"""For how long in all a pose must be held to count as there."""

_SURE = 0.5  # confidence from which a joint counts
_GUESSED = 0.1  # and from which a shoulder does that the body hides
_SHOULDERS = 0.19  # body heights: at least so wide are those of a person filmed from the side alone


@dataclass(frozen=True)
class Seen:
    """How much of one need footage holds."""

    need: str
    """Key of `NEEDS`."""
    advice: str
    """What to do in front of the camera to meet it."""
    seconds: float
    """For how long in all it was seen."""
    first: float | None
    """When it was first seen, in seconds; None for never."""
    met: bool


@dataclass(frozen=True)
class Movements:
    """Which of the movements that a dance needs are there."""

    seen: tuple[Seen, ...]
    """One for each of `NEEDS`, in their order."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the needs that are not met."""
        return tuple(each.need for each in self.seen if not each.met)


def filmed_movements(poses: PoseSequence, body: BodyProfile) -> Movements:
    """Return which needs poses meet.

    Args:
        poses: cleaned, with the joints of `OPENPOSE_18`.
        body: the same person's measures in frames of the same size.
    """
    facts = _Facts.of(poses, body)
    least = max(LEAST_SECONDS, 2 / poses.fps)
    found = []
    for need, (advice, test) in NEEDS.items():
        frames = np.flatnonzero(test(facts))
        seconds = len(frames) / poses.fps
        first = float(frames[0] / poses.fps) if len(frames) else None
        met = seconds >= least - 1e-9
        found.append(
            Seen(need, advice, round(seconds, 2), None if first is None else round(first, 2), met)
        )
    return Movements(tuple(found))


def movements_as_json(movements: Movements) -> dict[str, Any]:
    """Return movements as JSON values."""
    return {
        "missing": list(movements.missing),
        "seen": [asdict(each) for each in movements.seen],
    }


def seen_movements(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what a take's report tells of each movement; [] where it tells nothing."""
    # Takes of earlier versions hold them under the name of another measure.
    return list(report.get("movements", report.get("pose_coverage", {})).get("seen", []))


@dataclass(frozen=True)
class _Facts:
    """Joints in body heights from the middle of the hips; comparisons with NaN are false."""

    joints: Mapping[str, np.ndarray]
    """(frames, 2) by name; NaN where a joint is not sure."""
    hips: np.ndarray
    """(frames, 2): the middle of the hips in body heights from its usual place."""
    torso: np.ndarray
    """(frames,): apparent length from neck to hips over its median."""
    facing: np.ndarray
    """(frames,): shoulder width over the person's, negative with the back to the camera."""
    standing: float
    """Height of the hips above the ankles when upright."""

    @staticmethod
    def of(poses: PoseSequence, body: BodyProfile) -> "_Facts":
        sure = (poses.confidence >= _SURE)[..., None]
        points = np.where(sure, poses.points, np.nan).astype(np.float64) / body.height
        index = poses.skeleton.index
        hips = (points[:, index["left_hip"]] + points[:, index["right_hip"]]) / 2
        joints = {name: points[:, place] - hips for name, place in index.items()}
        torso = np.linalg.norm(joints["neck"], axis=-1)
        across = _across(poses) / body.height
        ankles = np.maximum(joints["left_ankle"][:, 1], joints["right_ankle"][:, 1])
        usual = np.array([body.centre / body.height, _middle(hips[:, 1])])
        return _Facts(
            joints,
            hips - usual,
            torso / _middle(torso),
            across / max(body.shoulder_width / body.height, _SHOULDERS),
            float(np.nanpercentile(ankles, 90)) if np.isfinite(ankles).any() else np.nan,
        )

    def side(self) -> np.ndarray:
        """Return 1 where the person faces the camera, -1 where their back does."""
        return np.where(self.facing < 0, -1.0, 1.0)


def _across(poses: PoseSequence) -> np.ndarray:
    """Return (frames,) pixels from the right to the left shoulder, the far one hidden or not."""
    left, right = (poses.skeleton.index[f"{side}_shoulder"] for side in ("left", "right"))
    there = poses.confidence[:, [left, right]] >= _GUESSED
    apart = poses.points[:, left, 0] - poses.points[:, right, 0]
    sure = (poses.confidence[:, [left, right]] >= _SURE).any(axis=1)
    return np.where(there.all(axis=1) & sure, apart, np.nan)


def _middle(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def _hand_high(side: str) -> Callable[[_Facts], np.ndarray]:
    def test(facts: _Facts) -> np.ndarray:
        return facts.joints[f"{side}_wrist"][:, 1] < facts.joints["nose"][:, 1] - 0.02

    return test


def _hands_low(facts: _Facts) -> np.ndarray:
    both = [facts.joints[f"{side}_wrist"][:, 1] > -0.02 for side in ("left", "right")]
    return both[0] & both[1]


def _arms_wide(facts: _Facts) -> np.ndarray:
    def wide(side: str, outward: np.ndarray) -> np.ndarray:
        reach = facts.joints[f"{side}_wrist"] - facts.joints[f"{side}_shoulder"]
        return (outward * reach[:, 0] > 0.25) & (np.abs(reach[:, 1]) < 0.15)

    return wide("left", facts.side()) & wide("right", -facts.side())


def _arms_crossed(facts: _Facts) -> np.ndarray:
    left, right = facts.joints["left_wrist"], facts.joints["right_wrist"]
    across = facts.side() * (left[:, 0] - right[:, 0]) < -0.03
    before = (left[:, 1] > facts.joints["nose"][:, 1]) & (left[:, 1] < 0.02)
    return across & before & (right[:, 1] < 0.02)


def _step(side: int) -> Callable[[_Facts], np.ndarray]:
    def test(facts: _Facts) -> np.ndarray:
        return side * facts.hips[:, 0] > 0.12  # the person's left is on the right of the picture

    return test


def _squat(facts: _Facts) -> np.ndarray:
    ankles = np.maximum(facts.joints["left_ankle"][:, 1], facts.joints["right_ankle"][:, 1])
    return ankles < 0.78 * facts.standing


def _leg_lifted(facts: _Facts) -> np.ndarray:
    apart = facts.joints["left_ankle"][:, 1] - facts.joints["right_ankle"][:, 1]
    return np.abs(apart) > 0.12


def _sideways(facts: _Facts) -> np.ndarray:
    return np.abs(facts.facing) < 0.4


def _away(facts: _Facts) -> np.ndarray:
    return facts.facing < -0.4


NEEDS: dict[str, tuple[str, Callable[[_Facts], np.ndarray]]] = {
    "left hand high": ("raise your left hand above your head", _hand_high("left")),
    "right hand high": ("raise your right hand above your head", _hand_high("right")),
    "hands low": ("let both arms hang", _hands_low),
    "arms wide": ("stretch both arms out to the sides", _arms_wide),
    "arms crossed": ("cross your arms before your chest", _arms_crossed),
    "step to the left": ("take a step to your left", _step(1)),
    "step to the right": ("take a step to your right", _step(-1)),
    "turned to a side": ("turn so that the camera sees you from the side", _sideways),
    "turned away": ("turn your back to the camera", _away),
    "squat": ("bend your knees deep", _squat),
    "leg lifted": ("lift one foot off the ground", _leg_lifted),
    "nearer": ("take a step towards the camera", lambda facts: facts.torso > 1.07),
    "farther": ("take a step away from the camera", lambda facts: facts.torso < 0.93),
}
"""Need -> advice, and the test of it: `_Facts` -> bool (frames,)."""
