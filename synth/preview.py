"""A preview of a training that goes on: the first seconds of the footage, as they are painted now.

From left to right: stick figure, real frame, painted frame. The warped pixels come from frames away
in time, as in training, so that the painted frames are no copies of the real ones.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn

from capture.video_writer import VideoWriter
from synth.coarse_to_fine import painted_at
from synth.dataset import TakeDataset
from synth.pictures import as_pictures

PREVIEW = "preview.mp4"
_AT_ONCE = 4


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
def _side_by_side(network: nn.Module, frames: TakeDataset) -> Iterator[np.ndarray]:
    device = next(network.parameters()).device
    for start in range(0, len(frames), _AT_ONCE):
        batch = frames.samples(range(start, min(start + _AT_ONCE, len(frames))))
        seen = {name: values.to(device) for name, values in batch.items()}
        painted = painted_at(network, seen, "both").picture.float().clamp(-1, 1)
        shown = [batch["stick"], batch["photo"], painted]
        yield from as_pictures(torch.cat([each.cpu() for each in shown], -1))
