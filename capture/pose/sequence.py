"""Pose sequences: one person's joints over time, in memory and on disk.

Conventions are those of the package: pixels of a frame of `size`, NaN and confidence 0 for a joint
that is not there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stickdance.capture.pose.parts import MIRRORED, PARTS
from stickdance.capture.pose.skeleton import OPENPOSE_18, SKELETONS, Floats, Skeleton, convert
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.npz_reader import read_npz
from stickdance.checkpoints.reading import refusing

if TYPE_CHECKING:
    from stickdance.capture.media.framing import Framing

_WANTED = ("points", "confidence", "fps", "size", "skeleton")
_OPTIONAL = (
    "depth",
    *(f"{name}_{values}" for name in PARTS for values in ("points", "confidence")),
)
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
    parts: "Mapping[str, PoseSequence]" = field(default_factory=dict)
    """Hands and face, by the names of `PARTS`, where they were looked for and found."""

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
        for name, part in self.parts.items():
            _check_part(name, part, self)

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
            parts=self._of_parts(lambda part: part.part(start, stop)),
        )

    def scaled(self, size: tuple[int, int]) -> "PoseSequence":
        """Return the same poses in pixels of a frame of another (width, height)."""
        factor: np.ndarray = np.array(size, np.float32) / np.array(self.size, np.float32)
        depth = None if self.depth is None else self.depth * float(factor.mean())
        parts = self._of_parts(lambda part: part.scaled(size))
        return replace(self, points=self.points * factor, size=size, depth=depth, parts=parts)

    def framed(self, framing: "Framing") -> "PoseSequence":
        """Return the same poses, depth included, in pixels of the framed picture."""
        _, _, scale_x, scale_y = framing.transform(self.size)
        depth = None if self.depth is None else self.depth * ((scale_x + scale_y) / 2)
        points = framing.points(self.points, self.size)
        parts = self._of_parts(lambda part: part.framed(framing))
        return replace(self, points=points, size=framing.size, depth=depth, parts=parts)

    def mirrored(self) -> "PoseSequence":
        """Return the poses as seen in a mirror: left and right exchanged."""
        order = list(self.skeleton.mirrored)
        points = self.points[:, order].copy()
        points[..., 0] = self.size[0] - points[..., 0]
        depth = None if self.depth is None else self.depth[:, order]
        confidence = self.confidence[:, order]
        parts = {MIRRORED[name]: part.mirrored() for name, part in self.parts.items()}
        return replace(self, points=points, confidence=confidence, depth=depth, parts=parts)

    def converted(self, skeleton: Skeleton) -> "PoseSequence":
        """Return the poses with the joints of another skeleton (see `skeleton.convert`).

        Hands and face stay as they are.
        """
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
            parts=self._of_parts(lambda part: part.resampled(fps)),
        )

    def without_parts(self) -> "PoseSequence":
        """Return the body alone, without hands and face."""
        return replace(self, parts={})

    def _of_parts(
        self, change: "Callable[[PoseSequence], PoseSequence]"
    ) -> "dict[str, PoseSequence]":
        return {name: change(part) for name, part in self.parts.items()}

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
        for name, part in self.parts.items():
            values |= {f"{name}_points": part.points, f"{name}_confidence": part.confidence}
        with whole_file(Path(path)) as temporary, temporary.open("wb") as file:
            np.savez_compressed(file, **values)
        return Path(path)

    @staticmethod
    def load(path: Path) -> "PoseSequence":
        """Read a sequence that `save` wrote.

        Raises:
            BadInput: the file is absent, not such an NPZ, or its arrays do not fit together.
        """
        values = read_npz(Path(path), "poses in NPZ", wanted=_WANTED, optional=_OPTIONAL)
        with refusing(path, "poses in NPZ"):
            name = str(values["skeleton"])
            if name not in SKELETONS:
                raise ValueError(f"skeleton {name[:40]!r} is unknown; known: {list(SKELETONS)}")
            width, height = (int(side) for side in values["size"])
            try:
                poses = PoseSequence(
                    values["points"],
                    values["confidence"],
                    float(values["fps"]),
                    (width, height),
                    SKELETONS[name],
                    values.get("depth"),
                )
                poses = replace(poses, parts=_parts_in(values, poses))
            except BadInput as error:
                raise BadInput(f"{path}: {error}") from None
            for each in (poses, *poses.parts.values()):
                _check_ranges(each)
        return poses


def joined(sequences: Sequence[PoseSequence]) -> PoseSequence:
    """Return sequences of one skeleton, size and rate, one after the other.

    Depth and parts that only some of them have are missing in the others' frames.
    """
    depths = [
        np.full(each.confidence.shape, np.nan) if each.depth is None else each.depth
        for each in sequences
    ]
    known = any(each.depth is not None for each in sequences)
    names = dict.fromkeys(name for each in sequences for name in each.parts)
    return replace(
        sequences[0],
        points=np.concatenate([each.points for each in sequences]),
        confidence=np.concatenate([each.confidence for each in sequences]),
        depth=np.concatenate(depths) if known else None,
        parts={
            name: joined(
                [
                    each.parts[name] if name in each.parts else absent(name, each)
                    for each in sequences
                ]
            )
            for name in names
        },
    )


def absent(name: str, body: PoseSequence) -> PoseSequence:
    """Return a part, named as in `PARTS`, that no frame of a body shows."""
    shape = (len(body), len(PARTS[name]))
    points = np.full((*shape, 2), np.nan)
    return PoseSequence(points, np.zeros(shape), body.fps, body.size, PARTS[name])


def _parts_in(values: Mapping[str, Any], body: PoseSequence) -> dict[str, PoseSequence]:
    """Return the parts among the arrays of a file; KeyError where only half of one is there."""
    return {
        name: PoseSequence(
            values[f"{name}_points"], values[f"{name}_confidence"], body.fps, body.size, skeleton
        )
        for name, skeleton in PARTS.items()
        if f"{name}_points" in values or f"{name}_confidence" in values
    }


def _check_part(name: str, part: PoseSequence, body: PoseSequence) -> None:
    if part.skeleton != PARTS.get(name) or part.parts:
        raise BadInput(f"poses: {name} has the joints of {part.skeleton.name}")
    if (len(part), part.fps, part.size) != (len(body), body.fps, body.size):
        raise BadInput(
            f"poses: {name} has {len(part)} frames of {part.size} at {part.fps:g} a second, the "
            f"body {len(body)} of {body.size} at {body.fps:g}"
        )


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
