"""Frames out of an NPZ file one by one, never the whole array.

The array is called `frames`, or is the only one: uint8 (frames, height, width, 3), RGB, as
`numpy.savez` and `numpy.savez_compressed` write it. Nothing in it is unpickled.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from stickdance.capture.media.ffmpeg import check_file, check_size
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.npz_reader import ArrayHeader, opened_npz
from stickdance.synth.compute.array_types import Bytes

ARRAY = "frames"
_LARGEST = 1 << 40  # bytes: frames are read one by one
_WHAT = "frames in NPZ"


def npz_shape(path: Path) -> tuple[int, int, int]:
    """Return (frames, height, width), having read no more than the headers.

    Raises:
        BadInput: no NPZ file, no such array, or frames too large.
    """
    with _opened(path) as (_, shape):
        return shape


def npz_frames(path: Path) -> Iterator[Bytes]:
    """Yield the frames: uint8 RGB (height, width, 3).

    Raises:
        BadInput: what `npz_shape` refuses, or the file is damaged or cut short.
    """
    with _opened(path) as (file, (count, height, width)):
        for number in range(count):
            data = file.read(height * width * 3)
            if len(data) < height * width * 3:
                raise BadInput(f"{path}: ends within frame {number} of {count}; it was cut short")
            yield np.frombuffer(bytearray(data), np.uint8).reshape(height, width, 3)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], tuple[int, int, int]]]:
    check_file(path, "an NPZ")
    with opened_npz(path, _WHAT, largest=_LARGEST) as archive:
        names = archive.names
        name = ARRAY if ARRAY in names else names[0] if len(names) == 1 else None
        if name is None:
            raise BadInput(
                f"{path}: holds {sorted(names)[:5]}, expected one array, or one called {ARRAY}"
            )
        with archive.stream(name) as (file, header):
            yield file, _frames(path, header)


def _frames(path: Path, header: ArrayHeader) -> tuple[int, int, int]:
    shape = header.shape
    if len(shape) == 4 and shape[0] == 0:
        raise BadInput(f"{path}: holds no frames (its array has the shape {shape})")
    whole = len(shape) == 4 and shape[3] == 3 and not header.by_columns and all(shape)
    if header.dtype != np.uint8 or not whole:
        raise BadInput(
            f"{path}: holds {header.dtype} {shape}{' by columns' if header.by_columns else ''}, "
            "expected uint8 (frames, height, width, 3)"
        )
    count, height, width, _ = shape
    check_size(path, (width, height))
    return count, height, width
