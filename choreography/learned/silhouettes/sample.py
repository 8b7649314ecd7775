"""A dance of silhouettes, as a video: a free run from a piece of real dance."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from stickdance.capture.media.video import VideoWriter
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.progress import tracked
from stickdance.choreography.learned.options import check_ranges
from stickdance.choreography.learned.silhouettes.model import load_silhouettes
from stickdance.choreography.learned.silhouettes.options import SilhouetteDanceOptions
from stickdance.choreography.learned.silhouettes.pictures import HEIGHT, WIDTH
from stickdance.choreography.one_thread import one_thread

_MOST_SECONDS = 3600.0


def silhouette_dance(folder: Path, output: Path, options: SilhouetteDanceOptions) -> dict[str, Any]:
    """Write a dance of silhouettes as a video.

    Raises:
        BadInput: a value out of range, another suffix, or no such model.
        OutputFailed: no space or no permission.
    """
    _check(options)
    model = load_silhouettes(folder)
    if not 0 <= options.start < len(model.starts):
        raise BadInput(f"--piece {options.start}: expected 0 to {len(model.starts) - 1}")
    frames = max(1, round(options.seconds * model.fps))
    size = (WIDTH * options.scale, HEIGHT * options.scale)
    seen = model.starts[[options.start]]
    with one_thread(), VideoWriter(Path(output), size, model.fps) as video:
        dance = (
            model.baseline(seen, frames)
            if options.baseline
            else model.dance(seen, frames, options.surprises, options.seed)
        )
        for pictures in tracked(dance, "dancing", frames):
            video.write(_shown(pictures[0], size))
    return {"written": str(output), "frames": frames, "fps": model.fps, "size": list(size)}


def _shown(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    large = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)
    return np.repeat(large[..., None], 3, axis=2)


def _check(options: SilhouetteDanceOptions) -> None:
    if not 0 < options.seconds <= _MOST_SECONDS:
        raise BadInput(f"--seconds {options.seconds:g}: expected more than 0, up to 3600")
    check_ranges((("--surprises", options.surprises, 0, 10), ("--scale", options.scale, 1, 40)))
