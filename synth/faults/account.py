"""Faults counted, and which frames are looked at: two a second, at most `MOST` of a dance.

A look takes 0.3 to 0.4 seconds of one core. The person's filmed frames are looked at first
(`examiner`).
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.synth.faults.evidence import Evidence
from stickdance.synth.faults.limits import Limits
from stickdance.synth.faults.wanted import Wanted

MOST = 96
"""Frames of a dance that are looked at."""
PER_SECOND = 2.0
_WORST = 12  # frames that are named


@dataclass
class Faults:
    """An account of frames that were looked at."""

    limits: Limits
    looked: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    frames: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    """Numbers of the frames with faults, and which."""

    def add(self, number: int, found: Evidence) -> dict[str, bool]:
        """Count a frame and return which faults it has."""
        here = self.limits.faults(found)
        self.looked += 1
        kinds = tuple(kind for kind, there in here.items() if there)
        self.kinds.update(kinds)
        if kinds:
            self.frames.append((number, kinds))
        return here

    def as_json(self, fps: float) -> dict[str, Any]:
        """Return the account: faults in 100 frames, by kind too, and the frames with most."""
        share = 100 / max(1, self.looked)
        worst = sorted(self.frames, key=lambda frame: -len(frame[1]))[:_WORST]
        return {
            "frames": self.looked,
            "faults_per_100_frames": round(share * self.kinds.total(), 2),
            "per_100_frames": {
                kind: round(share * self.kinds[kind], 2) for kind in self.limits.judged
            },
            "worst": [
                {"seconds": round(number / fps, 2), "faults": list(kinds)}
                for number, kinds in sorted(worst)
            ],
        }


def every(fps: float, frames: int, per_second: float = PER_SECOND) -> int:
    """Return every how many frames one is looked at."""
    return max(1, round(fps / per_second), -(-frames // MOST))


def equally_spaced(count: int, most: int) -> list[int]:
    """Return at most so many numbers below `count`, equally far apart."""
    return [int(each) for each in np.unique(np.linspace(0, count - 1, min(count, most)).round())]


def wanted_in(poses: PoseSequence, height: float) -> list[Wanted]:
    """Return what each frame of poses should show.

    Args:
        poses: in pixels of the frames.
        height: of the body, pixels.
    """
    known = poses.converted(OPENPOSE_18)
    pairs = zip(known.points, known.confidence, strict=True)
    return [Wanted.of(points, sure, height, poses.size) for points, sure in pairs]
