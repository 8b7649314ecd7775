"""Letters burnt into footage: where they are, and painting over them from what is around.

Conventions: a mask is bool (height, width), true on letters and on the seam around them.
"""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np

_LARGEST = 8192 * 8192  # pixels of a mask that is read back
_RADIUS = 3  # pixels around a letter's pixel that it is painted from


@dataclass(frozen=True)
class Lettering:
    """Letters that stand still in every frame."""

    size: tuple[int, int]
    """(width, height) of the picture that the mask was made for."""
    box: tuple[int, int, int, int]
    """Left, top, right, bottom of what is covered, in pixels of that picture."""
    packed: bytes
    """The mask inside the box: its bits, compressed."""

    @staticmethod
    def of(mask: np.ndarray) -> "Lettering":
        """Return the lettering of a mask (height, width) that is true somewhere."""
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        left, top = int(columns[0]), int(rows[0])
        right, bottom = int(columns[-1]) + 1, int(rows[-1]) + 1
        packed = zlib.compress(np.packbits(mask[top:bottom, left:right]).tobytes(), 9)
        return Lettering((mask.shape[1], mask.shape[0]), (left, top, right, bottom), packed)

    @property
    def share(self) -> float:
        """Return the share 0..1 of the picture that the box covers."""
        left, top, right, bottom = self.box
        return (right - left) * (bottom - top) / (self.size[0] * self.size[1])

    def mask(self, size: tuple[int, int]) -> np.ndarray:
        """Return the mask for pictures of another (width, height), bool (height, width)."""
        return _mask(self, size)

    def painted_over(self, picture: np.ndarray) -> np.ndarray:
        """Return a picture, uint8 RGB or grey, without the letters."""
        height, width = picture.shape[:2]
        mask = self.mask((width, height))
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if not len(rows):
            return picture
        spare = 4 * _RADIUS
        part = (
            slice(max(0, rows[0] - spare), rows[-1] + 1 + spare),
            slice(max(0, columns[0] - spare), columns[-1] + 1 + spare),
        )
        painted = picture.copy()
        painted[part] = cv2.inpaint(
            np.ascontiguousarray(picture[part]),
            mask[part].astype(np.uint8),
            _RADIUS,
            cv2.INPAINT_TELEA,
        )
        return painted

    def as_json(self) -> dict[str, Any]:
        """Return the lettering as JSON values."""
        bits = base64.b64encode(self.packed).decode("ascii")
        return {"size": list(self.size), "box": list(self.box), "mask": bits}

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> "Lettering":
        """Return what `as_json` wrote down.

        Raises:
            ValueError: numbers out of range, or a mask that does not fill its box.
        """
        width, height = (int(side) for side in values["size"])
        left, top, right, bottom = (int(edge) for edge in values["box"])
        if not (0 <= left < right <= width and 0 <= top < bottom <= height):
            raise ValueError("the letters' box is outside the picture")
        if width * height > _LARGEST:
            raise ValueError("the letters' picture is too large")
        packed = base64.b64decode(str(values["mask"]), validate=True)
        lettering = Lettering((width, height), (left, top, right, bottom), packed)
        lettering.mask((width, height))
        return lettering


@lru_cache(maxsize=8)
def _mask(lettering: Lettering, size: tuple[int, int]) -> np.ndarray:
    left, top, right, bottom = lettering.box
    count = (right - left) * (bottom - top)
    try:
        unpacker = zlib.decompressobj()
        bits = np.frombuffer(unpacker.decompress(lettering.packed, count), np.uint8)
    except zlib.error as error:
        raise ValueError(f"the letters' mask is damaged ({error})") from None
    if len(bits) != -(-count // 8):
        raise ValueError("the letters' mask does not fill its box")
    inside = np.unpackbits(bits, count=count).reshape(bottom - top, right - left)
    whole = np.zeros(lettering.size[::-1], np.uint8)
    whole[top:bottom, left:right] = inside
    if size == lettering.size:
        return whole > 0
    scaled = cv2.resize(whole.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return scaled > (0.1 if size[0] < lettering.size[0] else 0.5)
