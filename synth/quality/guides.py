"""Where mattes and poses of the reference come from: a take, files, or an estimator.

Files and takes are read beside the reference, frame by frame: by name where both are folders of
pictures, by time where both have a clock, else by number.
"""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256
from stickdance.synth.compute.array_types import Bytes
from stickdance.synth.quality.depths import eight_bits
from stickdance.synth.quality.regions import Guide
from stickdance.synth.quality.sides import Frame, Side

_SAME_SHAPE = 0.01  # relative difference of the sides' ratio that scaling may hide


@dataclass(frozen=True)
class GuideFiles:
    """Mattes and poses that lie in files."""

    mattes: Side | None = None
    poses: PoseSequence | None = None
    first: int = 0
    """Number of the matte and pose that belong to the reference's first frame."""
    digest: str = ""
    """Tells these files from others."""

    @staticmethod
    def open(
        take: Path | None, mattes: Path | None, poses: Path | None, first: int
    ) -> "GuideFiles":
        """Look at the files; those named by themselves go before those of the take.

        Raises:
            BadInput: one is missing or not what it should be.
        """
        if take is not None:
            from stickdance.capture.take.take import MATTES, POSES, Take

            whole = Take.load(take)
            mattes, poses = mattes or whole.path / MATTES, poses or whole.path / POSES
        side = None if mattes is None else Side.open(mattes)
        sequence = None if poses is None else PoseSequence.load(poses).converted(OPENPOSE_18)
        parts = ["" if side is None else side.digest(), "" if poses is None else sha256(poses)]
        digest = "" if not any(parts) else f"{' '.join(parts)} from {first}"
        return GuideFiles(side, sequence, first, digest)

    @property
    def regions(self) -> tuple[str, ...]:
        """Return the regions that these files can tell."""
        found = ("person", "background") if self.mattes is not None else ()
        return (*found, "face", "hands") if self.poses is not None else found


class GuideReader:
    """Gives the guide of each frame of a reference, asked for in order; close it at the end."""

    def __init__(self, files: GuideFiles, reference: Side) -> None:
        """Begin at the first frame."""
        self._files = files
        self._stream: Generator[Frame, None, None] | None = None
        self._named: dict[str, Frame] | None = None
        self._current: Frame | None = None
        if files.mattes is not None:
            if files.mattes.kind == reference.kind == "folder":
                self._named = {frame.name: frame for frame in files.mattes.frames()}
            else:
                self._stream = files.mattes.frames()

    def guide(self, frame: Frame, size: tuple[int, int]) -> Guide:
        """Return matte and pose of a frame of (width, height), scaled to it.

        Raises:
            BadInput: the matte or the poses are for frames of another shape.
        """
        matte = self._matte(frame)
        if matte is not None:
            matte = _fitted(matte, size, self._files.mattes)
        pose = self._pose(frame, size)
        points, confidence = (None, None) if pose is None else (pose.points, pose.confidence)
        return Guide(matte, points, confidence)

    def close(self) -> None:
        """End what decodes the mattes."""
        if self._stream is not None:
            self._stream.close()

    def _matte(self, frame: Frame) -> Bytes | None:
        mattes = self._files.mattes
        if mattes is None:
            return None
        if self._named is not None:
            found = self._named.get(frame.name)
        else:
            found = self._at(_place(frame, mattes.fps) + self._files.first)
        return None if found is None else eight_bits(found.read().picture)[..., 1]

    def _at(self, wanted: int) -> Frame | None:
        assert self._stream is not None
        while self._current is None or self._current.number < wanted:
            self._current = next(self._stream, None)
            if self._current is None:
                return None
        return self._current if self._current.number == wanted else None

    def _pose(self, frame: Frame, size: tuple[int, int]) -> Person | None:
        poses = self._files.poses
        if poses is None:
            return None
        place = _place(frame, poses.fps) + self._files.first
        if not 0 <= place < len(poses):
            return None
        _check_shape("--poses", poses.size, size)
        one = poses.part(place, place + 1).scaled(size)
        return Person(one.points[0], one.confidence[0])


def _place(frame: Frame, fps: float | None) -> int:
    """Return the number of the frame of another clock that is shown with this one."""
    if frame.seconds is None or fps is None:
        return frame.number
    return round(float(frame.seconds) * fps)


def _fitted(matte: Bytes, size: tuple[int, int], source: Side | None) -> Bytes:
    height, width = matte.shape
    if (width, height) == size:
        return matte
    _check_shape("mattes" if source is None else str(source.path), (width, height), size)
    method = cv2.INTER_AREA if width > size[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(matte, size, interpolation=method), np.uint8)


def _check_shape(what: str, found: tuple[int, int], size: tuple[int, int]) -> None:
    ratio = found[0] / found[1] * size[1] / size[0]
    if abs(ratio - 1) > _SAME_SHAPE:
        raise BadInput(
            f"{what}: is for frames of {found[0]}x{found[1]}, the reference has "
            f"{size[0]}x{size[1]}, expected the same shape"
        )
