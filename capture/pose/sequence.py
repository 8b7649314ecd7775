"""Pose sequences: one person's joints over time, in memory and on disk.

Conventions are those of the package: pixels of a frame of `size`, NaN and confidence 0 for a joint
that is not there.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stickdance.capture.pose.skeleton import OPENPOSE_18, SKELETONS, Floats, Skeleton, convert
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.npz_reader import read_npz
from stickdance.checkpoints.reading import refusing

if TYPE_CHECKING:
    from stickdance.capture.media.framing import Framing

_WANTED = ("points", "confidence", "fps", "size", "skeleton")
LARGEST_SIDE = 16_384
"""Pixels of a frame's longest side that a file may claim."""
_FARTHEST = 100.0  # sides of the frame: a joint that lies farther away is an error
_SUREST = 1.01  # rounding aside
_FASTEST = 1000.0  # frames a second


@dataclass(frozen=True)
class PoseSequence:
    """One person's joints over time.

    Raises:
        BadInput: shapes do not belong together, or frame rate and size are not positive.
    """

    points: Floats
    """(frames, joints, 2) float32, pixels."""
    confidence: Floats
    """(frames, joints) float32, 0..1."""
    fps: float
    size: tuple[int, int]
    """(width, height) of the frame that the pixels belong to."""
    skeleton: Skeleton = OPENPOSE_18
    depth: Floats | None = None
    """(frames, joints) float32, pixels towards the camera from the middle of the hips."""

    def __post_init__(self) -> None:
        """Check the shapes and settle the number types."""
        points = np.asarray(self.points, np.float32)
        confidence = np.asarray(self.confidence, np.float32)
        joints = len(self.skeleton)
        if points.ndim != 3 or points.shape[1:] != (joints, 2):
            raise BadInput(
                f"poses: expected points (frames, {joints}, 2) for {self.skeleton.name}, "
                f"found {points.shape}"
            )
        if confidence.shape != points.shape[:2]:
            raise BadInput(f"poses: confidence {confidence.shape} does not fit {points.shape}")
        if not (np.isfinite(self.fps) and self.fps > 0 and min(self.size) > 0):
            raise BadInput(f"poses: fps {self.fps} and size {self.size} must be positive")
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "confidence", confidence)
        if self.depth is not None:
            depth = np.asarray(self.depth, np.float32)
            if depth.shape != points.shape[:2]:
                raise BadInput(f"poses: depth {depth.shape} does not fit {points.shape}")
            object.__setattr__(self, "depth", depth)

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.points)

    @property
    def seconds(self) -> float:
        """Return the length in seconds."""
        return len(self) / self.fps

    def joint(self, name: str) -> Floats:
        """Return the path (frames, 2) of one joint."""
        return self.points[:, self.skeleton.index[name]]

    def part(self, start: int, stop: int) -> "PoseSequence":
        """Return the frames from `start` up to `stop`."""
        depth = None if self.depth is None else self.depth[start:stop]
        return replace(
            self,
            points=self.points[start:stop],
            confidence=self.confidence[start:stop],
            depth=depth,
        )

    def scaled(self, size: tuple[int, int]) -> "PoseSequence":
        """Return the same poses in pixels of a frame of another (width, height)."""
        factor: np.ndarray = np.array(size, np.float32) / np.array(self.size, np.float32)
        depth = None if self.depth is None else self.depth * float(factor.mean())
        return replace(self, points=self.points * factor, size=size, depth=depth)

    def framed(self, framing: "Framing") -> "PoseSequence":
        """Return the same poses, depth included, in pixels of the framed picture."""
        _, _, scale_x, scale_y = framing.transform(self.size)
        depth = None if self.depth is None else self.depth * ((scale_x + scale_y) / 2)
        points = framing.points(self.points, self.size)
        return replace(self, points=points, size=framing.size, depth=depth)

    def mirrored(self) -> "PoseSequence":
        """Return the poses as seen in a mirror: left and right exchanged."""
        order = list(self.skeleton.mirrored)
        points = self.points[:, order].copy()
        points[..., 0] = self.size[0] - points[..., 0]
        depth = None if self.depth is None else self.depth[:, order]
        return replace(self, points=points, confidence=self.confidence[:, order], depth=depth)

    def converted(self, skeleton: Skeleton) -> "PoseSequence":
        """Return the poses with the joints of another skeleton (see `skeleton.convert`)."""
        if skeleton == self.skeleton:
            return self
        points, confidence = convert(self.points, self.confidence, self.skeleton, skeleton)
        depth = None
        if self.depth is not None:
            depth = convert(self.depth[..., None], self.confidence, self.skeleton, skeleton)[0][
                ..., 0
            ]
        return replace(self, points=points, confidence=confidence, depth=depth, skeleton=skeleton)

    def resampled(self, fps: float) -> "PoseSequence":
        """Return the movement at another frame rate, linear between frames.

        The output covers the same seconds; frame `i` shows the time `i / fps`.
        """
        count = max(1, round(len(self) * fps / self.fps))
        at = np.clip(np.arange(count) * self.fps / fps, 0, len(self) - 1)
        low = np.floor(at).astype(int)
        share = (at - low).astype(np.float32)
        high = np.where(share > 0, np.minimum(low + 1, len(self) - 1), low)

        def blend(values: Floats) -> Floats:
            weight = share.reshape(-1, *[1] * (values.ndim - 1))
            blended: Floats = values[low] * (1 - weight) + values[high] * weight
            return blended

        depth = None if self.depth is None else blend(self.depth)
        return replace(
            self,
            points=blend(self.points),
            confidence=np.minimum(self.confidence[low], self.confidence[high]),
            fps=fps,
            depth=depth,
        )

    def save(self, path: Path) -> Path:
        """Write the sequence as NPZ (no pickle inside) and return the path."""
        values: dict[str, Any] = {
            "points": self.points,
            "confidence": self.confidence,
            "fps": np.float64(self.fps),
            "size": np.array(self.size, np.int64),
            "skeleton": np.array(self.skeleton.name),
        }
        if self.depth is not None:
            values["depth"] = self.depth
        with whole_file(Path(path)) as temporary, temporary.open("wb") as file:
            np.savez_compressed(file, **values)
        return Path(path)

    @staticmethod
    def load(path: Path) -> "PoseSequence":
        """Read a sequence that `save` wrote.

        Raises:
            BadInput: the file is absent, not such an NPZ, or its arrays do not fit together.
        """
        values = read_npz(Path(path), "poses in NPZ", wanted=_WANTED, optional=("depth",))
        with refusing(path, "poses in NPZ"):
            name = str(values["skeleton"])
            if name not in SKELETONS:
                raise ValueError(f"skeleton {name[:40]!r} is unknown; known: {list(SKELETONS)}")
            width, height = (int(side) for side in values["size"])
            poses = PoseSequence(
                values["points"],
                values["confidence"],
                float(values["fps"]),
                (width, height),
                SKELETONS[name],
                values.get("depth"),
            )
            _check_ranges(poses)
        return poses


def _check_ranges(poses: PoseSequence) -> None:
    """Refuse what no camera has seen; NaN stands for joints that are not there.

    Raises:
        ValueError: names the value that is out of range.
    """
    if max(poses.size) > LARGEST_SIDE or poses.fps > _FASTEST:
        raise ValueError(f"frames of {poses.size} at {poses.fps:g} a second are out of range")
    farthest = _FARTHEST * max(poses.size)
    for name, values in (("points", poses.points), ("depth", poses.depth)):
        if values is not None and (np.abs(values) > farthest).any():
            raise ValueError(f"{name} reach {np.nanmax(np.abs(values)):.3g} pixels")
    sure = poses.confidence
    if not ((sure >= 0) & (sure <= _SUREST)).all():
        raise ValueError("confidences are not all 0 to 1")
