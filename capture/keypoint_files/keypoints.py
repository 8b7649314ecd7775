"""What every keypoint file comes down to: the people in each frame."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from stickdance.capture.estimators.contract import Person, sequence_of
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.checkpoints.errors import BadInput

People = tuple[Person, ...]
"""Everybody in one frame."""

_SHAPES_ALIKE = 0.02  # relative difference of the shapes of two frames


@dataclass(frozen=True)
class Keypoints:
    """The people of each frame, as a file tells of them."""

    kind: str
    """The format, for people to read: "OpenPose BODY_25"."""
    skeleton: Skeleton
    frames: tuple[People, ...]
    size: tuple[int, int] | None = None
    """(width, height) of the frames that the pixels belong to; None where the file does not say."""
    fps: float | None = None
    """Frames a second; None where the file does not say."""
    notes: tuple[str, ...] = ()
    """What was missing or had to be assumed, a line each."""
    in_shares: bool = False
    """Whether coordinates are shares of the frame's width and height instead of pixels."""
    open_ended: bool = False
    """Whether the format leaves out frames without people, so that more may follow the last."""
    rated: bool = True
    """Whether the file tells confidences; where it does not, joints that are there count as 1."""
    own: bool = False
    """Whether stickdance wrote it: then it begins where the take does, not where the video does."""

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.frames)

    def scaled(self, size: tuple[int, int], footage: tuple[int, int] | None = None) -> "Keypoints":
        """Return the people in pixels of frames of another size.

        Args:
            size: (width, height) wanted.
            footage: (width, height) of the footage that the file was made from, which the pixels
                belong to where the file does not say otherwise; by default `size`.

        Raises:
            BadInput: the file belongs to frames of another shape.
        """
        if self.in_shares:
            return _multiplied(self, np.array(size, np.float32), size)
        known = self.size or footage or size
        if abs(known[0] * size[1] / (known[1] * size[0]) - 1) > _SHAPES_ALIKE:
            raise BadInput(
                f"the {self.kind} keypoints belong to frames of {known[0]}x{known[1]}, found "
                f"{size[0]}x{size[1]}; expected frames of one shape"
            )
        return _multiplied(self, np.array(size, np.float32) / np.array(known, np.float32), size)

    def poses(self, size: tuple[int, int] | None = None, fps: float | None = None) -> PoseSequence:
        """Return the poses of one person: the target, where there are several.

        Args:
            size: (width, height) of the frames, where the file does not say.
            fps: frames a second, where the file does not say.

        Raises:
            BadInput: size or frame rate is known neither from the file nor from the arguments.
        """
        size, fps = self.size or size, self.fps or fps
        if size is None or fps is None:
            lacking = "frame size" if size is None else "frame rate"
            raise BadInput(f"{self.kind} keypoints do not say the {lacking}; name it")
        frames = (self.scaled(size) if self.in_shares else self).frames
        return sequence_of(target_of(frames, size, fps), self.skeleton, size, fps)


def keypoints_of(poses: PoseSequence) -> Keypoints:
    """Return a pose sequence as the people of each frame: one, or nobody."""
    frames: list[People] = []
    for number, confidence in enumerate(poses.confidence):
        depth = None if poses.depth is None else poses.depth[number]
        there = bool((confidence > 0).any())
        parts = {
            name: Person(part.points[number], part.confidence[number])
            for name, part in poses.parts.items()
            if (part.confidence[number] > 0).any()
        }
        person = Person(poses.points[number], confidence, depth, parts=parts)
        frames.append((person,) if there else ())
    return Keypoints("stickdance", poses.skeleton, tuple(frames), poses.size, poses.fps, own=True)


def target_of(frames: Sequence[People], size: tuple[int, int], fps: float) -> list[Person | None]:
    """Return the target in each frame; tracking chooses only where somewhere there are several."""
    if all(len(people) <= 1 for people in frames):
        return [people[0] if people else None for people in frames]
    from stickdance.capture.tracking.follow import follow

    return follow(frames, patience=max(1, round(fps / 2)), size=size).people


def _multiplied(keypoints: Keypoints, factor: np.ndarray, size: tuple[int, int]) -> Keypoints:
    if (factor == 1).all() and keypoints.size == size:
        return keypoints
    # A depth in shares is one of the width, as MediaPipe has it.
    deep = float(factor[0] if keypoints.in_shares else factor.mean())
    frames = tuple(
        tuple(
            replace(
                person.moved(lambda points: points * factor),
                depth=None if person.depth is None else person.depth * deep,
            )
            for person in people
        )
        for people in keypoints.frames
    )
    return replace(keypoints, frames=frames, size=size, in_shares=False)
