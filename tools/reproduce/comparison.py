"""Two results side by side: what people see and hear of them, decoded, and all else by its values.

What tells of one run alone (times, speeds, the machine) is left out, and so are pages for people.
A file of other bytes is the same where its decoded frames, samples, arrays or values are.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.media.ffmpeg import Ffmpeg, input_arguments
from stickdance.capture.media.images import read_picture
from stickdance.capture.media.video import read_frames
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.manifest import MANIFEST

VIDEOS = (".mp4", ".mov", ".webm")
_FOR_PEOPLE = (".html", ".md", ".csv")
_CURVES = "curves.json"  # over the minutes of one run
_OF_ONE_RUN = {
    *("seconds", "seconds_taken", "machine", "command", "made_by", "stickdance", "files"),
    *("frames_per_second", "sources", "consent", "path", "options", "warnings"),
}
_RATE, _CHANNELS = 48_000, 2
_BLOCK = 1 << 20  # bytes of sound


@dataclass(frozen=True)
class Difference:
    """Something that is not as it was."""

    what: str
    """The file, and what of it."""
    told: str
    """Where it begins, and how much it is."""
    psnr: float = 0.0
    """Of pictures, dB, the worst; 0 where it cannot be told."""


def differences(old: Path, new: Path) -> list[Difference]:
    """Return what differs between two results of one kind: files, or folders with manifests."""
    if old.is_file():
        return list(_of_files(old, new, old.name))
    listed = json.loads((old / MANIFEST).read_text(encoding="utf-8"))["files"]
    found: list[Difference] = []
    for name in listed:
        if not (new / name).is_file():
            found.append(Difference(name, "is not made any more"))
        else:
            found += _of_files(old / name, new / name, name)
    return found


def frame_count(video: Path) -> int:
    """Return how many frames a video decodes to."""
    return sum(1 for _ in read_frames(video))


def _of_files(old: Path, new: Path, name: str) -> Iterator[Difference]:
    if old.suffix in _FOR_PEOPLE or old.name == _CURVES or sha256(old) == sha256(new):
        return
    if old.suffix in VIDEOS:
        yield from _pictures(read_frames(old), read_frames(new), name)
        yield from _sound(old, new, name)
    elif old.suffix == ".png":
        yield from _pictures(iter([read_picture(old)]), iter([read_picture(new)]), name)
    elif old.suffix == ".npz":
        yield from _arrays(dict(_loaded(old)), dict(_loaded(new)), name)
    elif old.suffix == ".safetensors":
        yield from _tensors(old, new, name)
    elif old.suffix == ".json":
        yield from _values(json.loads(old.read_text()), json.loads(new.read_text()), name)
    else:
        yield Difference(name, "has other bytes")


def _pictures(
    old: Iterator[np.ndarray], new: Iterator[np.ndarray], name: str
) -> Iterator[Difference]:
    first, worst, largest, unlike, count = None, math.inf, 0, 0, 0
    for count, (one, other) in enumerate(zip_longest(old, new), 1):
        if one is None or other is None or one.shape != other.shape:
            yield Difference(name, f"frame {count - 1}: one of the two has none of that size")
            return
        if not np.array_equal(one, other):
            apart = np.abs(one.astype(int) - other)
            first = count - 1 if first is None else first
            unlike, largest = unlike + 1, max(largest, int(apart.max()))
            worst = min(worst, 10 * math.log10(255**2 / float((apart**2).mean())))
    if first is not None:
        yield Difference(
            f"{name}: frames",
            f"the first that differs is frame {first}; {unlike} of {count} do, by up to {largest} "
            f"of 255 levels, at worst {worst:.1f} dB",
            worst,
        )


def _sound(old: Path, new: Path, name: str) -> Iterator[Difference]:
    at = 0
    for one, other in zip_longest(_samples(old), _samples(new)):
        if one is None or other is None or len(one) != len(other):
            yield Difference(f"{name}: sound", f"one of the two ends at {at / _RATE:.2f} s")
            return
        apart = np.abs(one.astype(int) - other)
        if apart.any():
            where = (at + int(np.argmax(apart.any(axis=1)))) / _RATE
            told = f"differs from {where:.3f} s on, by up to {int(apart.max())} of 32768 levels"
            yield Difference(f"{name}: sound", told)
            return
        at += len(one)


def _samples(video: Path) -> Iterator[np.ndarray]:
    """Yield blocks of the sound as int16 (samples, 2); nothing where there is none."""
    arguments = [*input_arguments(video), "-map", "0:a:0?", "-f", "s16le"]
    arguments += ["-ac", str(_CHANNELS), "-ar", str(_RATE), "pipe:1"]
    with Ffmpeg(arguments, answers=True) as reader:
        while True:
            buffer = bytearray(_BLOCK)
            size = reader.fill(buffer)
            if size == 0:
                return
            whole = size - size % (2 * _CHANNELS)
            yield np.frombuffer(bytes(buffer[:whole]), "<i2").reshape(-1, _CHANNELS)


def _loaded(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    with np.load(path, allow_pickle=False) as arrays:
        for name in arrays.files:
            yield name, arrays[name]


def _arrays(
    old: Mapping[str, np.ndarray], new: Mapping[str, np.ndarray], name: str
) -> Iterator[Difference]:
    for key in sorted(old.keys() | new.keys()):
        one, other = old.get(key), new.get(key)
        if one is None or other is None or one.shape != other.shape:
            yield Difference(f"{name}: {key}", "is of another shape")
        elif one.dtype.kind in "fiub":
            apart = np.abs(one.astype(float) - other.astype(float))
            apart[np.isnan(one.astype(float)) & np.isnan(other.astype(float))] = 0
            if not (apart == 0).all():
                row = int(np.flatnonzero((apart != 0).reshape(len(apart), -1).any(1))[0])
                told = f"differs from row {row} on, by up to {np.nanmax(apart):.3g}"
                yield Difference(f"{name}: {key}", told)
        elif not np.array_equal(one, other):
            yield Difference(f"{name}: {key}", "is another text")


def _tensors(old: Path, new: Path, name: str) -> Iterator[Difference]:
    from stickdance.checkpoints.tensors import read_tensors

    one, other = (
        {key: tensor.numpy() for key, tensor in read_tensors(path)[0].items()}
        for path in (old, new)
    )
    unlike = list(_arrays(one, other, name))
    if unlike:
        yield Difference(name, f"{len(unlike)} of {len(one)} tensors differ; {unlike[0].told}")


def _values(old: Any, new: Any, name: str) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted((old.keys() | new.keys()) - _OF_ONE_RUN):
            yield from _values(old.get(key), new.get(key), f"{name}: {key}")
    elif old != new:
        yield Difference(name, f"was {old!s:.60}, is {new!s:.60}")
