"""Room and mattes of a whole take, streamed from the stored frames and soft masks."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.first_pass import frame_writer
from stickdance.capture.kept_answers import Answers
from stickdance.capture.matting.instance_masks import only
from stickdance.capture.matting.limbs import feet_of
from stickdance.capture.matting.lost_mattes import found_again
from stickdance.capture.matting.matte import Found, refined
from stickdance.capture.matting.matte_quality import MatteWatch
from stickdance.capture.matting.person_colours import PersonColours
from stickdance.capture.matting.plate import Plate
from stickdance.capture.matting.room import Room, find_room
from stickdance.capture.matting.shadow import with_shadow
from stickdance.capture.matting.temporal_smoothing import steadied
from stickdance.capture.media.prefetch import prefetched
from stickdance.capture.media.video import VideoWriter, read_frames
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.capture.stabilisation.corrections import Corrections, filled_from, in_light
from stickdance.checkpoints.progress import tracked

SAMPLES = 64
"""Frames that the plate is gathered from at most."""

_NEAR_LOSSLESS = 8  # crf
_SIDE_BY_SIDE = 2  # samples cut out at once; each needs some ten times its picture


@dataclass(frozen=True)
class Samples:
    """Some frames of the training part, with soft masks and the target in them."""

    pictures: list[np.ndarray]
    masks: list[np.ndarray]
    uncovered: list[np.ndarray]
    """uint8 (height, width): 255 at borders that holding the camera still has bared, where somebody
    else hides the room, and where letters were painted over."""
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
    others: Sequence[tuple[Person, ...]]
    """Everybody else in each frame."""
    corrections: Corrections | None = None
    """What frames and masks still need; people and poses have had it."""
    poses: PoseSequence | None = None
    """Cleaned, gaps filled: where the target is in frames in which nobody was found."""
    letters: Sequence[np.ndarray | None] | None = None
    """Of each frame, bool (height, width) where letters were painted over, None where none were."""

    def written_over(self, number: int) -> np.ndarray | None:
        """Return uint8 (height, width), 255 where letters stood in frame `number`, if any did."""
        letters = None if self.letters is None else self.letters[number]
        if letters is None:
            return None
        mask = np.where(letters, 255, 0).astype(np.uint8)
        return mask if self.corrections is None else self.corrections.mask(mask, number)

    def mask_of_target(self, mask: np.ndarray, number: int) -> np.ndarray:
        """Return the target's part of the soft mask of frame `number`."""
        return only(mask, self.people[number], self.others[number], self.skeleton)


def gather(stored: Stored, training: int) -> Samples:
    """Return up to `SAMPLES` frames, evenly spaced over the first `training` ones.

    Frames where the target was lost for less than a second are passed over: it is still there.
    """
    usable = _usable(stored.people[:training], stored.fps)
    places = np.unique(np.linspace(0, len(usable) - 1, min(SAMPLES, len(usable))).round())
    wanted = [usable[int(place)] for place in places]
    samples = Samples([], [], [], [])
    for number, (picture, mask) in zip(wanted, _read(stored, training, wanted), strict=True):
        picture, everybody, bared = _corrected(stored, number, picture, mask)
        own = stored.mask_of_target(everybody, number)
        samples.pictures.append(picture)
        samples.masks.append(own)
        letters = stored.written_over(number)
        bared = bared if letters is None else np.maximum(bared, letters)
        samples.uncovered.append(np.maximum(bared, np.where(own > 0, 0, everybody)))
        samples.people.append(stored.people[number])
    return samples


def colours_of(samples: Samples) -> PersonColours:
    """Return the colours that the target shows."""
    return PersonColours.seen(samples.pictures, samples.masks)


def room_of(samples: Samples, skeleton: Skeleton) -> Room:
    """Return the room: a first one, of soft masks and half of the samples, sharpens the mattes."""
    half = slice(None, None, 2)
    first = find_room(
        samples.pictures[half], samples.masks[half], samples.uncovered[half], detailed=False
    )
    colours = colours_of(samples)

    def plate(number: int) -> Plate:
        picture, mask = samples.pictures[number], samples.masks[number]
        return first.behind(mask, first.light(picture, mask, samples.uncovered[number]))

    def matte(number: int) -> np.ndarray:
        found = Found(samples.people[number], skeleton)
        picture, mask = samples.pictures[number], samples.masks[number]
        return refined(picture, mask, plate(number), found, colours, samples.uncovered[number])

    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        mattes = list(pool.map(matte, range(len(samples.pictures))))

    def unexplained(number: int) -> np.ndarray:
        feet = feet_of(samples.people[number], skeleton)
        return with_shadow(samples.pictures[number], mattes[number], plate(number), feet)

    return find_room(samples.pictures, mattes, samples.uncovered, unexplained)


