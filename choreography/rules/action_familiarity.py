"""How well a target was seen in the poses of an action, and how far a dance lies from poses seen.

A renderer paints poses near those that it was trained on well, and others badly. The body profile
of a take or performer keeps the distinct poses seen; their distance says which actions to prefer,
and which seconds of a dance will look worst.

A mean over all joints hides a single arm that was never raised, while a renderer paints every limb
by itself. So an action is as familiar as its least familiar limb.

Conventions: distances are mean joint distances in body heights, as `BodyProfile.distance` gives
them; which poses are far, and the pose coverage, are told by
`stickdance.capture.conditions.pose_coverage`. A limb is its two outer joints, seen from its
root.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.conditions.pose_coverage import PoseCoverage, pose_coverage
from stickdance.capture.pose.body_profile import BodyProfile, normalised
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.files import whole_file
from stickdance.choreography.actions.action import Action
from stickdance.choreography.body.kinematics import DancerBody
from stickdance.choreography.body.pose_channels import mirrored
from stickdance.choreography.plan_to_poses.framing import staged

COVERAGE = "pose_coverage.json"
"""Name of the report in a dance's folder."""

LIMBS = {
    f"{side} {limb}": tuple(f"{side}_{joint}" for joint in joints)
    for side in ("left", "right")
    for limb, joints in {
        "arm": ("shoulder", "elbow", "wrist"),
        "leg": ("hip", "knee", "ankle"),
    }.items()
}
"""Limbs for people, each with its root and its outer joints."""

_PHASES = 24  # moments of an action that are looked at
_NEAR, _STRANGE = 0.75, 1.5  # shares of the far distance: quite familiar, not at all
_LIMB_FAR = 0.12  # body heights from which on a limb is far from where it was seen
_WORST = 5
_WORST_SECONDS = 2  # length of the stretches that are named


def familiarity(
    actions: Mapping[str, Action], profile: BodyProfile, body: DancerBody, strength: float = 1.0
) -> dict[str, float]:
    """Return how familiar (0..1) the target is with actions, by name.

    Args:
        actions: what might be danced.
        profile: the target, with the poses seen.
        body: the dancer made from it.
        strength: 0 takes every action as familiar, 1 believes the distances.
    """
    if not len(profile.poses) or strength == 0:
        return {}
    phases = np.linspace(0, 1, _PHASES)
    values = [action.poses(phases) for action in actions.values()]
    points = [staged(np.concatenate([one, mirrored(one)]), body, 25.0).points for one in values]
    if not points:
        return {}
    every = np.concatenate(points)  # at once: each pose seen is gone through once
    limbs = limb_distances(every, profile).max(axis=-1) / _LIMB_FAR
    distance = np.maximum(profile.distance(every) / profile.far_distance, limbs)
    near = np.clip((_STRANGE - distance) / (_STRANGE - _NEAR), 0, 1)
    means = near.reshape(len(points), -1).mean(axis=1)
    return {
        name: 1 - strength * (1 - float(mean)) for name, mean in zip(actions, means, strict=True)
    }


def limb_distances(points: np.ndarray, profile: BodyProfile) -> np.ndarray:
    """Return how far each limb lies from where it was seen, (frames, limbs of `LIMBS`).

    Args:
        points: (frames, 18, 2) pixels of the profile's frame.
        profile: with at least one pose seen.
    """
    poses = normalised(points, profile.skeleton, profile.height)
    out = np.empty((len(points), len(LIMBS)))
    for column, (root, *outer) in enumerate(LIMBS.values()):
        joints = [profile.skeleton.index[name] for name in outer]
        from_root = profile.skeleton.index[root]
        now = poses[:, joints] - poses[:, [from_root]]
        seen = profile.poses[:, joints] - profile.poses[:, [from_root]]
        nearest = np.full(len(now), np.inf)
        for one in seen:
            nearest = np.fmin(nearest, np.linalg.norm(now - one, axis=-1).mean(axis=-1))
        out[:, column] = nearest
    return out


@dataclass(frozen=True)
class FamiliarityReport:
    """How far a dance lies from the poses seen of its target, second by second."""

    coverage: PoseCoverage
    """Of the whole dance."""
    seconds: tuple[tuple[float, float], ...]
    """(mean distance, share of far poses) of each second of the dance."""
    limbs: tuple[str, ...]
    """The limb that lies farthest from where it was seen, of each second."""

    def worst(self, count: int = _WORST) -> list[tuple[int, float]]:
        """Return (first second, mean distance) of the farthest stretches of two seconds."""
        distance = np.array([mean for mean, _ in self.seconds])
        windows = np.convolve(distance, np.full(_WORST_SECONDS, 1 / _WORST_SECONDS), "valid")
        found: list[tuple[int, float]] = []
        for start in np.argsort(-windows, kind="stable").tolist():
            apart = all(abs(start - other) >= _WORST_SECONDS for other, _ in found)
            if apart and windows[start] > 0.5 * self.coverage.far_distance and len(found) < count:
                found.append((int(start), float(windows[start])))
        return sorted(found)

    def summary(self) -> dict[str, Any]:
        """Return what people should know, as JSON values."""
        return {
            **self.coverage.as_json(),
            "mean_distance": round(float(np.mean([mean for mean, _ in self.seconds])), 4),
            "worst": [
                f"{_clock(start)}-{_clock(start + _WORST_SECONDS)}: {distance:.3f}, most the "
                f"{self.limbs[start]}"
                for start, distance in self.worst()
            ],
        }

    def save(self, path: Path) -> Path:
        """Write the report as JSON and return the path."""
        rows = ",\n".join(
            f'  {{"second": {second}, "distance": {mean:.4f}, "far": {share:.3f}, '
            f'"limb": "{self.limbs[second]}"}}'
            for second, (mean, share) in enumerate(self.seconds)
        )
        head = json.dumps(self.summary(), indent=1)[:-2]
        with whole_file(Path(path)) as temporary:
            temporary.write_text(f'{head},\n "seconds": [\n{rows}\n ]\n}}\n', encoding="utf-8")
        return Path(path)


def familiarity_report(poses: PoseSequence, profile: BodyProfile) -> FamiliarityReport | None:
    """Return how far a dance lies from the poses seen; None where none are known.

    Args:
        poses: the dance, in pixels of the profile's frame.
        profile: the target.
    """
    coverage = pose_coverage(poses, profile)
    if coverage is None:
        return None
    second = (np.arange(len(poses)) / poses.fps).astype(int)
    count = np.bincount(second)
    needed = np.maximum(np.bincount(second, coverage.needed), 1)
    means = np.bincount(second, np.where(coverage.needed, coverage.distance, 0)) / needed
    shares = np.bincount(second, coverage.far) / needed
    limbs = np.nan_to_num(limb_distances(poses.points, profile))
    starts = np.searchsorted(second, np.arange(len(count)))
    farthest = (np.add.reduceat(limbs, starts, axis=0)).argmax(axis=1)
    return FamiliarityReport(
        coverage,
        tuple((float(mean), float(share)) for mean, share in zip(means, shares, strict=True)),
        tuple(list(LIMBS)[limb] for limb in farthest),
    )


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"
