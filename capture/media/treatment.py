"""What is done to footage on its way in, so that all stages see the bare picture, upright.

Stages, in this order
    1. Lines of two moments are made one picture (ffmpeg's bwdif).
    2. The picture is turned upright.
    3. Black bars are cut off.
    4. Burnt-in letters are painted over from what is around them.

A treatment is kept with the take, so that reading the original once more gives the same pictures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from stickdance.capture.media.lettering import Lettering
from stickdance.checkpoints.errors import BadInput

Fields = Literal["", "tff", "bff"]
WHOLE = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Treatment:
    """How footage is read; by default as it is."""

    deinterlace: Fields = ""
    """Which lines of a frame are the earlier moment, top or bottom; "" where it is one moment."""
    rotate: int = 0
    """Degrees clockwise to turn the picture as shown: 0, 90, 180 or 270."""
    crop: tuple[float, float, float, float] = WHOLE
    """Left, top, right, bottom as shares of the turned picture."""
    fps: float | None = None
    """Pictures a second that differ, where the file repeats them; None where it does not."""
    lettering: Lettering | None = None
    """Letters to paint over, in the cropped picture."""

    def size(self, shown: tuple[int, int]) -> tuple[int, int]:
        """Return the (width, height) that pictures of `shown` size have after it."""
        width, height = shown[::-1] if self.rotate in (90, 270) else shown
        left, top, right, bottom = self.crop
        return max(2, round((right - left) * width)), max(2, round((bottom - top) * height))

    def filters(self, turned: int = 0) -> list[str]:
        """Return ffmpeg's filters that turn, by `turned` degrees clockwise first, and crop."""
        turns = {0: [], 90: ["transpose=clock"], 180: ["hflip,vflip"], 270: ["transpose=cclock"]}
        found = list(turns[(self.rotate + turned) % 360])
        if self.crop != WHOLE:
            left, top, right, bottom = self.crop
            found.append(
                f"crop=w=iw*{right - left:.6f}:h=ih*{bottom - top:.6f}"
                f":x=iw*{left:.6f}:y=ih*{top:.6f}:exact=1"
            )
        return found

    def turned_and_cropped(self, picture: np.ndarray) -> np.ndarray:
        """Return a picture as shown, turned and cropped as `filters` do."""
        width, height = picture.shape[1], picture.shape[0]
        size = self.size((width, height))
        turned = np.rot90(picture, -self.rotate // 90)
        height, width = turned.shape[:2]
        x, y = round(self.crop[0] * width), round(self.crop[1] * height)
        return np.ascontiguousarray(turned[y : y + size[1], x : x + size[0]])

    def painted(self, picture: np.ndarray) -> np.ndarray:
        """Return a picture, uint8 RGB or grey, without the letters."""
        return picture if self.lettering is None else self.lettering.painted_over(picture)

    def as_json(self) -> dict[str, Any]:
        """Return what is not usual as JSON values."""
        letters = None if self.lettering is None else self.lettering.as_json()
        values = {**vars(self), "crop": list(self.crop), "lettering": letters}
        usual = {**vars(UNTREATED), "crop": list(WHOLE)}
        return {name: value for name, value in values.items() if value != usual[name]}

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> "Treatment":
        """Return what `as_json` wrote down.

        Raises:
            BadInput: a value is missing, of another kind or out of range.
        """
        try:
            left, top, right, bottom = (float(share) for share in values.get("crop", WHOLE))
            fields, rotate = values.get("deinterlace", ""), values.get("rotate", 0)
            fps, letters = values.get("fps"), values.get("lettering")
            fits = fields in ("", "tff", "bff") and rotate in (0, 90, 180, 270)
            if not (fits and 0 <= left < right <= 1 and 0 <= top < bottom <= 1):
                raise ValueError("out of range")
            return Treatment(
                fields,
                int(rotate),
                (left, top, right, bottom),
                None if fps is None else float(fps),
                None if letters is None else Lettering.from_json(letters),
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadInput(f"treatment of the footage cannot be read ({error!r:.120})") from None


UNTREATED = Treatment()
"""Footage read as it is."""
