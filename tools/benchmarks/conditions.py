"""Footage made worse on purpose: what shake and flicker cost, and what their correction gives back.

`python -m stickdance.tools.benchmarks.conditions FOOTAGE --to FOLDER` shakes a copy of the footage
and lets its brightness flicker, captures the original, the copy corrected and the copy as it is,
and scores each take's plate and its person over the plate on the held-out frames. With `--steps` it
trains a performer on each as well, equally long, and scores it by the held-out protocol.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import tyro
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from stickdance.capture.matting.outpainting import framed_plate
from stickdance.capture.media.video import VideoWriter, probe, read_frames
from stickdance.capture.options import Size
from stickdance.capture.take.take import Take
from stickdance.capture.video_to_take import CaptureOptions, video_to_take
from stickdance.synth.quality.held_out import held_out
from stickdance.synth.quality.psnr import psnr
from stickdance.synth.quality.ssim import ssim_skimage
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.preparation import framing_of
from stickdance.synth.training.trainer import train
from stickdance.tools.benchmarks.harness import run_benchmark
from stickdance.tools.frame_size import working_size


@dataclass(frozen=True)
class DisturbanceOptions:
    """How footage is made worse."""

    shake: float = 0.02
    """Largest way that the camera is moved, as a share of the frame's height."""
    turn: float = 0.3
    """Largest angle that it is turned by, in degrees."""
    flicker: float = 0.1
    """Largest change of brightness, as a share."""
    tempo: float = 2.0
    """How often a second the shaking hand changes its direction, about."""
    seed: int = 0
    """Of the hand and the lamp."""


def disturb(video: Path, to: Path, options: DisturbanceOptions = DisturbanceOptions()) -> Path:
    """Write a near-lossless copy of a video, shaken and flickering, and return its path.

    The copy keeps the size: what the shaken camera sees beyond the original's border repeats the
    border's pixels.
    """
    info = probe(video)
    with VideoWriter(to, info.size, info.fps, crf=3, pixel_format="yuv444p") as writer:
        for frame, gain, moved in _disturbances(video, options):
            shaken = cv2.warpAffine(
                frame, moved, info.size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
            )
            writer.write(np.rint(shaken * gain).clip(0, 255).astype(np.uint8))
    return to


def capture_all(video: Path, disturbed: Path, to: Path) -> dict[str, Take]:
    """Return takes of the original, of the disturbed copy corrected, and of the copy as it is."""
    ways = {"original": video, "corrected": disturbed, "uncorrected": disturbed}
    for name, footage in ways.items():
        if not (to / name).exists():
            options = CaptureOptions(correct=name != "uncorrected", conditions="warn")
            video_to_take([footage], to / name, options)
    return {name: Take.load(to / name) for name in ways}


def untrained_scores(
    take: Take, size: tuple[int, int], against: Take | None = None
) -> dict[str, Any]:
    """Return held-out scores of the plate alone, and of the real person over the plate.

    With them comes the mean length of the gradient of the plate's grey picture, per pixel.

    Args:
        take: whose plate, mattes and footage are judged.
        size: (width, height) to compare at.
        against: score against this take's footage instead of the take's own.
    """
    framing = framing_of(take, size)
    start, plate = take.training_frames, framed_plate(take.plate, framing)
    found: dict[str, list[tuple[float, float]]] = {"plate": [], "person_over_plate": []}
    truths = (against or take).truth(framing, start)
    for truth, frame, matte in zip(truths, take.frames(start), take.mattes(start), strict=True):
        share = framing.picture(matte)[..., None].astype(np.float32) / 255
        mixed = framing.picture(frame, plate) * share + plate * (1 - share)
        for name, picture in zip(found, (plate, np.rint(mixed).astype(np.uint8)), strict=True):
            found[name].append((ssim_skimage(truth, picture), psnr(truth, picture)))
    down, right = np.gradient(plate.mean(axis=-1))
    scores = {
        name: dict(zip(("ssim_skimage", "psnr"), np.mean(each, 0).round(4).tolist(), strict=True))
        for name, each in found.items()
    }
    return {**scores, "plate_gradient": round(float(np.hypot(down, right).mean()), 3)}


def measure(
    footage: tyro.conf.Positional[Path],
    /,
    *,
    to: Path,
    size: Size = (160, 256),
    steps: int = 0,
    options: tyro.conf.OmitArgPrefixes[DisturbanceOptions] = DisturbanceOptions(),
) -> dict[str, Any]:
    """Shake footage, correct it, and tell what each step costs or gives.

    Args:
        footage: a video of a person, from a tripod.
        to: folder for the copy, the takes and the performers; what lies there is used again.
        size: WIDTHxHEIGHT to compare and train at.
        steps: steps of training; 0 scores without any.
        options: how the copy is made worse.
    """
    to.mkdir(parents=True, exist_ok=True)
    disturbed = to / "disturbed.mp4"
    if not disturbed.exists():
        disturb(footage, disturbed, options)
    takes = capture_all(footage, disturbed, to)
    result: dict[str, Any] = {}
    for name, take in takes.items():
        shape = working_size(size, take.size)
        result[name] = {
            "conditions": take.report.get("unrest"),
            "own_footage": untrained_scores(take, shape),
            "undisturbed_footage": untrained_scores(take, shape, takes["original"]),
        }
        if steps:
            result[name]["trained"] = _trained(take, takes["original"], to, name, shape, steps)
    return result


def _trained(
    take: Take, original: Take, to: Path, name: str, size: tuple[int, int], steps: int
) -> dict[str, Any]:
    performer = train(take, to / f"{name}.performer", TrainingOptions(steps=steps, size=size))
    same_truth = replace(take, sources=original.sources, corrections=original.corrections)
    scores = {
        "own_footage": held_out(take, performer),
        "undisturbed_footage": held_out(same_truth, performer),
    }
    keys = ("ssim_skimage", "psnr", "sharpness")
    return {name: {key: one[key] for key in keys} for name, one in scores.items()}


def _disturbances(
    video: Path, options: DisturbanceOptions
) -> Iterator[tuple[NDArray[np.uint8], float, NDArray[np.float64]]]:
    info = probe(video)
    random = np.random.default_rng(options.seed)
    hand = _wander(random, info.frames + 1, info.fps / options.tempo, 3)
    lamp = _wander(random, info.frames + 1, info.fps / (2 * options.tempo), 1)[:, 0]
    middle = (info.size[0] / 2 - 0.5, info.size[1] / 2 - 0.5)
    for number, frame in enumerate(read_frames(video)):
        way = hand[number, :2] * options.shake * info.size[1]
        turned = cv2.getRotationMatrix2D(middle, float(hand[number, 2] * options.turn), 1.0)
        moved = np.column_stack([turned[:, :2], turned[:, 2] + way]).astype(np.float64)
        yield frame, 1 + options.flicker * float(lamp[number]), moved


def _wander(
    random: np.random.Generator, frames: int, smooth: float, channels: int
) -> NDArray[np.float64]:
    """Return (frames, channels) of smooth random paths, each within -1..1 and reaching it."""
    path = random.standard_normal((frames, channels))
    smoothed = np.asarray(gaussian_filter1d(path, max(0.5, smooth / 3), axis=0), np.float64)
    centred = smoothed - smoothed.mean(axis=0)
    return centred / np.abs(centred).max(axis=0)


if __name__ == "__main__":
    run_benchmark(measure)
