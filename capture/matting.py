"""Plate and mattes of a whole take, streamed from the stored frames and soft masks."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from capture.estimators.contract import Person
from capture.matte import Steady, extremities, refined
from capture.plate import Plate, clean_plate
from capture.prefetch import prefetched
from capture.skeleton import Skeleton
from capture.video import VideoWriter, read_frames

SAMPLES = 64
"""Frames that the plate is gathered from at most."""

_NEAR_LOSSLESS = 8  # crf


@dataclass(frozen=True)
class Samples:
    """Some frames of the training part, with soft masks and the target in them."""

    pictures: list[np.ndarray]
    masks: list[np.ndarray]
    people: list[Person | None]


@dataclass(frozen=True)
class Stored:
    """The stored frames and soft masks of a take in the making."""

    frames: Path
    masks: Path
    fps: float
    size: tuple[int, int]
    people: Sequence[Person | None]
    """The target in each frame."""
    skeleton: Skeleton
    """Whose joints the target has."""


def gather(stored: Stored, training: int) -> Samples:
    """Return up to `SAMPLES` frames, evenly spaced over the first `training` ones.

    Frames where the target was lost for less than a second are passed over: it is still there.
    """
    usable = _usable(stored.people[:training], stored.fps)
    places = np.unique(np.linspace(0, len(usable) - 1, min(SAMPLES, len(usable))).round())
    wanted = {usable[int(place)] for place in places}
    samples = Samples([], [], [])
    end = training / stored.fps
    pictures = prefetched(read_frames(stored.frames, fps=stored.fps, end_seconds=end))
    masks = prefetched(read_frames(stored.masks, fps=stored.fps, end_seconds=end, grey=True))
    for number, (picture, mask) in enumerate(zip(pictures, masks, strict=True)):
        if number in wanted:
            samples.pictures.append(picture)
            samples.masks.append(mask)
            samples.people.append(stored.people[number])
    return samples


def plate_of(samples: Samples, skeleton: Skeleton) -> Plate:
    """Return the clean plate: a first one by the soft masks, which sharpens them for the second."""
    first = clean_plate(samples.pictures, samples.masks)
    sharper = [
        refined(picture, mask, first, extremities(person, skeleton))
        for picture, mask, person in zip(
            samples.pictures, samples.masks, samples.people, strict=True
        )
    ]
    return clean_plate(samples.pictures, sharper)


def write_mattes(stored: Stored, plate: Plate, to: Path) -> None:
    """Refine every soft mask against the plate, hold it steady, and write the mattes."""
    steady = Steady()
    pictures = prefetched(read_frames(stored.frames, fps=stored.fps))
    masks = prefetched(read_frames(stored.masks, fps=stored.fps, grey=True))
    with VideoWriter(
        to, stored.size, stored.fps, crf=_NEAR_LOSSLESS, pixel_format="gray"
    ) as mattes:
        triples = zip(pictures, masks, stored.people, strict=True)
        for picture, mask, person in tqdm(
            triples, total=len(stored.people), desc="cutting out", unit="frame"
        ):
            matte = refined(picture, mask, plate, extremities(person, stored.skeleton))
            mattes.write(steady(picture, matte))


def _usable(people: Sequence[Person | None], fps: float) -> list[int]:
    """Return the frames whose mask can be trusted to hold the target, or that are empty of it."""
    usable: list[int] = []
    lost: list[int] = []
    for number, person in enumerate([*people, None]):
        last = number == len(people)
        if person is None and not last:
            lost.append(number)
            continue
        if len(lost) >= fps:
            usable += lost
        lost = []
        if not last:
            usable.append(number)
    return sorted(usable) or list(range(len(people)))
