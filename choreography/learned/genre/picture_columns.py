"""What a frame's picture tells of a genre: 2048 numbers of Inception-v3, as in paper 002.

Pictures are those of a take, of a video, or of a dance's stick-figure preview. They are scaled to
299x299 and normalised as the network was trained. What was computed is kept, since a frame takes a
tenth of a second and more on a CPU.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn

from capture.atomic import MANIFEST
from capture.probing import footage_digest
from capture.video import read_frames
from checkpoints import pretrained
from checkpoints.files import whole_file
from checkpoints.tensors import read_tensors, write_tensors
from choreography.dance import PREVIEW
from choreography.errors import BadInput
from choreography.movement.sources import is_dance

COLUMNS = 2048
"""Numbers a frame."""

_SIDE = 299
_MEAN, _SPREAD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
_BATCH = 8
_FRAMES = "frames.mp4"  # of a take


def picture_columns(path: Path, fps: float, cache: Path | None) -> np.ndarray:
    """Return (frames, 2048) float32, `fps` times a second.

    Args:
        path: a take, a dance with its preview, or a video.
        fps: frames a second.
        cache: a folder to keep them in; None: nothing is kept.

    Raises:
        BadInput: it has no pictures, or they cannot be read.
        WeightsAbsent: Inception-v3 is not at hand.
    """
    video = video_of(path)
    kept = None if cache is None else cache / f"{_key(video, fps)}.safetensors"
    if kept is not None and kept.exists():
        return read_tensors(kept)[0]["columns"].numpy()
    columns = _computed(read_frames(video, fps=fps))
    if kept is not None:
        with whole_file(kept) as temporary:
            write_tensors(temporary, {"columns": torch.from_numpy(columns)}, {"fps": fps})
    return columns


def video_of(path: Path) -> Path:
    """Return the video that shows a take, a dance or itself.

    Raises:
        BadInput: there is none.
    """
    if not path.is_dir():
        return path
    video = path / (PREVIEW if is_dance(path) else _FRAMES)
    if not video.is_file():
        remedy = "make the dance with its preview" if is_dance(path) else "name a take or a video"
        found = "no manifest" if not (path / MANIFEST).is_file() else f"no {video.name}"
        raise BadInput(f"{path}: has {found}, so there are no pictures to look at; {remedy}")
    return video


def _key(video: Path, fps: float) -> str:
    return hashlib.sha256(f"{footage_digest(video)} {fps:g}".encode()).hexdigest()[:24]


def _computed(frames: Iterable[np.ndarray]) -> np.ndarray:
    network = pretrained.inception()
    parts: list[np.ndarray] = []
    waiting: list[torch.Tensor] = []
    for frame in frames:
        waiting.append(_prepared(frame))
        if len(waiting) == _BATCH:
            parts.append(_features(network, waiting))
            waiting = []
    if waiting:
        parts.append(_features(network, waiting))
    return np.concatenate(parts)


def _features(network: nn.Module, pictures: list[torch.Tensor]) -> np.ndarray:
    with torch.inference_mode():
        found: torch.Tensor = network(torch.stack(pictures))
    return found.float().numpy()


def _prepared(frame: np.ndarray) -> torch.Tensor:
    shrinks = min(frame.shape[:2]) > _SIDE
    method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    square = cv2.resize(frame, (_SIDE, _SIDE), interpolation=method)
    values = ((square / 255 - _MEAN) / _SPREAD).astype(np.float32)
    return torch.from_numpy(values.transpose(2, 0, 1).copy())
