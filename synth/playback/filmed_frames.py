"""The filmed frames that a performer keeps, to be shown again: the person of every training frame.

In the performer's folder
    footage.bin          the pictures, JPEG, then the mattes, PNG, one after the other; each is cut
                         to the person and a little of the room around, and the room is the plate:
                         without the person's shadow, in the plate's light
    footage.safetensors  boxes, lengths, numbers in the take, poses, frames a second

Pictures are read from the disk when they are asked for, so that long footage takes no memory.
Frames that were held out are not in it.
"""

import shutil
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
import torch

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.tensors import read_tensors, write_tensors
from stickdance.synth.appearance.frame_pool import FramePool
from stickdance.synth.compute.array_types import Bytes, Floats, Integers
from stickdance.synth.playback.byte_slices import ByteSlices
from stickdance.synth.playback.layers import Layer

PIXELS, INDEX = "footage.bin", "footage.safetensors"
_FARTHEST = 8  # sides of a picture that a joint may lie away
_SURE = 80  # matte value from which a pixel is the person's; fainter ones may be a shadow's edge


@dataclass(frozen=True)
class FilmedFrames:
    """Filmed frames of one person, framed like the performer's pictures."""

    folder: Path
    pool: FramePool = field(repr=False)
    frames: Integers
    """(kept,) their numbers in the take, rising."""
    scenes: Integers
    """(kept,) which source each was filmed in."""
    points: Floats
    """float32 (kept, joints, 2) pixels, NaN where missing."""
    fps: float
    """Of the take."""
    plate: Bytes = field(repr=False)
    """uint8 RGB (height, width, 3), the room of all pictures."""
    left_right_difference: float | None = None
    """How differently the person looks on both sides (`capture.conditions.symmetry`)."""

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.frames)

    @property
    def spacing(self) -> int:
        """Return how many frames of the take lie between two that follow each other here."""
        return int(np.median(np.diff(self.frames))) if len(self.frames) > 1 else 1

    @cached_property
    def runs(self) -> Integers:
        """Return (kept,) int: those filmed in a row, a frame after the other, have one number."""
        breaks = (np.diff(self.frames) != self.spacing) | (np.diff(self.scenes) != 0)
        return np.concatenate([[0], np.cumsum(breaks)])

    def layer(self, place: int, elsewhere: float = 0.0) -> Layer:
        """Return one frame's person, and how the room around them differs from the plate.

        Args:
            place: which of the frames.
            elsewhere: 0 where they are shown in the place where they were filmed; the more they are
                moved, up to 1, the less is shown of what belongs to the room there.
        """
        left, top, right, bottom = (int(side) for side in self.pool.boxes[place])
        picture, matte = self.pool.crop(place)
        room = self.plate[top:bottom, left:right]
        layer = Layer.of(picture, matte.astype(np.float32) / 255, room, left, top)
        if elsewhere > 0:
            kept = 1 - np.float32(elsewhere) * of_room(matte)
            for channel in range(4):
                layer.pixels[..., channel] *= kept
        return layer

    def cut_sides(self, place: int) -> tuple[bool, bool, bool, bool]:
        """Return whether the left, top, right and bottom of the frame cut the person off."""
        left, top, right, bottom = (int(side) for side in self.pool.boxes[place])
        width, height = self.pool.size
        person = self.pool.crop(place)[1] > _SURE
        return (
            left == 0 and bool(person[:, 0].any()),
            top == 0 and bool(person[0].any()),
            right == width and bool(person[:, -1].any()),
            bottom == height and bool(person[-1].any()),
        )

    def copy_to(self, folder: Path) -> None:
        """Write the two files into another folder."""
        for name in (PIXELS, INDEX):
            shutil.copyfile(self.folder / name, folder / name)

    @staticmethod
    def load(folder: Path, plate: Bytes) -> "FilmedFrames | None":
        """Read a performer's filmed frames; None where it keeps none.

        Raises:
            BadInput: the files do not belong together.
        """
        path = folder / INDEX
        if not path.is_file():
            return None
        tensors, about = read_tensors(path)
        arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
        try:
            film = _checked(folder, arrays, float(about["fps"]), plate)
            difference = about.get("left_right_difference")
            return replace(film, left_right_difference=difference and float(difference))
        except (KeyError, ValueError, TypeError, OSError) as error:
            what = f"not the filmed frames of a performer ({error!s:.100})"
            raise BadInput(f"{path}: {what}") from None


def of_room(matte: Bytes) -> Floats:
    """Return float32 (height, width): 1 where a uint8 matte knows nobody, softly."""
    person = cv2.dilate((matte > _SURE).astype(np.float32), np.ones((5, 5), np.uint8))
    return np.asarray(1 - cv2.blur(person, (3, 3)), np.float32)


def write_index(
    folder: Path,
    lengths: Integers,
    boxes: Integers,
    frames: Integers,
    scenes: Integers,
    points: Floats,
    fps: float,
    left_right_difference: float | None,
) -> None:
    """Write what is known of the pictures in `footage.bin`; arguments as in `FilmedFrames`."""
    arrays = {
        "lengths": lengths, "boxes": boxes, "frames": frames, "scenes": scenes, "points": points,
    }  # fmt: skip
    tensors = {name: torch.from_numpy(np.ascontiguousarray(each)) for name, each in arrays.items()}
    about = {"fps": fps, "left_right_difference": left_right_difference}
    write_tensors(folder / INDEX, tensors, about)


def _checked(folder: Path, arrays: dict[str, np.ndarray], fps: float, plate: Bytes) -> FilmedFrames:
    size = plate.shape[1], plate.shape[0]
    boxes, frames, scenes, points = (
        arrays[name] for name in ("boxes", "frames", "scenes", "points")
    )
    count = len(frames)
    left, top, right, bottom = boxes.reshape(-1, 4).T
    inside = (left >= 0) & (left < right) & (right <= size[0])
    inside &= (top >= 0) & (top < bottom) & (bottom <= size[1])
    alike = len(boxes) == len(scenes) == len(points) == count > 0
    if not (alike and inside.all() and (np.diff(frames) > 0).all() and 0 < fps < 1e4):
        raise ValueError("numbers do not fit together")
    if points.ndim != 3 or points.shape[2] != 2:
        raise ValueError(f"poses of shape {points.shape}")
    if (np.abs(points[np.isfinite(points)]) > _FARTHEST * max(size)).any():
        raise ValueError("poses lie far outside the pictures")
    streams = ByteSlices.of_file(folder / PIXELS, arrays["lengths"])
    if len(streams) != 2 * count:
        raise ValueError(f"{len(streams)} pictures and mattes for {count} frames")
    pool = FramePool(size, boxes, streams[:count], streams[count:])
    return FilmedFrames(folder, pool, frames, scenes, points, fps, plate)
