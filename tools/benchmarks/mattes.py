"""How true and how steady mattes and plate are, on the demo dancer, whose truth is known.

`python -m stickdance.tools.benchmarks.mattes --to FOLDER` films the demo dancer with its true
mattes, captures it, and compares; with `--take FOLDER` the steadiness of any other take is told
too.

Figures
    iou, error            mattes against the truth: intersection over union, mean difference of 255
    flicker               mean change of the matte from frame to frame, of 255, near its edge where
                          both frames show nothing but the plate
    plate_error           mean difference of the plate from the true room, in grey values
"""

from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from stickdance.capture.media.video import read_frames
from stickdance.capture.take.take import Take
from stickdance.capture.video_to_take import CaptureOptions, video_to_take
from stickdance.tools.benchmarks.harness import run_benchmark
from stickdance.tools.demo.dancer import DemoDancer
from stickdance.tools.demo.filming import film, filming_poses

_SIZE = (256, 256)
_LIKE_PLATE = 8  # grey values


def flicker(take: Take) -> float:
    """Return how much the mattes of a take change where nothing does, 0..255."""
    changes = []
    for (before, matte), (after, next_matte) in pairwise(
        zip(take.frames(), take.mattes(), strict=True)
    ):
        still = _shows_plate(before, take.plate) & _shows_plate(after, take.plate)
        near = cv2.dilate((next_matte > 20).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
        if (still & near).sum() > 20:
            changes.append(cv2.absdiff(matte, next_matte)[still & near].mean())
    return float(np.mean(changes)) if changes else float("nan")


def against_truth(take: Take, mattes: Path) -> dict[str, float]:
    """Return the demo dancer's mattes and plate against the truth."""
    both, either, away, pixels = 0, 0, 0, 0
    for found, true in zip(take.mattes(), read_frames(mattes, grey=True), strict=False):
        a, b = found > 127, true > 127
        both, either = both + int((a & b).sum()), either + int((a | b).sum())
        away, pixels = away + int(cv2.absdiff(found, true).sum()), pixels + true.size
    room = DemoDancer(_SIZE, 0).empty_room()
    return {
        "iou": both / either,
        "error": away / pixels,
        "plate_error": float(np.abs(take.plate.astype(int) - room).mean()),
    }


def measure(*, to: Path, seconds: float = 20.0, take: tuple[Path, ...] = ()) -> dict[str, Any]:
    """Film the demo dancer, capture it and compare with the truth.

    Args:
        to: folder for footage and take; what lies there is used again.
        seconds: length of the footage.
        take: other takes whose steadiness is told as well.
    """
    to.mkdir(parents=True, exist_ok=True)
    footage, mattes, folder = to / "footage.mp4", to / "mattes.mp4", to / "take"
    if not footage.exists():
        film(filming_poses(seconds, _SIZE), footage, mattes=mattes)
    if not folder.exists():
        video_to_take([footage], folder, CaptureOptions(consent="a drawing; nobody was filmed"))
    demo = Take.load(folder)
    others = {str(path): {"flicker": flicker(Take.load(path))} for path in take}
    return {"demo": against_truth(demo, mattes) | {"flicker": flicker(demo)}, **others}


def _shows_plate(picture: NDArray[np.uint8], plate: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return cv2.blur(cv2.absdiff(picture, plate).max(axis=-1), (5, 5)) < _LIKE_PLATE


if __name__ == "__main__":
    run_benchmark(measure)
