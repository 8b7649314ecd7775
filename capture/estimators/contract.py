"""What every pose estimator gives: the people in each frame, and a matte where it has one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from capture.skeleton import Skeleton


@dataclass(frozen=True)
class Person:
    """One person found in one frame."""

    points: np.ndarray
    """(joints, 2) float32, pixels of the frame; NaN where a joint was not found."""
    confidence: np.ndarray
    """(joints,) float32, 0..1."""
    depth: np.ndarray | None = None
    """(joints,) float32, pixels towards the camera from the middle of the hips."""
    look: np.ndarray | None = None
    """The colours worn, see `capture.looks`; estimators leave it to whoever has the frame."""


@dataclass(frozen=True)
class FrameEstimate:
    """What was found in one frame."""

    people: tuple[Person, ...] = ()
    matte: np.ndarray | None = None
    """uint8 (height, width), 255 where a person is; None where the estimator gives none."""


@runtime_checkable
class PoseEstimator(Protocol):
    """Finds people in frames."""

    name: str
    """As in the catalogue."""
    skeleton: Skeleton
    """Whose joints its people have."""

    def estimate(self, frames: Iterable[np.ndarray]) -> Iterator[FrameEstimate]:
        """Yield one estimate for each RGB frame (height, width, 3), in order and streaming.

        The frames are one shot, in order of time, all of one size.
        """
        ...
