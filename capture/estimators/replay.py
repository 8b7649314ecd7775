"""Poses from a saved sequence in place of an estimator: corrected poses, or another program's."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from capture.errors import BadInput
from capture.estimators.contract import FrameEstimate, Person
from capture.sequence import PoseSequence


class Replay:
    """Gives back the poses of a `PoseSequence`, frame by frame, scaled to the frames.

    It has no matte of its own.
    """

    name = "replay"

    def __init__(self, poses: PoseSequence, label: str = "the poses") -> None:
        self.poses = poses
        self.skeleton = poses.skeleton
        self._label = label

    @staticmethod
    def from_file(path: Path) -> "Replay":
        """Return a replay of a file that `PoseSequence.save` wrote."""
        return Replay(PoseSequence.load(path), str(path))

    def estimate(self, frames: Iterable[np.ndarray]) -> Iterator[FrameEstimate]:
        """Yield one estimate per frame; see `PoseEstimator`.

        Raises:
            BadInput: there are more frames than poses.
        """
        poses = self.poses
        for number, frame in enumerate(frames):
            if number >= len(self.poses):
                raise BadInput(
                    f"{self._label}: holds {len(self.poses)} poses, the footage has more frames; "
                    "expected one pose per frame"
                )
            size = (frame.shape[1], frame.shape[0])
            if poses.size != size:
                poses = self.poses.scaled(size)
            yield _estimate_of(poses, number)


def _estimate_of(poses: PoseSequence, number: int) -> FrameEstimate:
    confidence = poses.confidence[number]
    if not (confidence > 0).any():
        return FrameEstimate()
    depth = None if poses.depth is None else poses.depth[number]
    return FrameEstimate((Person(poses.points[number], confidence, depth),))
