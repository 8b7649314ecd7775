"""Words on every frame, so that nobody takes a synthetic video for a real one."""

import unicodedata
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw

from stickdance.checkpoints.errors import UsageError
from stickdance.synth.compute.array_types import Bytes
from stickdance.synth.options import RenderOptions
from stickdance.synth.rendering.fonts import runs_of

_SHARE = 1 / 24  # of the height, or of four thirds of the width, that letters are high
_LEAST_HEIGHT = 9
_LONGEST = 80
SYNTHETIC = "synthetic"
"""What is written where nothing else is asked for."""
LEAST_SIDE = 96
"""Pixels: in smaller frames that word cannot be read."""


def words_for(options: RenderOptions, of_a_person: bool, size: tuple[int, int]) -> str:
    """Return the words on a video's frames; "" for none.

    Args:
        options: of the rendering.
        of_a_person: whether it shows somebody who was filmed.
        size: (width, height) of its frames; in smaller ones the usual word could not be read.

    Raises:
        UsageError: words are given and left out, or empty.
    """
    if options.no_label:
        if options.label:
            raise UsageError(f"--no-label: goes without --label {options.label[:20]!r}")
        return ""
    if options.label is not None:
        if not options.label.strip():
            raise UsageError("--label '': is empty; --no-label leaves it out, and says so")
        return options.label
    return SYNTHETIC if of_a_person and min(size) >= LEAST_SIDE else ""


def labelled(frames: Iterator[Bytes], words: str, size: tuple[int, int]) -> Iterator[Bytes]:
    """Return the frames with words at their bottom left, light on a dark shade; "" adds nothing.

    Args:
        frames: uint8 (height, width, 3), or 4 with transparency, where the words are opaque.
        words: one short line.
        size: (width, height) of the frames.

    Raises:
        UsageError: the words are too long for the frame, or no font at hand has their letters.
    """
    if not words:
        return frames
    return _written(frames, _strip(words, size))


def check_label(words: str, size: tuple[int, int] | None = None) -> None:
    """Refuse words that cannot be written, before any work.

    Args:
        words: one short line; "" is none.
        size: (width, height) of the frames, where it is known already.

    Raises:
        UsageError: as `labelled`.
    """
    if words:
        _strip(words, size or (1 << 16, _LEAST_HEIGHT * 24))


def _strip(words: str, size: tuple[int, int]) -> Bytes:
    """Return the words as uint8 RGBA (height, width, 4), no larger than the frame."""
    plain = "".join(each for each in words if unicodedata.category(each) != "Cf")
    if len(words) > _LONGEST or not plain.strip() or not plain.isprintable():
        raise UsageError(f"--label {words[:20]!r}...: expected one line of {_LONGEST} letters")
    runs = runs_of(words, max(_LEAST_HEIGHT, round(min(size[1], 4 / 3 * size[0]) * _SHARE)))
    boxes = [run.font.getbbox(run.letters, anchor="ls") for run in runs]
    starts = np.cumsum([0.0, *(run.font.getlength(run.letters) for run in runs)])
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    left, right = boxes[0][0], max(starts[-1], starts[-2] + boxes[-1][2])
    margin = max(2, round((bottom - top) / 3))
    wide, high = round(right - left) + 2 * margin, round(bottom - top) + 2 * margin
    if wide > size[0] or high > size[1]:
        raise UsageError(
            f"--label {words!r}: is {wide} pixels wide, the frame {size[0]}; use fewer words"
        )
    strip = Image.new("RGBA", (wide, high), (0, 0, 0, 150))
    drawing = ImageDraw.Draw(strip)
    for run, start in zip(runs, starts, strict=False):
        place = (margin - left + float(start), margin - top)
        drawing.text(place, run.letters, font=run.font, fill=(255, 255, 255, 255), anchor="ls")
    return np.asarray(strip)


def _written(frames: Iterator[Bytes], strip: Bytes) -> Iterator[Bytes]:
    height, width = strip.shape[:2]
    share = strip[..., 3:].astype(np.float32) / 255
    for frame in frames:
        shown = frame.copy()
        place = shown[-height:, :width]
        mixed = place[..., :3] * (1 - share) + strip[..., :3] * share
        place[..., :3] = np.rint(mixed)
        if frame.shape[2] == 4:
            place[..., 3] = np.maximum(place[..., 3], strip[..., 3])
        yield shown
