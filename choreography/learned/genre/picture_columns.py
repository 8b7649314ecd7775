"""What a frame's picture tells of a genre: 2048 numbers of Inception-v3.

Pictures are those of a take or a video; poses without pictures are drawn as stick figures. They
are scaled to 299x299 and normalised as the network was trained. What was computed is kept, since a
frame takes a tenth of a second and more on a CPU.
"""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import torch

from stickdance.capture.media.video import read_frames
from stickdance.capture.pose.stick_figure import StickStyle, draw_pose
from stickdance.capture.take.take import FRAMES
from stickdance.checkpoints.files import sha256, whole_file
from stickdance.checkpoints.public import pretrained
from stickdance.checkpoints.tensors import read_tensors, write_tensors
from stickdance.choreography.dance.folder import POSES
from stickdance.choreography.learned.genre.items import is_video
from stickdance.choreography.learned.genre.pose_columns import read_poses

COLUMNS = 2048
"""Numbers a frame."""

_SIDE = 299
_BATCH = 8


def picture_columns(path: Path, fps: float, cache: Path | None) -> np.ndarray:
    """Return (frames, 2048) float32, `fps` times a second.

    Raises:
        BadInput: it cannot be read.
        WeightsAbsent: Inception-v3 is not at hand.
    """
    source = _source(path)
    kept = None if cache is None else cache / f"{_key(source, fps)}.safetensors"
    if kept is not None and kept.exists():
        return read_tensors(kept)[0]["columns"].numpy()
    columns = _computed(
        read_frames(source, fps=fps) if is_video(source) else stick_figures(path, fps)
    )
    if kept is not None:
        with whole_file(kept) as temporary:
            write_tensors(temporary, {"columns": torch.from_numpy(columns)}, {"fps": fps})
    return columns


def stick_figures(path: Path, fps: float) -> Iterator[np.ndarray]:
    """Yield the poses of a dance or keypoint file as pictures, uint8 RGB, `fps` times a second.

    Raises:
        BadInput: there are no poses, or they cannot be read.
    """
    poses = read_poses(path).resampled(fps)
    factor = _SIDE / max(poses.size)
    drawn = poses.scaled((round(poses.size[0] * factor), round(poses.size[1] * factor)))
    for points, confidence in zip(drawn.points, drawn.confidence, strict=True):
        yield draw_pose(points, confidence, drawn.size, StickStyle(), drawn.skeleton)


def _source(path: Path) -> Path:
    """Return the file that tells how something looks: its frames, else its poses, else itself."""
    for name in (FRAMES, POSES):
        if (path / name).is_file():
            return path / name
    return path


def _key(source: Path, fps: float) -> str:
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    content = " ".join(sha256(file) for file in files if file.is_file())
    return hashlib.sha256(f"{content} {fps:g}".encode()).hexdigest()[:24]


def _computed(frames: Iterable[np.ndarray]) -> np.ndarray:
    network = pretrained.inception()
    inputs = map(pretrained.inception_input, frames)
    parts: list[np.ndarray] = []
    with torch.inference_mode():
        while pictures := list(islice(inputs, _BATCH)):
            parts.append(network(torch.stack(pictures)).float().numpy())
    return np.concatenate(parts)
