"""A pool of training pictures kept small: cut to the person, JPEG with PNG matte, in one array.

Files hold arrays only, so the pictures' bytes lie one after another in a uint8 array.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from stickdance.synth.compute.array_types import Bools, Bytes, Integers

_QUALITY = 96
_MARGIN = 6  # pixels kept around the person
_LARGEST = 4096  # longest side of a picture that a file may claim, in pixels


class FramePool:
    """Pictures of one size with their mattes; decoded when they are asked for."""

    def __init__(
        self,
        size: tuple[int, int],
        boxes: Integers,
        pictures: Sequence[bytes],
        mattes: Sequence[bytes],
    ) -> None:
        """Hold encoded pictures.

        Args:
            size: (width, height) of the whole pictures.
            boxes: (pictures, 4) left, top, right, bottom of what is kept of each.
            pictures: each one's box as JPEG.
            mattes: each one's box as grey PNG.
        """
        self.size, self.boxes = size, np.asarray(boxes, np.int64).reshape(-1, 4)
        self._pictures, self._mattes = pictures, mattes
        self._decode = lru_cache(maxsize=64)(self._decoded)

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self._pictures)

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        """Go to another process without the cache."""
        return FramePool, (self.size, self.boxes, self._pictures, self._mattes)

    @property
    def bytes(self) -> int:
        """Return the bytes that the pictures take."""
        return sum(map(len, self._pictures)) + sum(map(len, self._mattes))

    @staticmethod
    def collect(
        pictures: Iterable[tuple[Bytes, Bytes]],
        wanted: Integers,
        size: tuple[int, int],
        most_bytes: int,
        own_colours: Callable[[int, Bytes, Bytes], Bytes] | None = None,
    ) -> tuple["FramePool", Integers]:
        """Keep the `wanted` ones of a stream of (photo, matte); return the pool and their numbers.

        Pictures without a person are left out. Where the pool grows over `most_bytes`, every other
        one is dropped. `own_colours` gives of a number, photo and matte the photo without the room
        that shines through at soft edges.
        """
        chosen = set(wanted.tolist())
        kept: list[tuple[int, Integers, bytes, bytes]] = []
        for number, (photo, matte) in enumerate(pictures):
            if number in chosen and (matte > 127).any():
                if own_colours is not None:
                    photo = own_colours(number, photo, matte)
                kept.append((number, *encoded(photo, matte, person_box(matte > 4, _MARGIN))))
                chosen.discard(number)
        while sum(len(one[2]) + len(one[3]) for one in kept) > most_bytes and len(kept) > 1:
            kept = kept[::2]
        boxes = np.array([one[1] for one in kept]).reshape(-1, 4)
        pool = FramePool(size, boxes, [one[2] for one in kept], [one[3] for one in kept])
        return pool, np.array([one[0] for one in kept], np.int64)

    def only(self, places: Integers) -> "FramePool":
        """Return a pool of some of the pictures."""
        pictures, mattes = (
            [each[place] for place in places] for each in (self._pictures, self._mattes)
        )
        return FramePool(self.size, self.boxes[places], pictures, mattes)

    def crop(self, place: int) -> tuple[Bytes, Bytes]:
        """Return what is kept of a picture, RGB uint8 (h, w, 3), and of its matte, uint8 (h, w)."""
        return self._decode(place)

    def picture(self, place: int) -> Bytes:
        """Return one picture, RGB uint8 (height, width, 3), grown outwards beyond its box."""
        left, top, right, bottom = self.boxes[place]
        width, height = self.size
        colours, _ = self._decode(place)
        margins = top, height - bottom, left, width - right
        return np.asarray(cv2.copyMakeBorder(colours, *margins, cv2.BORDER_REPLICATE), np.uint8)

    def within(self, place: int, left: int, top: int, shape: tuple[int, ...]) -> Bytes:
        """Return so many (rows, columns) of `picture`, from a corner on; they may lie beyond it."""
        x0, y0, x1, y1 = self.boxes[place].tolist()
        rows = np.arange(top, top + shape[0]).clip(y0, y1 - 1) - y0
        columns = np.arange(left, left + shape[1]).clip(x0, x1 - 1) - x0
        return self._decode(place)[0][np.ix_(rows, columns)]

    def matte(self, place: int) -> Bytes:
        """Return one matte, uint8 (height, width)."""
        left, top, right, bottom = self.boxes[place]
        out = np.zeros((self.size[1], self.size[0]), np.uint8)
        out[top:bottom, left:right] = self._decode(place)[1]
        return out

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the pool as plain arrays by name."""
        streams = [*self._pictures, *self._mattes]
        return {
            "size": np.array(self.size, np.int64),
            "boxes": self.boxes,
            "lengths": np.array([len(stream) for stream in streams], np.int64),
            "bytes": np.frombuffer(b"".join(streams), np.uint8).copy(),
        }

    @staticmethod
    def from_tensors(tensors: dict[str, NDArray[Any]]) -> "FramePool":
        """Return the pool that `tensors` gave.

        Raises:
            KeyError, ValueError: an array is missing, or the arrays do not fit together.
        """
        width, height = (int(side) for side in tensors["size"])
        boxes, lengths = tensors["boxes"], tensors["lengths"]
        if {boxes.dtype.kind, lengths.dtype.kind} != {"i"} or tensors["bytes"].dtype != np.uint8:
            raise ValueError("picture pool: boxes, lengths and bytes are not whole numbers")
        left, top, right, bottom = boxes.reshape(-1, 4).T
        whole = 0 < width <= _LARGEST and 0 < height <= _LARGEST and len(lengths) == 2 * len(boxes)
        inside = (left >= 0) & (left < right) & (right <= width)
        inside &= (top >= 0) & (top < bottom) & (bottom <= height)
        if not (whole and inside.all() and (lengths >= 0).all()):
            raise ValueError("picture pool: sizes do not fit together")
        if lengths.sum() != len(tensors["bytes"]):
            raise ValueError("picture pool: bytes are missing")
        data, ends = tensors["bytes"].tobytes(), np.cumsum(lengths)
        streams = [data[end - length : end] for end, length in zip(ends, lengths, strict=True)]
        return FramePool((width, height), boxes, streams[: len(boxes)], streams[len(boxes) :])

    def _decoded(self, place: int) -> tuple[Bytes, Bytes]:
        left, top, right, bottom = self.boxes[place]
        colours = cv2.imdecode(np.frombuffer(self._pictures[place], np.uint8), cv2.IMREAD_COLOR)
        matte = cv2.imdecode(np.frombuffer(self._mattes[place], np.uint8), cv2.IMREAD_GRAYSCALE)
        shape = (bottom - top, right - left)
        if colours is None or matte is None or colours.shape[:2] != shape or matte.shape != shape:
            raise ValueError(f"picture pool: picture {place} is damaged")
        colours = cv2.cvtColor(colours, cv2.COLOR_BGR2RGB)
        return np.asarray(colours, np.uint8), np.asarray(matte, np.uint8)


