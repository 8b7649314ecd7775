"""Many short byte strings in one file, read where they lie."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, overload

import numpy as np

from stickdance.synth.compute.array_types import Bytes, Integers


class ByteSlices(Sequence[bytes]):
    """The byte strings that lie one after the other in an array, which may be a mapped file."""

    def __init__(self, data: Bytes, ends: Integers, lengths: Integers) -> None:
        """Know where they lie.

        Args:
            data: uint8 (bytes,).
            ends: (strings,) int: where each ends.
            lengths: (strings,) int.
        """
        self._data, self._ends, self._lengths = data, ends, lengths

    @staticmethod
    def of_file(path: Path, lengths: Integers) -> "ByteSlices":
        """Return the byte strings that fill a file; what is not asked for is not read.

        Raises:
            ValueError: the file is of another length.
        """
        total, found = int(lengths.sum()), path.stat().st_size
        if found != total or (lengths <= 0).any():
            raise ValueError(f"{path.name} holds {found} bytes, expected {total}")
        return ByteSlices(np.memmap(path, np.uint8, "r"), np.cumsum(lengths), lengths)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._lengths)

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> "ByteSlices": ...

    def __getitem__(self, place: int | slice) -> Any:
        """Return one of them, or some of them unread."""
        if isinstance(place, slice):
            return ByteSlices(self._data, self._ends[place], self._lengths[place])
        end = int(self._ends[place])
        return self._data[end - int(self._lengths[place]) : end].tobytes()
