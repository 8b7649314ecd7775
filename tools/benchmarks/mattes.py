"""How true and how steady mattes and plate are: the demo dancer's, whose truth is known, and any.

`python -m stickdance.tools.benchmarks.mattes [TAKE...] [--to FOLDER]` measures takes; with `--to`
the demo dancer is filmed with true mattes, captured and compared as well.

Figures without a truth (`stickdance.capture.matting.matte_quality`), over all frames
    ceiling, ceiling_psnr  SSIM and decibels of whole frames: the person by the matte over the room,
                        against the frame
    own, own_psnr       the same with the person's own colours in place of the frame's at soft edges
    held, missed        room that mattes hold, person that they miss, as shares of the person
    islands, holes      a frame, of at least 20 pixels, alpha above 60
    flicker             change of the matte along the flow where the picture does not change, of 255

Figures with a truth
    iou, error          intersection over union, mean difference of 255
    edge_error, edge_bias  mean absolute and mean difference where the true share is 0.05 to 0.95
    outside             mean share where the truth is the room alone, near the person
    plate_error         mean difference of the plate from the true room, in grey values
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import tyro

from stickdance.capture.matting.foreground import foreground
from stickdance.capture.matting.matte_quality import MatteWatch
from stickdance.capture.matting.plate import Plate
from stickdance.capture.media.framing import Framing
from stickdance.capture.media.video import read_frames
from stickdance.capture.take.take import Take
from stickdance.capture.video_to_take import CaptureOptions, video_to_take
from stickdance.synth.quality.functional import ssim
from stickdance.tools.benchmarks.harness import run_benchmark
from stickdance.tools.demo.dancer import DemoDancer
from stickdance.tools.demo.filming import film, filming_poses

_SIZE = (256, 256)


def without_truth(take: Take, start: int = 0) -> dict[str, float]:
    """Return the figures of a take's mattes that need no truth, from frame `start` on."""
    watch = MatteWatch(frozenset(range(start, take.frame_count)))
    alike: dict[str, list[float]] = {"ceiling": [], "own": []}
    errors: dict[str, list[float]] = {"ceiling": [], "own": []}
    for number, (picture, matte, room) in enumerate(_frames(take, start), start):
        watch.look(number, picture, matte, room)
        if not matte.any():
            continue
        own = foreground(picture, matte, room.picture)
        for name, colours in (("ceiling", picture), ("own", own)):
            whole = _laid(colours, matte, room.picture)
            alike[name].append(ssim(picture, whole, "skimage"))
            errors[name].append(float(((picture.astype(np.float32) - whole) ** 2).mean()))
    told = {name: round(float(np.mean(values)), 4) for name, values in alike.items() if values}
    decibels = {
        f"{name}_psnr": round(float(10 * np.log10(255**2 / max(float(np.mean(values)), 1e-6))), 2)
        for name, values in errors.items()
        if values
    }
    return told | decibels | watch.as_json()


def against_truth(take: Take, mattes: Path) -> dict[str, float]:
    """Return the demo dancer's mattes and plate against the truth."""
    both, either, away, pixels = 0, 0, 0, 0
    edges, beside = [], []
    for found, true in zip(take.mattes(), read_frames(mattes, grey=True), strict=False):
        a, b = found > 127, true > 127
        both, either = both + int((a & b).sum()), either + int((a | b).sum())
        away, pixels = away + int(cv2.absdiff(found, true).sum()), pixels + true.size
        shares = (found.astype(np.float32) - true) / 255
        edges.append(shares[(true > 0.05 * 255) & (true < 0.95 * 255)])
        near = cv2.dilate((true > 127).astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
        beside.append(shares[near & (true == 0)])
    room = DemoDancer(_SIZE, 0).empty_room()
    edge = np.concatenate(edges)
    return {
        "iou": both / either,
        "error": away / pixels,
        "edge_error": float(np.abs(edge).mean()),
        "edge_bias": float(edge.mean()),
        "outside": float(np.concatenate(beside).mean()),
        "plate_error": float(np.abs(take.plate.astype(int) - room).mean()),
    }


def measure(
    takes: tyro.conf.Positional[tuple[Path, ...]] = (),
    /,
    *,
    to: Path | None = None,
    seconds: float = 20.0,
) -> dict[str, Any]:
    """Measure the mattes of takes, and of the demo dancer, whose truth is known.

    Args:
        takes: folders that `stickdance capture` made.
        to: folder for the demo dancer's footage and take; what lies there is used again.
        seconds: length of that footage.
    """
    result: dict[str, Any] = {}
    if to is not None:
        demo, mattes = _demo(to, seconds)
        result["demo"] = against_truth(demo, mattes) | without_truth(demo)
    return result | {path.name: without_truth(Take.load(path)) for path in takes}


def _demo(to: Path, seconds: float) -> tuple[Take, Path]:
    to.mkdir(parents=True, exist_ok=True)
    footage, mattes, folder = to / "footage.mp4", to / "mattes.mp4", to / "take"
    if not footage.exists():
        film(filming_poses(seconds, _SIZE), footage, mattes=mattes)
    if not folder.exists():
        video_to_take([footage], folder, CaptureOptions(consent="a drawing; nobody was filmed"))
    return Take.load(folder), mattes


def _frames(take: Take, start: int) -> Iterator[tuple[np.ndarray, np.ndarray, Plate]]:
    """Yield each stored frame, its matte, and the room behind the person in that light."""
    framing = Framing(take.size)
    noise = np.zeros(take.plate.shape[:2], np.float32)
    noise = noise if take.room is None else take.room.spread.astype(np.float32)
    seen = np.ones(noise.shape, bool)
    for number, (picture, matte) in enumerate(
        zip(take.frames(start), take.mattes(start), strict=True), start
    ):
        yield picture, matte, Plate(take.behind(number, matte, take.plate, framing), seen, noise)


def _laid(colours: np.ndarray, matte: np.ndarray, room: np.ndarray) -> np.ndarray:
    share = matte[..., None].astype(np.float32) / 255
    return np.rint(colours * share + room * (1 - share)).astype(np.uint8)


if __name__ == "__main__":
    run_benchmark(measure)
