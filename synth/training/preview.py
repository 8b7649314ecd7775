"""A preview of a training that goes on: the first seconds of the footage, as they are painted now.

From left to right: stick figure, real frame, painted frame. The warped pixels come from frames away
in time, as in training, so that the painted frames are no copies of the real ones.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import nn

from stickdance.capture.media.video_writer import VideoWriter
from stickdance.synth.compute.array_types import Bytes
from stickdance.synth.compute.image_tensors import as_pictures
from stickdance.synth.training.coarse_to_fine import painted_at
from stickdance.synth.training.dataset import TakeDataset

PREVIEW = "preview.mp4"
_AT_ONCE = 4
_SHARE = 0.02  # of the time may go into previews


class Previews:
    """Writes previews each while, and seldom enough that they cost little of the time."""

    def __init__(
        self, path: Path, frames: TakeDataset | None, interval: float, seconds: float
    ) -> None:
        """Write nothing yet.

        Args:
            path: the MP4 to write.
            frames: what is shown; None shows nothing.
            interval: seconds of training between two; 0 writes none.
            seconds: of training so far.
        """
        self._path, self._frames, self._interval = path, frames, interval
        self._next = seconds + interval

    def after(self, seconds: float, network: Callable[[], nn.Module], last: bool = False) -> None:
        """Write a preview if one is due after so many seconds of training, or if it is the last.

        Raises:
            OutputFailed: no space or no permission.
        """
        if self._frames is None or not self._interval or not (last or seconds >= self._next):
            return
        began = time.perf_counter()
        write_preview(self._path, network(), self._frames)
        took = time.perf_counter() - began
        self._next = seconds + max(self._interval, took / _SHARE)


def write_preview(path: Path, network: nn.Module, frames: TakeDataset) -> Path:
    """Write the preview as an MP4, whole or not at all, and return its path.

    Args:
        path: the MP4 to write.
        network: a generator, ready to paint.
        frames: whole frames that follow one another, not varied.

    Raises:
        OutputFailed: no space or no permission.
    """
    width, height = frames.size
    size = (3 * width // 2 * 2, height // 2 * 2)
    with VideoWriter(path, size, frames.fps) as video:
        for picture in _side_by_side(network, frames):
            video.write(picture[: size[1], : size[0]])
    return path


@torch.inference_mode()
def _side_by_side(network: nn.Module, frames: TakeDataset) -> Iterator[Bytes]:
    device = next(network.parameters()).device
    for start in range(0, len(frames), _AT_ONCE):
        batch = frames.samples(range(start, min(start + _AT_ONCE, len(frames))))
        seen = {name: values.to(device) for name, values in batch.items()}
        painted = painted_at(network, seen, "both").picture.float().clamp(-1, 1)
        shown = [batch["stick"], batch["photo"], painted]
        yield from as_pictures(torch.cat([each.cpu() for each in shown], -1))
