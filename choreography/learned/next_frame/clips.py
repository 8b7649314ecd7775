"""Footage as small clips, grey or in colour: any video, folder of pictures, or take.

Colour lies plane under plane: red, green and blue are one picture three times as high, so that what
is made for grey pictures holds for it too.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.take.take import FRAMES, Take
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import MANIFEST

LONG_SIDE, SHORT_SIDE = 90, 60
"""Pixels that frames are shrunk to fit into, as published."""

_TAKE = '"take"'
_FEWEST = 4  # frames of a part to learn from, or to be judged by
_LARGEST = 1 << 30  # bytes of a clip's frames in memory: two hours at 25 frames a second


@dataclass(frozen=True)
class SmallClip:
    """Small footage, the first part of which trains."""

    name: str
    frames: np.ndarray
    """uint8 (frames, height, width), of colour (frames, 3 * height, width)."""
    fps: float
    training_frames: int

    @property
    def training(self) -> np.ndarray:
        """Return the frames to learn from."""
        return self.frames[: self.training_frames]

    @property
    def held_out(self) -> np.ndarray:
        """Return the frames that nothing is learnt from."""
        return self.frames[self.training_frames :]


def read_clip(
    path: Path, fps: float | None, held_out: float, multiple: int, colour: bool = False
) -> SmallClip:
    """Read footage as a clip.

    Args:
        path: a video, a folder of pictures, or a take, which knows itself what it holds out.
        fps: frames a second; None: the footage's own.
        held_out: share at the end that nothing is learnt from, of footage that is no take.
        multiple: sides become multiples of it.
        colour: or grey.

    Raises:
        BadInput: unreadable, or too short to learn from and to be judged by.
    """
    path = Path(path)
    take = Take.load(path) if _is_take(path) else None
    frames, rate = read_frames_of(path, fps, multiple, colour)
    share = take.training_frames / take.frame_count if take else 1 - held_out
    training = round(len(frames) * share)
    if take and training == len(frames):  # nothing held out by the take
        training = round(len(frames) * (1 - held_out))
    if min(training, len(frames) - training) < _FEWEST:
        raise BadInput(
            f"{path}: has {training} frames to learn from and {len(frames) - training} to be "
            f"judged by, expected at least {_FEWEST} each"
        )
    return SmallClip(path.stem, frames, rate, training)


def read_frames_of(
    path: Path, fps: float | None, multiple: int, colour: bool = False
) -> tuple[np.ndarray, float]:
    """Return the frames of footage, uint8 (frames, height, width), and how many a second.

    In colour they are (frames, 3 * height, width).

    Raises:
        BadInput: unreadable, or too long to hold.
    """
    path = Path(path)
    source = path / FRAMES if _is_take(path) else path
    info = probe(source)
    rate = float(info.fps if fps is None else fps)
    size = clip_size(info.size, multiple)
    if info.seconds * rate * size[0] * size[1] * (3 if colour else 1) > _LARGEST:
        raise BadInput(
            f"{path}: lasts {info.seconds / 3600:.1f} hours, too long to hold; cut it, or lower "
            "--fps"
        )
    frames = np.stack(list(read_frames(source, fps=rate, size=size, grey=not colour)))
    if colour:
        frames = np.moveaxis(frames, -1, 1).reshape(len(frames), -1, frames.shape[2])
    return frames, rate


def clip_size(size: tuple[int, int], multiple: int) -> tuple[int, int]:
    """Return the (width, height) of a clip: its footage's shape, within 90x60 or 60x90."""
    wide = size[0] >= size[1]
    box = (LONG_SIDE, SHORT_SIDE) if wide else (SHORT_SIDE, LONG_SIDE)
    factor = min(box[0] / size[0], box[1] / size[1])
    width, height = (max(1, round(side * factor / multiple)) * multiple for side in size)
    return width, height


def _is_take(path: Path) -> bool:
    manifest = path / MANIFEST
    return manifest.is_file() and f'"kind": {_TAKE}' in manifest.read_text("utf-8", "replace")