def write_mattes(
    stored: Stored,
    room: Room,
    colours: PersonColours,
    to: Path,
    frames_to: Path | None = None,
    look: Callable[[int, np.ndarray, np.ndarray], None] = lambda *_: None,
    watch: MatteWatch | None = None,
    answers: Answers | None = None,
) -> np.ndarray:
    """Refine every soft mask against the room, hold it steady, and write the mattes.

    Args:
        stored: frames and soft masks.
        room: what is behind the person.
        colours: that the person shows.
        to: the grey MP4 to write.
        frames_to: where to write the corrected frames, bared borders filled from the plate; None
            where there is nothing to correct.
        look: is shown each frame's number, picture and matte.
        watch: measures how good the mattes are.
        answers: of an earlier run that was stopped, and to be.

    Returns:
        (frames, 3) the light of each frame beside the room's, before it was evened here.
    """
    lights = np.ones((len(stored.people), 3))
    if answers is not None:
        answers.tell("cutting out")
    with ExitStack() as stack:
        mattes = stack.enter_context(
            VideoWriter(to, stored.size, stored.fps, crf=_NEAR_LOSSLESS, pixel_format="gray")
        )
        frames = None
        if frames_to is not None:
            frames = stack.enter_context(frame_writer(frames_to, stored.size, stored.fps))
        cut = stack.enter_context(
            closing(prefetched(_steadied(_cut_out(stored, room, colours, lights, answers))))
        )
        shown = tracked(cut, "cutting out", len(stored.people))
        for number, (picture, matte) in enumerate(shown):
            if frames is not None:
                frames.write(picture)
            mattes.write(matte)
            look(number, picture, matte)
            if watch is not None and number in watch.wanted:
                light = None if _evens(stored) else lights[number]
                watch.look(number, picture, matte, room.behind(matte, light))
    return lights


def _steadied(
    cut: Iterator[tuple[np.ndarray, np.ndarray]],
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield mattes held steady while the next are cut out in a thread of their own."""
    with closing(prefetched(cut)) as ahead:
        yield from steadied(ahead)


def _evens(stored: Stored) -> bool:
    return stored.corrections is not None and stored.corrections.evens_light


def _cut_out(
    stored: Stored,
    room: Room,
    colours: PersonColours,
    lights: np.ndarray,
    answers: Answers | None,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield each frame, corrected, with its refined matte; note the light that it was found in."""
    evens = _evens(stored)
    matte = np.zeros((stored.size[1], stored.size[0]), np.uint8)
    for number, (picture, mask) in enumerate(_read(stored, len(stored.people))):
        picture, everybody, uncovered = _corrected(stored, number, picture, mask)
        mask = stored.mask_of_target(everybody, number)
        hidden = np.maximum(uncovered, np.where(mask > 0, 0, everybody))
        lights[number] = room.light(picture, mask, hidden)
        if evens:
            picture = in_light(picture, 1 / lights[number])
        plate = room.behind(mask, None if evens else lights[number])
        picture = filled_from(picture, uncovered, plate.picture)
        person, skeleton = stored.people[number], stored.skeleton
        if person is None and stored.poses is not None:
            person, skeleton = _filled_in(stored.poses, number), stored.poses.skeleton
            if person is not None:
                mask = np.maximum(mask, found_again(picture, person, skeleton, matte, plate))
        if answers is not None:
            answers.next_frame()
        work = partial(refined, picture, mask, plate, Found(person, skeleton), colours, hidden)
        matte = work() if answers is None else answers(picture, number, work)
        yield picture, matte


def _filled_in(poses: PoseSequence, number: int) -> Person | None:
    """Return the target as the poses have it, None where they have nobody."""
    points, confidence = poses.points[number], poses.confidence[number]
    there = np.isfinite(points).all(-1) & (confidence > 0)
    return Person(points, confidence) if there.any() else None


def _read(
    stored: Stored, frames: int, only: Sequence[int] | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield frames and soft masks, of the first `frames` all or those named."""
    fps, end = stored.fps, frames / stored.fps
    pictured = read_frames(stored.frames, fps=fps, end_seconds=end, only=only)
    masked = read_frames(stored.masks, fps=fps, end_seconds=end, only=only, grey=True)
    with closing(prefetched(pictured)) as pictures, closing(prefetched(masked)) as masks:
        yield from zip(pictures, masks, strict=True)


def _corrected(
    stored: Stored, frame: int, picture: np.ndarray, mask: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return picture and everybody's mask, held still and even, and where they are bared."""
    uncovered = np.zeros_like(mask)
    if stored.corrections is not None:
        picture, uncovered = stored.corrections.picture(picture, frame)
        mask = stored.corrections.mask(mask, frame)
    return picture, mask, uncovered


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
