"""What a take keeps of its room beside the plate: cast shadow, each frame's light, and its spread.

One NPZ file, `room.npz`: "light" (frames, 3) and "spread" (height, width), and where a shadow was
found "weights", "tint" and "tall" of `CastShadow`. Takes of earlier versions have no such file: no
shadow, even light.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.matting.cast_shadow import CastShadow
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.npz_reader import read_npz
from stickdance.checkpoints.reading import refusing

_WHAT = "a take's room"
_LARGEST = 1 << 28  # bytes, of three hours at 240 frames a second
_LIGHTEST, _DARKEST = 100.0, 0.01  # factors of light beyond which a frame shows nothing
_SHADOW = ("weights", "tint", "tall")


@dataclass(frozen=True)
class RoomLight:
    """How a take's plate looks in each of its frames."""

    shadow: CastShadow | None
    """That the person casts; None where none was found."""
    light: np.ndarray
    """float32 (frames, 3): how much brighter each stored frame is than plate and shadow."""
    spread: np.ndarray
    """float16 (height, width): standard deviation of the background by itself, in grey values."""

    def save(self, path: Path) -> Path:
        """Write it as NPZ and return the path."""
        arrays: dict[str, Any] = {
            "light": self.light.astype(np.float32),
            "spread": self.spread.astype(np.float16),
        }
        if self.shadow is not None:
            arrays |= {name: np.asarray(getattr(self.shadow, name)) for name in _SHADOW}
        with whole_file(Path(path)) as temporary, open(temporary, "wb") as file:
            np.savez_compressed(file, **arrays)
        return Path(path)

    @staticmethod
    def load(path: Path, frames: int, size: tuple[int, int]) -> "RoomLight":
        """Read what `save` wrote.

        Args:
            path: the file.
            frames: how many frames it has to be for.
            size: (width, height) that it has to be for.

        Raises:
            BadInput: not such a file, or for another take.
        """
        wanted = ("light", "spread")
        values = read_npz(Path(path), _WHAT, wanted=wanted, optional=_SHADOW, largest=_LARGEST)
        with refusing(path, _WHAT), np.errstate(over="raise"):
            light = np.asarray(values["light"], np.float32)
            spread = np.asarray(values["spread"], np.float16)
            there = [name for name in _SHADOW if name in values]
            shadow = CastShadow.of(*(values[name] for name in _SHADOW)) if there else None
        lit = ((light > _DARKEST) & (light < _LIGHTEST)).all()
        if light.shape != (frames, 3) or spread.shape != size[::-1] or not lit:
            raise BadInput(
                f"{path}: does not fit {frames} frames of {size[0]}x{size[1]}; capture again"
            )
        return RoomLight(shadow, light, spread)
