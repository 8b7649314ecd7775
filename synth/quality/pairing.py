"""Which frame belongs to which: two videos or folders of pictures, frame by frame.

Two folders are paired by the pictures' names without their suffixes. Two videos are paired by time,
which is by number where their rates agree. A folder beside a video is paired by number, its
pictures in the order of their names with numbers counted (frame_2 before frame_10).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Literal

import numpy as np

from capture.errors import BadInput
from capture.pictures import read_picture
from capture.video import probe, read_frames

_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"}
_SAME_RATE = 1e-3  # relative; what rounding in a container's clock makes of one rate


@dataclass(frozen=True)
class Matched:
    """What the two sides have under one name."""

    name: str
    found_in: Literal["both", "reference", "rendered"]
    pictures: tuple[np.ndarray, np.ndarray] | None = None
    """The reference's and the rendered one, uint8 RGB (h, w, 3); None unless found in both."""


@dataclass(frozen=True)
class Pairing:
    """How two sides are paired, before any frame is read."""

    rule: str
    """In plain words."""
    expected: int
    """Frames of the reference, for a video as good as its header tells."""
    warnings: tuple[str, ...] = ()


def plan_pairing(reference: Path, rendered: Path) -> Pairing:
    """Return how `matched_frames` pairs two sides.

    Raises:
        BadInput: a side is missing, or neither a video nor a folder with pictures.
    """
    if reference.is_dir() and rendered.is_dir():
        return Pairing("by name", len(_by_name(reference).keys() | _by_name(rendered).keys()))
    if reference.is_dir() or rendered.is_dir():
        return Pairing("by number", max(_length(reference), _length(rendered)))
    first, second = probe(reference), probe(rendered)
    if _same_rate(first.fps, second.fps):
        return Pairing("by number", first.frames)
    warning = (
        f"{rendered}: has {second.fps:.6g} frames a second, {reference} {first.fps:.6g}; "
        "paired by time, each reference frame with the one shown then"
    )
    return Pairing("by time", first.frames, (warning,))


def matched_frames(reference: Path, rendered: Path) -> Iterator[Matched]:
    """Yield the frames of both sides in the reference's order, a pair at a time.

    Raises:
        BadInput: a side is missing, or neither a video nor a folder with pictures, or damaged.
    """
    if reference.is_dir() and rendered.is_dir():
        yield from _folders(_by_name(reference), _by_name(rendered))
        return
    rate = None if reference.is_dir() or rendered.is_dir() else probe(reference).fps
    first = _numbered(reference, None)
    second = _numbered(rendered, rate)
    for number, (one, other) in enumerate(zip_longest(first, second)):
        yield _matched(f"frame {number}", one, other)


def _folders(reference: dict[str, Path], rendered: dict[str, Path]) -> Iterator[Matched]:
    for name in sorted(reference.keys() | rendered.keys(), key=_counted):
        one, other = reference.get(name), rendered.get(name)
        if one is not None and other is not None:
            yield _matched(name, read_picture(one), read_picture(other))
        else:
            yield Matched(name, "rendered" if one is None else "reference")


def _matched(name: str, one: np.ndarray | None, other: np.ndarray | None) -> Matched:
    if one is not None and other is not None:
        return Matched(name, "both", (one, other))
    return Matched(name, "rendered" if one is None else "reference")


def _numbered(source: Path, rate: float | None) -> Iterator[np.ndarray]:
    if source.is_dir():
        files = _by_name(source)
        return (read_picture(files[name]) for name in sorted(files, key=_counted))
    same = rate is None or _same_rate(rate, probe(source).fps)
    return read_frames(source, fps=None if same else rate)


def _by_name(folder: Path) -> dict[str, Path]:
    """Return the pictures of a folder by their names without suffix.

    Raises:
        BadInput: there are none, or two share a name.
    """
    files: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in _SUFFIXES or path.name.startswith("."):
            continue
        if path.stem in files:
            raise BadInput(
                f"{folder}: {files[path.stem].name} and {path.name} share a name, "
                "expected one picture for each frame"
            )
        files[path.stem] = path
    if not files:
        raise BadInput(f"{folder}: holds no pictures, expected {', '.join(sorted(_SUFFIXES))}")
    return files


def _length(source: Path) -> int:
    return len(_by_name(source)) if source.is_dir() else probe(source).frames


def _same_rate(one: float, other: float) -> bool:
    return abs(one / other - 1) < _SAME_RATE


def _counted(name: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts numbers in names by their value."""
    return tuple(
        (int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)
    )
