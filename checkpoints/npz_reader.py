"""The one reader of NumPy's files: everything is judged by its headers before it is allocated.

An NPZ is a ZIP of NPY members. Members that are encrypted, packed in another way than NumPy does,
named twice or too many are refused, and so are arrays of objects, of structures, or of another
size than the archive's directory says.

Sources: numpy.lib.format (NPY 1.0 and 2.0); PKWARE's APPNOTE 4.4.4 and 4.4.5 (flags, methods);
deflate gains at most 1032 to 1 (zlib's technical details).
"""

import io
import math
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.reading import refusing

LARGEST_ARRAYS = 2 << 30
"""Bytes of all arrays of a file together, where its reader asks for no other limit."""
KINDS = "biufU"
"""Kinds of numbers and texts that are read: bool, whole, float, text."""

_MOST_MEMBERS = 256
_MOST_DIMENSIONS = 8
_LONGEST_HEADER = 10_000  # as in NumPy
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_GREATEST_RATIO = 1032  # of deflate


class PickledArray(ValueError):
    """An array of Python objects, which could run programs when it is read."""


@dataclass(frozen=True)
class ArrayHeader:
    """What an NPY header says."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    by_columns: bool
    length: int
    """Bytes of the header itself."""

    @property
    def bytes(self) -> int:
        """Return the bytes of the array's values."""
        return math.prod(self.shape) * self.dtype.itemsize


class ArrayArchive:
    """An open NPZ whose directory was found sound; arrays are read when they are asked for."""

    def __init__(self, archive: zipfile.ZipFile, largest: int) -> None:
        """Check the directory.

        Raises:
            ValueError: a member that is refused, or more than `largest` bytes in all.
        """
        entries = archive.infolist()
        names = [entry.filename.removesuffix(".npy") for entry in entries]
        if len(entries) > _MOST_MEMBERS or len(set(names)) < len(names):
            raise ValueError(f"it has {len(names)} members, or two of one name")
        for entry in entries:
            _check_entry(entry)
        total = sum(entry.file_size for entry in entries)
        if total > largest:
            raise ValueError(f"it unpacks to {_megabytes(total)}, at most {_megabytes(largest)}")
        self._archive = archive
        self._entries = dict(zip(names, entries, strict=True))

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the arrays, without `.npy`."""
        return tuple(self._entries)

    def read(self, name: str, kinds: str = KINDS) -> NDArray[Any]:
        """Return one array.

        Raises:
            KeyError, ValueError and others of `reading.DAMAGES`: absent, damaged, or of a kind
                that is not read.
        """
        with self.stream(name, kinds) as (file, header):
            data = file.read(header.bytes)
        if len(data) < header.bytes:
            raise EOFError(f"{name} was cut short")
        array = np.frombuffer(bytearray(data), header.dtype)
        return array.reshape(header.shape, order="F" if header.by_columns else "C")

    @contextmanager
    def stream(self, name: str, kinds: str = KINDS) -> Iterator[tuple[IO[bytes], ArrayHeader]]:
        """Give the values of one array as a stream of bytes, and its header; as `read` raises."""
        entry = self._entries[name]
        with self._archive.open(entry) as file:
            header = _read_header(file, name, kinds)
            if header.length + header.bytes != entry.file_size:
                raise ValueError(f"{_claim(name, header)}, the archive {entry.file_size} bytes")
            yield file, header


@contextmanager
def opened_npz(
    path: Path,
    what: str,
    *,
    largest: int = LARGEST_ARRAYS,
) -> Iterator[ArrayArchive]:
    """Give an NPZ file to read arrays from; what is wrong with it is told in one line.

    Args:
        path: the file.
        what: what it should be, for errors: "poses in NPZ".
        largest: bytes that its arrays may have together.

    Raises:
        BadInput: absent, no NPZ, damaged, encrypted, too large, or an array is not as expected.
    """
    with refusing(path, what), zipfile.ZipFile(path) as archive:
        yield ArrayArchive(archive, largest)


def read_npz(
    path: Path,
    what: str,
    *,
    wanted: tuple[str, ...],
    optional: tuple[str, ...] = (),
    largest: int = LARGEST_ARRAYS,
) -> dict[str, NDArray[Any]]:
    """Return arrays of an NPZ file by name; others that are in it are not unpacked.

    Args:
        path: the file.
        what: what it should be, for errors.
        wanted: arrays that must be there.
        optional: arrays that are read where they are there.
        largest: bytes that all arrays may have together.

    Raises:
        BadInput: as `opened_npz`, or one that is wanted is absent.
    """
    with opened_npz(path, what, largest=largest) as archive:
        if missing := [name for name in wanted if name not in archive.names]:
            raise BadInput(f"{path}: lacks {', '.join(missing)}; expected {what}")
        names = [*wanted, *(name for name in optional if name in archive.names)]
        return {name: archive.read(name) for name in names}


def read_npy(
    path: Path,
    what: str,
    *,
    largest: int = LARGEST_ARRAYS,
) -> NDArray[Any]:
    """Return the array in an NPY file, as a read-only map of it; arguments as `read_npz`.

    Raises:
        BadInput: absent, no NPY, damaged, too large, or of a kind that is not read.
    """
    with refusing(path, what):
        with Path(path).open("rb") as file:
            header = _read_header(file, "it", KINDS)
        size = Path(path).stat().st_size
        if header.length + header.bytes != size:
            raise ValueError(f"{_claim('it', header)}, the file has {size} bytes")
        if header.bytes > largest:
            raise ValueError(f"it has {_megabytes(header.bytes)}, at most {_megabytes(largest)}")
        return np.asarray(np.load(path, "r", allow_pickle=False))


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename[:60]
    if entry.flag_bits & _ENCRYPTED:
        raise ValueError(f"{name!r} is encrypted")
    if entry.compress_type not in _METHODS:
        raise ValueError(f"{name!r} is packed by method {entry.compress_type}, expected deflate")
    if entry.file_size > _GREATEST_RATIO * (entry.compress_size + 64):
        raise ValueError(f"{name!r} claims {_megabytes(entry.file_size)}, which it cannot hold")


def _read_header(file: IO[bytes], name: str, kinds: str) -> ArrayHeader:
    version = npy.read_magic(file)  # type: ignore[no-untyped-call]
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"{name} is of format {version}, expected 1.0 or 2.0")
    size = 2 if version == (1, 0) else 4
    prefix = file.read(size)
    length = int.from_bytes(prefix, "little")
    if length > _LONGEST_HEADER:
        raise ValueError(f"{name} has a header of {length} bytes, at most {_LONGEST_HEADER}")
    rest = io.BytesIO(prefix + file.read(length))
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, by_columns, dtype = read(rest)  # type: ignore[no-untyped-call]
    if dtype.hasobject:
        raise PickledArray(f"{name} holds Python objects, which are never read")
    if dtype.kind not in kinds or dtype.subdtype is not None:
        raise ValueError(f"{name} is an array of {dtype!s:.40}, expected numbers")
    if len(shape) > _MOST_DIMENSIONS or any(not 0 <= side < 1 << 40 for side in shape):
        raise ValueError(f"{name} has the shape {shape!s:.60}")
    return ArrayHeader(shape, dtype, by_columns, npy.MAGIC_LEN + size + length)


def _claim(name: str, header: ArrayHeader) -> str:
    return f"{name} claims {header.shape!s:.60} values of {header.dtype!s:.20}"


def _megabytes(count: int) -> str:
    return f"{count / (1 << 20):,.0f} MiB"