def person_box(there: Bools, margin: int) -> Integers:
    """Return left, top, right, bottom of where something is, and so many pixels around it.

    Args:
        there: bool (height, width), somewhere True.
        margin: pixels, as far as the picture goes.
    """
    height, width = there.shape
    columns, rows = (np.flatnonzero(np.any(there, axis=axis)) for axis in (0, 1))
    left, top = max(0, columns[0] - margin), max(0, rows[0] - margin)
    right, bottom = min(width, columns[-1] + 1 + margin), min(height, rows[-1] + 1 + margin)
    return np.array([left, top, right, bottom])


def encoded(photo: Bytes, matte: Bytes, box: Integers) -> tuple[Integers, bytes, bytes]:
    """Return a box, and a picture's and its matte's part of it, as JPEG and as PNG."""
    left, top, right, bottom = box
    bgr = cv2.cvtColor(np.ascontiguousarray(photo[top:bottom, left:right]), cv2.COLOR_RGB2BGR)
    # Full chroma: at a few hundred pixels' height, halved colour would smear the edges of clothes.
    how = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, 0x111111]
    _, picture = cv2.imencode(".jpg", bgr, how)
    # Sixteen levels of matte are as good as all and halve its bytes.
    levels = (np.rint(matte[top:bottom, left:right] / 17) * 17).astype(np.uint8)
    _, mask = cv2.imencode(".png", np.ascontiguousarray(levels))
    return box, picture.tobytes(), mask.tobytes()
