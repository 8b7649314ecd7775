"""Footage continued by a model that is fed its own frames, shown beside what really followed."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from PIL import Image

from stickdance.capture.media.video import VideoWriter
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.folder import load_model
from stickdance.checkpoints.networks import shapes_of
from stickdance.choreography.learned.learning import reading_options
from stickdance.choreography.learned.next_frame.clips import read_frames_of
from stickdance.choreography.learned.next_frame.learner import as_shares
from stickdance.choreography.learned.next_frame.network import NextFrameNetwork
from stickdance.choreography.learned.next_frame.options import OUTPUTS, ContinueVideoOptions
from stickdance.choreography.one_thread import one_thread

KIND = "next frame"

_SCALE = 4  # times that frames are shown larger
_BAR = 36  # rows of words under the pictures
_GAP = 8
_GIF_STEP = 10  # milliseconds that GIF counts in


def continued(network: NextFrameNetwork, seen: np.ndarray, frames: int) -> np.ndarray:
    """Return the frames that follow, each predicted from those before, predicted ones included.

    Args:
        network: trained.
        seen: uint8 (frames, height, width), at least one.
        frames: how many to make.

    Returns:
        float64 (frames, height, width) in 0..255.
    """
    made = []
    with torch.inference_mode(), one_thread():
        predicted, memory = network.eval()(as_shares(seen)[None])
        for _ in range(frames):
            last = predicted[:, -1:]
            made.append(last[0, 0].double().numpy() * 255)
            predicted, memory = network(last, memory)
    return np.stack(made)


def load_network(folder: Path) -> NextFrameNetwork:
    """Read a model that `learn_next_frame` wrote.

    Raises:
        BadInput: it is no such model, or damaged.
    """
    model = load_model(folder, KIND)
    with reading_options(folder):
        sizes = model.options["network"]
        if sizes["output"] not in OUTPUTS:
            raise ValueError(sizes["output"])
        numbers = (
            int(sizes["filters"]), int(sizes["patch"]), sizes["output"],
            bool(sizes.get("colour", False)),
        )  # fmt: skip
        shapes = shapes_of(lambda: NextFrameNetwork(*numbers))
    tensors = model.tensors(shapes)
    network = NextFrameNetwork(*numbers)
    network.load_state_dict(tensors)
    return network.eval()


def continue_video(
    footage: Path, model: Path, output: Path, options: ContinueVideoOptions
) -> dict[str, Any]:
    """Continue footage with a model, and show it beside what really followed.

    Args:
        footage: a video, a folder of pictures, or a take.
        model: the folder of a model that `learn_next_frame` wrote.
        output: the .mp4 or .gif to write.
        options: from where and how far.

    Returns:
        What was written, and the squared error of each frame beside that of the last one seen.

    Raises:
        BadInput: options, footage or the output's name cannot be used.
        BadInput: the model cannot be read.
    """
    _check(output, options)
    network = load_network(model)
    frames, fps = read_frames_of(footage, options.fps, network.patch, network.planes == 3)
    start = _start(footage, len(frames), fps, options)
    seen = frames[max(0, start - options.seen) : start]
    real = frames[start : start + options.frames]
    made = continued(network, seen, options.frames)
    before, truth, told = (_pictures(each, network.planes) for each in (seen, real, made.round()))
    _write(Path(output), before, truth, told, fps)
    known = made[: len(real)]
    ours = ((known - real) ** 2).mean(axis=(1, 2)) / 255**2
    last = ((seen[-1].astype(float) - real) ** 2).mean(axis=(1, 2)) / 255**2
    return {
        "written": str(output),
        "frames": len(made),
        "from_seconds": round(start / fps, 3),
        "squared_error": [round(float(value), 6) for value in ours],
        "squared_error_of_last_frame": [round(float(value), 6) for value in last],
    }


def _check(output: Path, options: ContinueVideoOptions) -> None:
    if Path(output).suffix.lower() not in (".mp4", ".gif"):
        raise BadInput(f"{output}: expected a name that ends in .mp4 or .gif")
    for flag, value in (("--seen", options.seen), ("--frames", options.frames)):
        if not 1 <= value <= 1000:
            raise BadInput(f"{flag} {value}: expected 1 to 1000 frames")
    if options.fps is not None and not 0.5 <= options.fps <= 240:
        raise BadInput(f"--fps {options.fps:g}: expected 0.5 to 240")


def _start(footage: Path, frames: int, fps: float, options: ContinueVideoOptions) -> int:
    """Return the number of the first frame that the model makes."""
    if options.at is None:
        return max(1, frames - options.frames)
    start = round(options.at * fps)
    if not 1 <= start <= frames:
        raise BadInput(
            f"--at {options.at:g}: expected a time within {footage}, which "
            f"lasts {frames / fps:.2f} s, after its first frame"
        )
    return start


def _pictures(frames: np.ndarray, planes: int) -> np.ndarray:
    """Return frames as RGB (frames, height, width, 3), of planes that lie under each other."""
    count, height, width = frames.shape
    apart = frames.reshape(count, planes, height // planes, width)
    return np.repeat(np.moveaxis(apart, 1, -1), 3 // planes, axis=-1).astype(np.uint8)


def _write(path: Path, seen: np.ndarray, real: np.ndarray, made: np.ndarray, fps: float) -> None:
    before = [_shown(frame, "seen") for frame in seen]
    left = before + [_shown(frame, "real") for frame in real]
    right = before + [_shown(frame, "predicted") for frame in made]
    nothing = _shown(np.zeros_like(made[0]), "over")
    left += [nothing] * (len(right) - len(left))
    pictures = [
        np.concatenate([a, np.zeros((a.shape[0], _GAP, 3), np.uint8), b], axis=1)
        for a, b in zip(left, right, strict=True)
    ]
    if path.suffix.lower() == ".gif":
        _write_gif(path, pictures, fps)
        return
    height, width = pictures[0].shape[:2]
    with VideoWriter(path, (width, height), fps) as video:
        for picture in pictures:
            video.write(picture)


def _write_gif(path: Path, pictures: list[np.ndarray], fps: float) -> None:
    images = [Image.fromarray(picture) for picture in pictures]
    wait = max(2 * _GIF_STEP, round(1000 / fps / _GIF_STEP) * _GIF_STEP)
    with whole_file(path) as temporary:
        images[0].save(temporary, save_all=True, append_images=images[1:], duration=wait, loop=0)


def _shown(frame: np.ndarray, words: str) -> np.ndarray:
    """Return a frame enlarged, with words under it; sides are even."""
    height, width = (2 * (_SCALE * side // 2) for side in frame.shape[:2])
    large = cv2.resize(frame, (width, height), interpolation=cv2.INTER_CUBIC)
    bar = np.zeros((_BAR, width, 3), np.uint8)
    cv2.putText(bar, words, (8, 25), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (230, 230, 230), 1, cv2.LINE_AA)
    return np.concatenate([large, bar])
