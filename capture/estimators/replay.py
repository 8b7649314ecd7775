"""Poses from a keypoint file in place of an estimator: corrected poses, or another program's."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stickdance.capture.estimators.contract import FrameEstimate
from stickdance.capture.keypoint_files.keypoints import Keypoints, People, keypoints_of
from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput

_SHORT_BY = 0.01  # share of the frames that programs may decode fewer of than we do


@dataclass(frozen=True)
class Playback:
    """Which moments of which footage the frames show that an estimator is given."""

    size: tuple[int, int]
    """(width, height) of the footage as shown: what keypoints in pixels refer to."""
    footage_fps: float
    """Frame rate of the footage: what a file with a record for each frame refers to."""
    fps: float
    """Frame rate at which frames are given."""
    start_seconds: float = 0.0
    """Time in the footage of the first frame given."""
    videos: int = 1
    """How many videos are watched, one after another."""


class Replay:
    """Gives back the people of a keypoint file, frame by frame, scaled to the frames.

    A file of another program holds one record for each frame of one video, from its beginning. What
    stickdance wrote begins where the take does, and goes on through all videos of the take. There
    is no matte.
    """

    name = "replay"

    def __init__(
        self,
        poses: Keypoints | PoseSequence,
        label: str = "the poses",
        playback: Playback | None = None,
    ) -> None:
        self._keypoints = keypoints_of(poses) if isinstance(poses, PoseSequence) else poses
        self.skeleton = self._keypoints.skeleton
        self.kind = self._keypoints.kind
        self.rated = self._keypoints.rated
        self.notes = tuple(f"{label}: {note}" for note in self._keypoints.notes)
        self._label = label
        self._playback = playback
        self._given = 0
        if playback is not None and playback.videos > 1 and not self._keypoints.own:
            raise BadInput(
                f"{label}: holds the poses of one video, but {playback.videos} are given; capture "
                "each with its own --poses"
            )

    @staticmethod
    def from_file(path: Path, playback: Playback | None = None) -> "Replay":
        """Return a replay of any file or folder that `keypoint_files` reads.

        Raises:
            BadInput: what `read_keypoints` refuses, or several videos for one video's poses.
        """
        return Replay(read_keypoints(path), str(path), playback)

    def estimate(self, frames: Iterable[np.ndarray]) -> Iterator[FrameEstimate]:
        """Yield one estimate per frame; see `PoseEstimator`.

        Raises:
            BadInput: there are more frames than poses, or frames of another shape.
        """
        keypoints, at = self._keypoints, self._given if self._keypoints.own else 0
        footage = None if self._playback is None else self._playback.size
        for number, frame in enumerate(frames):
            size = (frame.shape[1], frame.shape[0])
            if keypoints.size != size or keypoints.in_shares:
                keypoints = self._scaled(size, footage)
            self._given += 1
            yield FrameEstimate(self._people(keypoints, self._record(number) + at))

    def _scaled(self, size: tuple[int, int], footage: tuple[int, int] | None) -> Keypoints:
        try:
            return self._keypoints.scaled(size, footage)
        except BadInput as error:
            raise BadInput(f"{self._label}: {error}") from None

    def _record(self, number: int) -> int:
        """Return the number of the record nearest in time to a frame."""
        playback = self._playback
        if playback is None:
            return number
        if self._keypoints.own:
            rate, start = self._keypoints.fps or playback.fps, 0.0
        else:
            rate, start = self._keypoints.fps or playback.footage_fps, playback.start_seconds
        return math.floor((start + number / playback.fps) * rate + 0.5 + 1e-6)

    def _people(self, keypoints: Keypoints, record: int) -> People:
        count = len(keypoints)
        if record < count:
            return keypoints.frames[record]
        spare = 0 if keypoints.own else max(2, math.ceil(_SHORT_BY * count))
        if not keypoints.open_ended and record >= count + spare:
            raise BadInput(
                f"{self._label}: holds {count} poses, the footage has more frames; "
                "expected one pose per frame"
            )
        return ()
