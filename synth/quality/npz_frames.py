"""Frames out of an NPZ file one by one, never the whole array.

The array is called `frames`, or is the only one: uint8 (frames, height, width, 3), RGB, as
`numpy.savez` and `numpy.savez_compressed` write it. Nothing in it is unpickled.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy

from capture.errors import BadInput
from capture.ffmpeg import LARGEST_PICTURE, LARGEST_SIDE, check_file

ARRAY = "frames"
_FAULTS = (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError)


def npz_shape(path: Path) -> tuple[int, int, int]:
    """Return (frames, height, width), having read no more than the headers.

    Raises:
        BadInput: no NPZ file, no such array, or frames too large.
    """
    with _opened(path) as (_, shape):
        return shape


def npz_frames(path: Path) -> Iterator[np.ndarray]:
    """Yield the frames: uint8 RGB (height, width, 3).

    Raises:
        BadInput: what `npz_shape` refuses, or the file is damaged or cut short.
    """
    with _opened(path) as (file, (count, height, width)):
        for number in range(count):
            frame = np.empty((height, width, 3), np.uint8)
            if not _filled(path, file, frame):
                raise BadInput(f"{path}: ends within frame {number} of {count}; it was cut short")
            yield frame


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], tuple[int, int, int]]]:
    check_file(path, "an NPZ")
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.removesuffix(".npy"): name for name in archive.namelist()}
            name = names.get(ARRAY) or (next(iter(names.values())) if len(names) == 1 else None)
            if name is None:
                raise BadInput(
                    f"{path}: holds {sorted(names)[:5]}, expected one array, or one called {ARRAY}"
                )
            with archive.open(name) as file:
                yield file, _read_header(path, file)
    except _FAULTS as error:
        raise BadInput(f"{path}: cannot be read as frames in NPZ ({error!s:.100})") from None


def _read_header(path: Path, file: IO[bytes]) -> tuple[int, int, int]:
    read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    version = npy.read_magic(file)
    if version not in read:
        raise BadInput(f"{path}: has an array of format {version}, expected 1.0 or 2.0")
    shape, by_columns, kind = read[version](file)
    if kind != np.uint8 or len(shape) != 4 or shape[3] != 3 or by_columns or not all(shape):
        raise BadInput(
            f"{path}: holds {kind} {shape}{' by columns' if by_columns else ''}, expected uint8 "
            "(frames, height, width, 3)"
        )
    count, height, width, _ = shape
    if max(height, width) > LARGEST_SIDE or height * width > LARGEST_PICTURE:
        raise BadInput(
            f"{path}: has frames of {width}x{height}, at most {LARGEST_SIDE} pixels a side and "
            f"{LARGEST_PICTURE // 1_000_000} megapixels are read; scale it down"
        )
    return count, height, width


def _filled(path: Path, file: IO[bytes], frame: np.ndarray) -> bool:
    view, done = frame.reshape(-1).data, 0
    try:
        while done < len(view):
            part = file.read(len(view) - done)
            if not part:
                return False
            view[done : done + len(part)] = part
            done += len(part)
    except _FAULTS as error:
        raise BadInput(f"{path}: is damaged ({error!s:.100}); make it again") from None
    return True
