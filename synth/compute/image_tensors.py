"""Between uint8 pictures and the networks' tensors.

Conventions: pictures are uint8 (N, height, width, channels); tensors float32 (N, channels, height,
width), colours in [-1, 1], an alpha channel in [0, 1].
"""

import cv2
import numpy as np
import torch
from torch import Tensor

from stickdance.synth.compute.array_types import Bytes


def as_tensor(pictures: Bytes) -> Tensor:
    """Return RGB or RGBA pictures as a tensor, channels last in memory."""
    bytes_ = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2)
    tensor = bytes_.to(torch.float32, memory_format=torch.preserve_format)
    tensor.mul_(1 / 127.5).sub_(1)  # all channels: without gaps it is much faster
    if tensor.shape[1] == 4:
        tensor[:, 3] = bytes_[:, 3].to(torch.float32).mul_(1 / 255)
    return tensor


def as_pictures(tensor: Tensor) -> Bytes:
    """Return a tensor (N, 3, height, width) in [-1, 1] as uint8 RGB pictures."""
    scaled = tensor.float().add(1).mul_(127.5).round_().clamp_(0, 255).to(torch.uint8).cpu()
    if scaled.is_contiguous():
        # Planes to pixels: ten times as fast as to copy by strides.
        return np.stack([cv2.merge(list(planes)) for planes in scaled.numpy()])
    return np.ascontiguousarray(scaled.permute(0, 2, 3, 1).numpy())
